/** What a call hangs on beyond itself: the session, token or certificate it came with, for things that go with it. */
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Credential } from '../http/handler.ts';
import { hashOfSessionId } from './session.ts';

/** Only that session, token or certificate finds again what it began. */
export function holderHash(request: Request, credential: Credential): string {
  if (credential.kind === 'session') return hashOfSessionId(request.sessionID);
  const holder =
    credential.kind === 'token'
      ? `token ${credential.jti}`
      : `certificate ${JSON.stringify([credential.subjectKey, credential.issuerKey])}`;
  return createHash('sha256').update(holder).digest('base64url');
}
