/**
 * What a route is: method, path, shapes, access, possible errors and an example, all as data. The bff binds
 * handlers to the tables, the client and the OpenAPI document derive from them (ADR 0002).
 */
import type { z } from 'zod';
import type { ErrorCode, GroupProperty } from '@wm/wms-core/vocabulary';

/** Who may call at all; finer checks are made by the use-cases. Deny unless a row says otherwise. */
export type Access =
  | { readonly kind: 'public' }
  /** A log-in, even one without any group. */
  | { readonly kind: 'session' }
  /** Acting in a group; with `anyOf`, one of the properties suffices. */
  | { readonly kind: 'group'; readonly anyOf?: readonly GroupProperty[] }
  /** Bearer token of a pilot. */
  | { readonly kind: 'pilot' }
  /** The signature in the URL or form is the credential. */
  | { readonly kind: 'signed' };

export interface Route {
  readonly summary: string;
  readonly operationId: string;
  readonly access: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** How the body is written; JSON when not said. */
  readonly bodyForm?: 'urlencoded';
  /** Status and shape of the good answer; `undefined` shape = not JSON (redirect, file, stream) or empty. */
  readonly success: {
    readonly status: number;
    readonly body?: z.ZodType;
    readonly mediaType?: string;
    /** Headers that tell more than the body does: name → what it tells. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly errors: readonly ErrorCode[];
  readonly example?: { readonly body?: unknown; readonly answer?: unknown };
  /** Bytes a request body may have; default 1 MiB. */
  readonly maxBodyBytes?: number;
}

/** Keys are `METHOD /path/:parameter`. */
export type RouteTable = Readonly<Record<`${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`, Route>>;

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;
type Given<T> = T extends z.ZodType ? z.input<T> : undefined;

export type ParamsOf<R extends Route> = Parsed<R['params']>;
export type QueryOf<R extends Route> = Parsed<R['query']>;
export type BodyOf<R extends Route> = Parsed<R['body']>;
export type AnswerOf<R extends Route> = R['success'] extends { body: infer B extends z.ZodType }
  ? z.input<B>
  : undefined;

/** What a client passes in. */
export type InputOf<R extends Route> = {
  readonly params: Given<R['params']>;
  readonly query: Given<R['query']>;
  readonly body: Given<R['body']>;
};
