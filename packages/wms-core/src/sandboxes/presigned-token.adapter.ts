/**
 * Presigned tokens: what may be done, with which sandbox, until when; signed with the key of the installation.
 * The door that gets one needs no other credential. HMAC-SHA256 over the purpose and compact JSON.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';

/** A purpose and the facts it signs; a token of one purpose is worth nothing for another. */
export interface TokenKind<T> {
  readonly purpose: string;
  readonly facts: z.ZodType<T>;
}

export interface PresignedTokens {
  sign<T>(kind: TokenKind<T>, facts: T, lifetimeS: number): string;
  /** Throws `access.denied` when forged, expired, or made for another purpose. */
  verify<T>(kind: TokenKind<T>, token: string): T;
}

const maxTokenLength = 4096;

export const createPresignedTokens = (key: Uint8Array, clock: Clock): PresignedTokens => {
  if (key.length < 32) throw new Error('the signing key of presigned tokens must have 32 bytes or more');
  const signature = (purpose: string, body: string): Buffer =>
    createHmac('sha256', key).update(`wm.presigned.v1\n${purpose}\n${body}`).digest();

  return {
    sign: (kind, facts, lifetimeS) => {
      const expiresAtMs = clock.nowMs() + lifetimeS * 1000;
      const body = Buffer.from(JSON.stringify({ e: expiresAtMs, f: facts })).toString('base64url');
      return `${body}.${signature(kind.purpose, body).toString('base64url')}`;
    },
    verify: (kind, token) => {
      const [body, given, ...more] = token.length <= maxTokenLength ? token.split('.') : [];
      if (body === undefined || given === undefined || more.length > 0)
        throw refused('is no presigned token');
      const expected = signature(kind.purpose, body);
      const offered = Buffer.from(given, 'base64url');
      if (offered.length !== expected.length || !timingSafeEqual(offered, expected))
        throw refused('is not valid here');
      const parsed = z
        .object({ e: z.number(), f: kind.facts })
        .parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
      if (clock.nowMs() >= parsed.e) throw refused('has expired; ask for a new one');
      return parsed.f;
    },
  };
};

const refused = (why: string): WmsError =>
  new WmsError('access.denied', `The token ${why}.`, { field: 'token' });
