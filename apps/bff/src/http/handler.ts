/**
 * The types between contract and handlers: what a handler is given and what it may answer, one entry a route.
 * A route of the contract without handler does not compile.
 */
import type { Request, Response } from 'express';
import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route, RouteKey, Routes } from '@wm/api-contract';
import type { PilotPrincipal, ShownCertificate, UserPrincipal } from '@wm/wms-core/vocabulary';
import type { SignedIn } from '../auth/session.ts';
import type { RequestContext } from './request-context.ts';
import type { Reply } from './reply.ts';

/** Certificate or proxy at the certificate port, which refuses browsers. */
export interface CertificateCredential extends ShownCertificate {
  readonly kind: 'certificate';
}

/** By what a user showed who he is. Only a session's cookie travels by itself, so only it needs the CSRF check. */
export type Credential =
  | { readonly kind: 'session'; readonly signedIn: SignedIn }
  | {
      readonly kind: 'token';
      readonly jti: string;
      readonly clientId: string;
      readonly expiresAtMs: number;
    }
  | CertificateCredential;

/** Who calls, by the access kind of the route. */
export interface CallerByKind {
  readonly public: { readonly kind: 'public' };
  readonly signed: { readonly kind: 'signed' };
  readonly session: { readonly kind: 'session'; readonly signedIn: SignedIn };
  readonly group: {
    readonly kind: 'group';
    readonly principal: UserPrincipal;
    readonly credential: Credential;
  };
  readonly pilot: { readonly kind: 'pilot'; readonly pilot: PilotPrincipal };
}

export type Caller = CallerByKind[keyof CallerByKind];

/** The session of a caller that came with a cookie. */
export function sessionOf(caller: Caller): SignedIn | undefined {
  if (caller.kind === 'session') return caller.signedIn;
  return caller.kind === 'group' && caller.credential.kind === 'session'
    ? caller.credential.signedIn
    : undefined;
}

/** Whose account it is; undefined for those without. */
export function accountIdOf(caller: Caller): string | undefined {
  return caller.kind === 'group' ? caller.principal.accountId : sessionOf(caller)?.accountId;
}

interface Given<R extends Route> extends RequestContext {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  readonly request: Request;
  readonly response: Response;
}

export type Call<K extends RouteKey> = Given<Routes[K]> & CallerByKind[Routes[K]['access']['kind']];

/** `undefined` for routes without JSON answer: they write themselves, or the empty success is sent. */
export type Handler<K extends RouteKey> = (
  call: Call<K>,
) => Promise<AnswerOf<Routes[K]> extends undefined ? void : AnswerOf<Routes[K]> | Reply<AnswerOf<Routes[K]>>>;

export type Handlers = { readonly [K in RouteKey]: Handler<K> };

/** The handlers of one routes file. */
export type HandlersOf<K extends RouteKey> = Pick<Handlers, K>;
