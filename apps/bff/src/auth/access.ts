/**
 * Who is calling, and may he call this route at all? One authenticator for each access kind of the contract;
 * finer checks are made by the use-cases. Membership is asked anew at every request.
 */
import type { Request } from 'express';
import type { Route } from '@wm/api-contract';
import {
  WmsError,
  type Account,
  type AccountUseCases,
  type CallOrigin,
  type CertificateUseCases,
  type GroupMembership,
  type PilotUseCases,
  type TokenUseCases,
  type UserPrincipal,
} from '@wm/wms-core/vocabulary';
import { groupFor, identifyByCertificate } from '../certificate-door/identify.ts';
import { cameByCertificateDoor } from '../certificate-door/shown-chain.ts';
import type { Caller } from '../http/handler.ts';
import { bearerTokenOf } from './bearer-token.ts';
import { callOrigin } from './call-origin.ts';
import type { RevokedSessions } from './revoked-sessions.ts';
import type { SessionStore } from './session-store.ts';

export interface AccessDeps {
  readonly accounts: Pick<AccountUseCases, 'account' | 'memberships'>;
  readonly certificates: Pick<CertificateUseCases, 'judge' | 'accountOf'>;
  readonly tokens: Pick<TokenUseCases, 'authenticate'>;
  readonly pilots: Pick<PilotUseCases, 'authenticate'>;
  readonly sessions: Pick<SessionStore, 'recordActivity'>;
  readonly revokedSessions: Pick<RevokedSessions, 'refuse'>;
}

export interface Access {
  /** Throws `access.unauthenticated`, `access.denied`, `account.unregistered`, `pilot.unknown`, `pilot.ended`. */
  admit(access: Route['access'], request: Request, isDiracx: boolean): Promise<Caller>;
}

const groupHeader = 'x-wm-group';
const backgroundHeader = 'x-wm-background';

function unauthenticated(isDiracx: boolean): WmsError {
  // Upstream's words, for clients that know no cookies (rest-api.md §1.1).
  const message = isDiracx
    ? 'Authorization header is missing'
    : 'You are not logged in, or the session has ended. Log in again.';
  return new WmsError('access.unauthenticated', message);
}

function wantedGroup(request: Request): string | undefined {
  const header = request.get(groupHeader);
  if (header !== undefined) return header;
  // EventSource cannot send headers.
  const { group } = request.query;
  return request.path === '/bff/events' && typeof group === 'string' ? group : undefined;
}

/** The membership a request acts in. */
export function chooseMembership(
  memberships: readonly GroupMembership[],
  wanted: string | undefined,
  activeGroup: string | null,
): GroupMembership {
  const first = memberships[0];
  if (first === undefined)
    throw new WmsError(
      'account.unregistered',
      'You are logged in, but not a member of any group here. Ask the administrators of your VO.',
    );
  if (wanted === undefined) return memberships.find(({ group }) => group === activeGroup) ?? first;
  const found = memberships.find(({ group }) => group === wanted);
  if (found === undefined)
    throw new WmsError('access.denied', `You are not a member of the group “${wanted}”.`, {
      reason: 'GROUP_DENIED',
      group: wanted,
    });
  return found;
}

function checkProperties(principal: UserPrincipal, access: Route['access']): void {
  if (access.kind !== 'group' || access.anyOf === undefined) return;
  if (access.anyOf.some((property) => principal.properties.includes(property))) return;
  throw new WmsError(
    'access.denied',
    `The group ${principal.group} lacks the property ${access.anyOf.join(' or ')} that this needs.`,
    { group: principal.group, anyOf: access.anyOf },
  );
}

interface ActsBy {
  readonly way: CallOrigin['way'];
  /** The group the request names. */
  readonly wanted: string | undefined;
  readonly activeGroup: string | null;
}

export function createAccess(deps: AccessDeps): Access {
  async function principalOf(
    request: Request,
    access: Route['access'],
    { accountId, userName }: Account,
    { way, wanted, activeGroup }: ActsBy,
  ): Promise<UserPrincipal> {
    const from = callOrigin(request, way);
    const memberships = await deps.accounts.memberships(accountId, from.logInIssuer);
    const { group, vo, properties } = chooseMembership(memberships, wanted, activeGroup);
    const principal: UserPrincipal = { kind: 'user', accountId, userName, vo, group, properties, from };
    checkProperties(principal, access);
    return principal;
  }

  async function admitCertificate(access: Route['access'], request: Request): Promise<Caller> {
    const { account, shown } = await identifyByCertificate(deps.certificates, request);
    if (access.kind === 'session')
      throw new WmsError('access.denied', 'This needs a session of the portal, which a certificate is not.');
    const wanted = groupFor(shown, request.get(groupHeader));
    const principal = await principalOf(request, access, account, {
      way: 'certificate',
      wanted,
      activeGroup: null,
    });
    return { kind: 'group', principal, credential: { kind: 'certificate', ...shown } };
  }

  /** Acts in the group of the token. A session beside it must be of the same person. */
  async function admitHolder(access: Route['access'], request: Request, token: string): Promise<Caller> {
    const { principal: known, jti, clientId, expiresAtMs } = await deps.tokens.authenticate(token);
    const principal = { ...known, from: callOrigin(request, 'token') };
    const { signedIn } = request.session;
    if (signedIn !== undefined && signedIn.accountId !== principal.accountId)
      throw new WmsError('input.invalid', 'The token and the session are of two people; send only one.', {
        status: 400,
      });
    const wanted = wantedGroup(request);
    if (wanted !== undefined && wanted !== principal.group)
      throw new WmsError('access.denied', `The token is for the group “${principal.group}”.`, {
        group: wanted,
      });
    checkProperties(principal, access);
    return { kind: 'group', principal, credential: { kind: 'token', jti, clientId, expiresAtMs } };
  }

  async function admitUser(access: Route['access'], request: Request, isDiracx: boolean): Promise<Caller> {
    const token = bearerTokenOf(request, isDiracx);
    // A token says who is calling; a cookie beside it must not take its place. What is the session's own needs it.
    if (token !== undefined && access.kind === 'group') return admitHolder(access, request, token);
    const { signedIn } = request.session;
    if (signedIn === undefined) throw unauthenticated(isDiracx);
    await deps.revokedSessions.refuse(signedIn);
    if (request.get(backgroundHeader) === undefined && request.path !== '/bff/events')
      await deps.sessions.recordActivity(request.sessionID);
    if (access.kind === 'session') return { kind: 'session', signedIn };
    const account = await deps.accounts.account(signedIn.accountId);
    if (account === undefined)
      throw new WmsError('access.unauthenticated', 'The account of this session is gone. Log in again.');
    const principal = await principalOf(request, access, account, {
      way: 'session',
      wanted: wantedGroup(request),
      activeGroup: signedIn.activeGroup,
    });
    return { kind: 'group', principal, credential: { kind: 'session', signedIn } };
  }

  async function admitPilot(request: Request): Promise<Caller> {
    const token = /^Bearer ([\w.-]{1,512})$/.exec(request.get('authorization') ?? '')?.[1];
    if (token === undefined)
      throw new WmsError(
        'pilot.unknown',
        'The header Authorization must hold the bearer token of the pilot.',
      );
    return { kind: 'pilot', pilot: await deps.pilots.authenticate(token) };
  }

  return {
    async admit(access, request, isDiracx) {
      if (access.kind === 'public' || access.kind === 'signed') return { kind: access.kind };
      if (access.kind === 'pilot') return admitPilot(request);
      if (cameByCertificateDoor(request)) return admitCertificate(access, request);
      return admitUser(access, request, isDiracx);
    },
  };
}
