/** From where a request came, as the audit log and the list of sessions keep it. */
import type { Request } from 'express';
import type { CallOrigin } from '@wm/wms-core/vocabulary';
import { contextOf } from '../http/request-context.ts';

const maxAgentLength = 200;

export function callOrigin(request: Request, way: CallOrigin['way']): CallOrigin {
  const requestId = request.res === undefined ? '' : contextOf(request.res).requestId;
  const loggedInAtMs = way === 'session' ? request.session?.signedIn?.sinceMs : undefined;
  const logInIssuer = way === 'session' ? request.session?.signedIn?.provider?.linkedAs : undefined;
  return { way, address: request.ip ?? '', requestId, loggedInAtMs, logInIssuer };
}

export const agentOf = (request: Request): string =>
  (request.get('user-agent') ?? '').slice(0, maxAgentLength);
