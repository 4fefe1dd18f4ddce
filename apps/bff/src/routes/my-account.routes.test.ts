/** Sessions and the audit log of the own account over HTTP, with the real core behind. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startRealServer, uploadDemoProxy, type RealServer } from '../testing/real-server.ts';
import type { Visitor } from '../testing/visitor.ts';

interface OwnSession {
  readonly sessionId: string;
  readonly isThisOne: boolean;
  readonly loginWay: string;
  readonly address: string;
  readonly agent: string;
}

interface AuditEvent {
  readonly auditId: number;
  readonly action: string;
  readonly actor: string;
  readonly way: string | null;
  readonly address: string | null;
  readonly result: string;
}

let server: RealServer;
before(async () => {
  server = await startRealServer();
});
after(() => server[Symbol.asyncDispose]());

async function sessionsOf(visitor: Visitor): Promise<readonly OwnSession[]> {
  const response = await visitor.send('GET', '/bff/sessions');
  assert.equal(response.status, 200);
  return ((await response.json()) as { readonly sessions: readonly OwnSession[] }).sessions;
}

async function eventsOf(visitor: Visitor, path = '/bff/audit'): Promise<readonly AuditEvent[]> {
  const response = await visitor.send('GET', path);
  assert.equal(response.status, 200);
  return ((await response.json()) as { readonly events: readonly AuditEvent[] }).events;
}

test('one sees where one is logged in, and ends one session or all others', async () => {
  const here = await server.logIn('jlind');
  const there = await server.logIn('jlind');
  const third = await server.logIn('jlind');
  const sessions = await sessionsOf(here);
  assert.equal(sessions.length, 3);
  const own = sessions.filter(({ isThisOne }) => isThisOne);
  assert.deepEqual(
    own.map(({ loginWay, address }) => [loginWay, address]),
    [['checkin', '127.0.0.1']],
  );
  assert.equal((await sessionsOf(there)).find(({ isThisOne }) => isThisOne)?.agent, own[0]?.agent);
  const [ofThere] = (await sessionsOf(there)).filter(({ isThisOne }) => isThisOne);
  const gone = await here.send('DELETE', `/bff/sessions/${ofThere?.sessionId}`);
  assert.deepEqual(await gone.json(), { ended: 1 });
  assert.equal((await there.send('GET', '/bff/me')).status, 401);
  assert.deepEqual(await (await here.send('DELETE', '/bff/sessions/others')).json(), { ended: 1 });
  assert.equal((await third.send('GET', '/bff/me')).status, 401);
  assert.equal((await here.send('GET', '/bff/me')).status, 200);
});

test("somebody else's session cannot be ended, and is not told of", async () => {
  const mkolar = await server.logIn('mkolar');
  const iortega = await server.logIn('iortega');
  const [own] = await sessionsOf(mkolar);
  const answer = await iortega.send('DELETE', `/bff/sessions/${own?.sessionId}`);
  assert.equal(answer.status, 404);
  assert.equal((await mkolar.send('GET', '/bff/me')).status, 200);
  assert.equal((await sessionsOf(iortega)).length, 1);
});

test('one sees what was done with the own account: by what way, from where, with what result', async () => {
  const mkolar = await server.logIn('mkolar');
  assert.equal((await uploadDemoProxy(mkolar, 'mkolar')).status, 200);
  const events = await eventsOf(mkolar);
  assert.deepEqual(
    events
      .slice(0, 3)
      .map(({ action, actor, way, address, result }) => [action, actor, way, address, result]),
    [
      ['store proxy', 'mkolar', 'session', '127.0.0.1', 'OK'],
      ['request upload', 'mkolar', 'session', '127.0.0.1', 'OK'],
      ['log in', 'mkolar', 'session', '127.0.0.1', 'OK'],
    ],
  );
  const iortega = await server.logIn('iortega');
  const others = await eventsOf(iortega);
  assert.ok(others.every(({ actor }) => actor === 'iortega'));
});

test('a log-out and a refused log-in are written down', async () => {
  const visitor = await server.logIn('mkolar');
  assert.equal((await visitor.send('POST', '/bff/logout')).status, 200);
  const refused = await server.visitor().send('GET', '/bff/callback?code=x&state=y');
  assert.equal(refused.status, 401);
  const again = await server.logIn('mkolar');
  assert.deepEqual(
    (await eventsOf(again)).slice(0, 2).map(({ action }) => action),
    ['log in', 'log out'],
  );
});
