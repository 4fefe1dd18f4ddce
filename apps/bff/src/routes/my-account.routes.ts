/** Where the account is logged in, and the audit log as far as the caller may read it. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WmsError, type AuditEvent, type Core } from '@wm/wms-core/vocabulary';
import { callOrigin } from '../auth/call-origin.ts';
import type { ListedSession, SessionStore } from '../auth/session-store.ts';
import { hashOfSessionId } from '../auth/session.ts';
import type { HandlersOf } from '../http/handler.ts';
import { iso } from './iso.ts';

type MyAccountRoutes =
  | 'GET /bff/sessions'
  | 'DELETE /bff/sessions/:sessionId'
  | 'GET /bff/audit'
  | 'GET /bff/audit/vo'
  | 'GET /bff/audit/export';

export interface MyAccountRoutesDeps {
  readonly core: Pick<Core, 'audit'>;
  readonly sessions: Pick<SessionStore, 'listOf' | 'endOf'>;
}

async function* linesOf(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const shownEvent = ({ atMs, details, ...event }: AuditEvent) => ({
  ...event,
  at: iso(atMs),
  details: { ...details },
});

function shownSession(session: ListedSession, ownHash: string) {
  const { sessionHash, loginWay, address, agent } = session;
  return {
    sessionId: sessionHash,
    isThisOne: sessionHash === ownHash,
    createdAt: iso(session.createdAtMs),
    lastActiveAt: iso(session.lastActiveAtMs),
    idleEndsAt: iso(session.idleEndsAtMs),
    absoluteEndsAt: iso(session.absoluteEndsAtMs),
    loginWay,
    address,
    agent,
  };
}

export function myAccountRoutes({ core, sessions }: MyAccountRoutesDeps): HandlersOf<MyAccountRoutes> {
  return {
    'GET /bff/sessions': async ({ request, signedIn }) => {
      const own = hashOfSessionId(request.sessionID);
      const found = await sessions.listOf(signedIn.accountId);
      return { sessions: found.map((session) => shownSession(session, own)) };
    },
    'DELETE /bff/sessions/:sessionId': async ({ request, signedIn, params }) => {
      const { accountId } = signedIn;
      const own = hashOfSessionId(request.sessionID);
      const areOthers = params.sessionId === 'others';
      const ended = await sessions.endOf(accountId, ({ sessionHash }) =>
        areOthers ? sessionHash !== own : sessionHash === params.sessionId,
      );
      if (ended === 0 && !areOthers)
        throw new WmsError('not-found', 'There is no such session of yours; it may have ended already.');
      const from = callOrigin(request, 'session');
      await core.audit.recordSession({
        action: 'end session',
        accountId,
        result: 'OK',
        from,
        details: { ended },
      });
      return { ended };
    },
    'GET /bff/audit': async ({ signedIn, query }) => ({
      events: (await core.audit.ofAccount(signedIn.accountId, query)).map(shownEvent),
    }),
    'GET /bff/audit/vo': async ({ principal, query }) => ({
      events: (await core.audit.ofVo(principal, query)).map(shownEvent),
    }),
    'GET /bff/audit/export': async ({ principal, query, response }) => {
      const pages = await core.audit.export(principal, query.afterId);
      response.type('application/jsonl').attachment(`audit-log-after-${query.afterId}.jsonl`);
      await pipeline(Readable.from(linesOf(pages)), response);
    },
  };
}
