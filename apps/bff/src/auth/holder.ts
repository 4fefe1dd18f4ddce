/** What a call hangs on beyond itself: the session or the token it came with, for things that must end with it. */
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Credential } from '../http/handler.ts';
import { hashOfSessionId } from './session.ts';

/** Only that session or token finds again what it began. */
export function holderHash(request: Request, credential: Credential): string {
  if (credential.kind === 'session') return hashOfSessionId(request.sessionID);
  return createHash('sha256').update(`token ${credential.jti}`).digest('base64url');
}
