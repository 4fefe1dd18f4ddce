/**
 * Errors in DiracX's form for `/api`: `{ "detail": … }`, FastAPI's list for requests that do not fit the
 * schema (rest-api.md §1.1). Our code and facts (line, column, …) stand beside it, which its
 * clients ignore.
 */
import type { ZodError } from 'zod';
import { WmsError, type ErrorCode, type ErrorDetails } from '@wm/wms-core/vocabulary';
import { problems } from './problem.ts';

/** Codes whose status upstream's clients expect otherwise than our own faces have it. */
const otherStatuses: Partial<Record<ErrorCode, number>> = {
  'input.invalid': 400,
  'jdl.syntax': 400,
  'jdl.invalid': 400,
  'jdl.too-large': 400,
  'jobs.too-many': 400,
  'sandbox.not-found': 400,
  'sandbox.assigned': 400,
  'sandbox.too-large': 400,
};

/** The error with the `detail` and status that upstream has for this very case. */
export function inDiracxForm(
  code: ErrorCode,
  message: string,
  status: number,
  detail: unknown = message,
): WmsError {
  return new WmsError(code, message, { status, diracx: detail });
}

/** The error in OAuth's own form, for its endpoints (RFC 6749 §5.2). */
export const inOauthForm = (oauth: string, message: string): WmsError =>
  new WmsError('input.invalid', message, { oauth });

/** OAuth wants 400 where the code alone would say something else. */
const oauthStatuses: Readonly<Record<string, number>> = { access_denied: 400 };

export interface DiracxAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly error?: string;
    readonly detail: unknown;
    readonly code: ErrorCode;
    readonly requestId: string;
    readonly details?: ErrorDetails;
  };
}

export function diracxError(error: WmsError | undefined, requestId: string): DiracxAnswer {
  const code: ErrorCode = error?.code ?? 'internal';
  const { status: given, diracx, oauth, ...details } = error?.details ?? {};
  const word = typeof oauth === 'string' ? oauth : undefined;
  const known = oauthStatuses[word ?? ''] ?? otherStatuses[code] ?? problems[code].status;
  const status = typeof given === 'number' ? given : known;
  const headers: Record<string, string> = {};
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
  if (status === 503) headers['Retry-After'] = '10';
  const detail = diracx ?? error?.message ?? 'Internal Server Error';
  const facts = Object.keys(details).length > 0 ? { details } : {};
  return {
    status,
    headers,
    body: { ...(word === undefined ? {} : { error: word }), detail, code, requestId, ...facts },
  };
}

export type InputPart = 'path' | 'query' | 'body' | 'header';

export interface ValidationItem {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

/** FastAPI's list of what does not fit. */
export function validationList(part: InputPart, error: ZodError, input: unknown): readonly ValidationItem[] {
  return error.issues.map((issue) => {
    const keys = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    return {
      type: issue.code,
      loc: [part, ...keys],
      msg: issue.message,
      input:
        keys.reduce<unknown>(
          (value, key) =>
            typeof value === 'object' && value !== null
              ? (value as Record<string | number, unknown>)[key]
              : undefined,
          input,
        ) ?? null,
    };
  });
}
