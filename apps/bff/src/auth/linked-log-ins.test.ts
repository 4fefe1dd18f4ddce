/**
 * A second log-in for one account, and the attacks on it: real OpenID providers, the real core, browsers without a
 * screen. What an account may and may not have is `linked-log-ins.service.test.ts`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnswerOf, Routes } from '@wm/api-contract';
import type { Visitor } from '../testing/visitor.ts';
import { startWithProvider, type ServerWithProvider } from '../testing/with-provider.ts';

type LogIns = AnswerOf<Routes['GET /bff/log-ins']>;

const ada = {
  subject: 'ada-at-iam',
  claims: {
    name: 'Ada',
    preferred_username: 'ada',
    email: 'ada@iam.example.org',
    'wlcg.groups': ['/escape', '/careful'],
    eduperson_assurance: ['https://refeds.org/assurance/IAP/medium'],
  },
};

const vos = { vos: ['escape', 'careful'] };
const world = (): Promise<ServerWithProvider> => startWithProvider(ada, vos);

const logInsOf = async (visitor: Visitor): Promise<LogIns> =>
  (await (await visitor.send('GET', '/bff/log-ins')).json()) as LogIns;

const begin = (visitor: Visitor, provider = 'iam'): Promise<Response> =>
  visitor.send('POST', '/bff/log-ins/link', { body: { provider, returnTo: '/#open=my-account' } });

async function begun(visitor: Visitor): Promise<string> {
  const answer = await begin(visitor);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { readonly url: string }).url;
}

const decide = (visitor: Visitor, linkId: string | undefined, decision = 'link'): Promise<Response> =>
  visitor.send('POST', '/bff/log-ins/decide', { body: { linkId: linkId ?? '', decision } });

/** Up to the question. */
async function proved(visitor: Visitor) {
  const end = await visitor.follow(await begun(visitor));
  return { end, waiting: (await logInsOf(visitor)).waiting };
}

async function link(visitor: Visitor): Promise<void> {
  const { waiting } = await proved(visitor);
  assert.equal((await decide(visitor, waiting?.linkId)).status, 200);
}

async function memberships(w: ServerWithProvider, visitor: Visitor): Promise<readonly string[]> {
  const { memberships } = await w.me(visitor);
  return (memberships as readonly { readonly group: string }[]).map(({ group }) => group).toSorted();
}

const byIam = async (w: ServerWithProvider): Promise<Visitor> => {
  const visitor = w.server.visitor();
  await w.logIn(visitor);
  return visitor;
};

test('proved, named, said yes to: from then on both log-ins lead to the account', async () => {
  await using w = await world();
  const marta = await w.server.logIn('mkolar');
  assert.deepEqual((await logInsOf(marta)).providers, [{ id: 'iam', label: 'ESCAPE IAM' }]);
  const { end, waiting } = await proved(marta);
  assert.equal(end.url, `${w.server.origin}/#open=my-account`);
  assert.deepEqual(
    [waiting?.provider, waiting?.subject, waiting?.name, waiting?.email, waiting?.outlook],
    ['ESCAPE IAM', 'ada-at-iam', 'Ada', 'ada@iam.example.org', 'free'],
  );
  const before = marta.cookies.get('wm');
  assert.equal((await decide(marta, waiting?.linkId)).status, 200);
  assert.notEqual(marta.cookies.get('wm'), before, 'the session goes on under a new id');

  const again = await byIam(w);
  assert.equal((await w.me(again))['userName'], 'mkolar');
  assert.ok((await memberships(w, again)).includes('escape_user'));
  const listed = await logInsOf(again);
  assert.deepEqual(
    listed.logIns.map(({ provider, isThisSession }) => [provider, isThisSession]),
    [
      ['Check-in', false],
      ['ESCAPE IAM', true],
    ],
  );
  assert.deepEqual([listed.providers, listed.waiting], [[], null]);
});

test('the provider is told to ask who it is, even of a browser that it knows', async () => {
  await using w = await world();
  const url = new URL(await begun(await w.server.logIn('mkolar')));
  assert.equal(url.searchParams.get('prompt'), 'login');
});

test('coming back alone links nothing; what was dismissed is over', async () => {
  await using w = await world();
  const marta = await w.server.logIn('mkolar');
  const { waiting } = await proved(marta);
  assert.equal((await logInsOf(marta)).logIns.length, 1);
  assert.equal((await decide(marta, waiting?.linkId, 'dismiss')).status, 200);
  assert.equal((await logInsOf(marta)).waiting, null);
  assert.equal((await decide(marta, waiting?.linkId)).status, 404);
  assert.notEqual((await w.me(await byIam(w)))['userName'], 'mkolar');
});

test('forced linking: the way to the provider that somebody else began links nothing here', async () => {
  await using w = await world();
  const [attacker, victim] = await Promise.all([w.server.logIn('mkolar'), w.server.logIn('iortega')]);
  const end = await victim.follow(await begun(attacker));
  assert.equal(end.response.status, 401);
  for (const visitor of [attacker, victim]) {
    const { logIns, waiting } = await logInsOf(visitor);
    assert.deepEqual([logIns.length, waiting], [1, null]);
  }
});

test('forced linking: a page elsewhere cannot begin, nor say yes', async () => {
  await using w = await world();
  const marta = await w.server.logIn('mkolar');
  const { waiting } = await proved(marta);
  const elsewhere = { headers: { origin: 'https://evil.example.org', 'x-csrf-token': undefined } };
  const tries = [
    marta.send('POST', '/bff/log-ins/link', { ...elsewhere, body: { provider: 'iam' } }),
    marta.send('POST', '/bff/log-ins/decide', {
      ...elsewhere,
      body: { linkId: waiting?.linkId, decision: 'link' },
    }),
  ];
  for (const answer of await Promise.all(tries)) assert.equal(answer.status, 403);
  assert.equal((await logInsOf(marta)).logIns.length, 1);
});

test('what waits in one session is nothing in another, and is taken once', async () => {
  await using w = await world();
  const [marta, elsewhere] = [await w.server.logIn('mkolar'), await w.server.logIn('mkolar')];
  const { waiting } = await proved(marta);
  assert.equal((await logInsOf(elsewhere)).waiting, null);
  assert.equal((await decide(elsewhere, waiting?.linkId)).status, 404);
  assert.equal((await decide(marta, `${waiting?.linkId}x`)).status, 404);
  assert.equal((await decide(marta, waiting?.linkId)).status, 200);
  assert.equal((await decide(marta, waiting?.linkId)).status, 404);
});

test('a callback a second time, or after another log-in in this browser, is refused', async () => {
  await using w = await world();
  const marta = await w.server.logIn('mkolar');
  const url = await begun(marta);
  await w.logIn(marta);
  const end = await marta.follow(url);
  assert.equal(end.response.status, 401);
  assert.equal((await marta.follow(end.url)).response.status, 401);
  assert.equal((await logInsOf(marta)).waiting, null);
});

test('an identity that leads to an account in use is named with it, and not linked', async () => {
  await using w = await world();
  const note = { revision: 0, body: { text: 'Tides' } };
  const saved = await (await byIam(w)).send('PUT', '/bff/documents/note/tides', { body: note });
  assert.equal(saved.status, 200, await saved.text());
  const marta = await w.server.logIn('mkolar');
  const { waiting } = await proved(marta);
  assert.deepEqual([waiting?.outlook, waiting?.takenBy], ['taken', 'ada']);
  assert.equal((await decide(marta, waiting?.linkId)).status, 409);
  assert.equal((await w.me(await byIam(w)))['userName'], 'ada');
});

test('the unused account of an identity is named, closed by linking, and its sessions end', async () => {
  await using w = await world();
  const before = await byIam(w);
  const marta = await w.server.logIn('mkolar');
  const { waiting } = await proved(marta);
  assert.deepEqual([waiting?.outlook, waiting?.takenBy], ['unused', 'ada']);
  assert.equal((await decide(marta, waiting?.linkId)).status, 200);
  assert.equal((await before.send('GET', '/bff/me')).status, 401);
  assert.equal((await w.me(await byIam(w)))['userName'], 'mkolar');
});

test('an old session begins nothing: a log-in of the last minutes is needed', async () => {
  let laterMs = 0;
  await using w = await startWithProvider(ada, { ...vos, clock: { nowMs: () => Date.now() + laterMs } });
  const marta = await w.server.logIn('mkolar');
  laterMs = 16 * 60_000;
  const answer = await begin(marta);
  assert.equal(answer.status, 401);
  assert.match(await answer.text(), /access\.stale-log-in/);
});

test('what was proved ten minutes ago is over', async () => {
  let laterMs = 0;
  await using w = await startWithProvider(ada, { ...vos, clock: { nowMs: () => Date.now() + laterMs } });
  const marta = await w.server.logIn('mkolar');
  const { waiting } = await proved(marta);
  laterMs = 11 * 60_000;
  assert.equal((await logInsOf(marta)).waiting, null);
  assert.equal((await decide(marta, waiting?.linkId)).status, 404);
});

test('who says no at the provider has nothing that waits', async () => {
  await using w = await startWithProvider({ ...ada, denies: true }, vos);
  const marta = await w.server.logIn('mkolar');
  assert.equal((await marta.follow(await begun(marta))).response.status, 401);
  assert.equal((await logInsOf(marta)).waiting, null);
});

test('a VO that wants more assurance is open by the log-in that has it, closed by the other', async () => {
  await using w = await world();
  const marta = await w.server.logIn('mkolar');
  await link(marta);
  assert.ok(!(await memberships(w, marta)).includes('careful_user'));
  const inGroup = { headers: { 'x-wm-group': 'careful_user' } };
  assert.equal((await marta.send('GET', '/bff/proxies/status', inGroup)).status, 403);
  const strong = await byIam(w);
  assert.ok((await memberships(w, strong)).includes('careful_user'));
  assert.equal((await strong.send('GET', '/bff/proxies/status', inGroup)).status, 200);
});

test('un-linking ends the sessions of that log-in, and is not done from one of them', async () => {
  await using w = await world();
  const marta = await w.server.logIn('mkolar');
  await link(marta);
  const strong = await byIam(w);
  const id = (await logInsOf(marta)).logIns.find(({ provider }) => provider === 'ESCAPE IAM')?.logInId;
  const own = await strong.send('DELETE', `/bff/log-ins/${id}`);
  assert.equal(own.status, 409);
  assert.equal((await marta.send('DELETE', `/bff/log-ins/${id}`)).status, 204);
  assert.equal((await strong.send('GET', '/bff/me')).status, 401);
  assert.equal((await marta.send('GET', '/bff/me')).status, 200);
  const last = (await logInsOf(marta)).logIns[0]?.logInId;
  assert.equal((await marta.send('DELETE', `/bff/log-ins/${last}`)).status, 409);
});
