/** Several ways to log in: a second provider beside the stand-in, real and broken, over HTTP with the real core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWithProvider as world } from '../testing/with-provider.ts';

const ada = { subject: 'ada-at-iam', claims: { name: 'Ada', preferred_username: 'ada' } };
const withGroups = (...list: readonly string[]) => ({
  ...ada,
  claims: { ...ada.claims, 'wlcg.groups': list },
});

test('groups of a WLCG provider make a member, of its own VOs only', async () => {
  await using w = await world(withGroups('/escape', '/vo.access.egi.eu'));
  const end = await w.logIn();
  assert.equal(end.url, `${w.server.origin}/`);
  const me = await w.me();
  assert.equal(me['userName'], 'ada');
  assert.deepEqual(
    (me['memberships'] as readonly { readonly group: string }[]).map(({ group }) => group),
    ['escape_user'],
  );
});

test('the name of a configured user at another provider is not that user', async () => {
  await using w = await world({ subject: 'x', claims: { preferred_username: 'mkolar' } });
  await w.logIn();
  const me = await w.me();
  assert.notEqual(me['userName'], 'mkolar');
  assert.deepEqual(me['memberships'], []);
});

test('whoever does not say where he logs in is asked, and comes out where he wanted to go', async () => {
  await using w = await world(ada);
  const asked = await w.visitor.send('GET', `/bff/login?returnTo=${encodeURIComponent('/jobs?x=1')}`);
  assert.equal(asked.headers.get('location'), `/?choose-log-in=${encodeURIComponent('/jobs?x=1')}`);
  const welcome = await (await w.visitor.send('GET', '/bff/welcome')).json();
  const { logins } = welcome as { readonly logins: readonly { readonly provider: string | null }[] };
  assert.deepEqual(
    logins.map(({ provider }) => provider).filter((provider) => provider !== null),
    ['main', 'iam'],
  );
});

test('an unknown provider is not found', async () => {
  await using w = await world(ada);
  const answer = await w.visitor.send('GET', '/bff/login?provider=nobody');
  assert.equal(answer.status, 404);
});

for (const broken of ['userinfo-fails', 'other-subject', 'userinfo-junk'] as const)
  test(`a provider whose UserInfo is broken (${broken}) lets nobody in`, async () => {
    await using w = await world({ ...withGroups('/escape'), broken });
    const { response } = await w.logIn();
    assert.ok([401, 503].includes(response.status), String(response.status));
    assert.equal((await w.visitor.send('GET', '/bff/me')).status, 401);
  });

test('a client secret that others can read is not used', async () => {
  await using w = await world(ada, { secretMode: 0o644 });
  const answer = await w.visitor.send('GET', '/bff/login?provider=iam');
  assert.equal(answer.status, 503);
});

test('a VO that wants more assurance has no member below it', async () => {
  const claims = (value: string) => ({
    ...ada.claims,
    'wlcg.groups': ['/careful'],
    eduperson_assurance: [value],
  });
  await using low = await world(
    { ...ada, claims: claims('https://refeds.org/assurance/IAP/low') },
    { vos: ['careful'] },
  );
  await low.logIn();
  assert.deepEqual((await low.me())['memberships'], []);
  await using medium = await world(
    { ...ada, claims: claims('https://refeds.org/assurance/IAP/medium') },
    { vos: ['careful'] },
  );
  await medium.logIn();
  assert.equal(((await medium.me())['memberships'] as readonly unknown[]).length, 1);
});

test('an EGI-like provider: entitlements of UserInfo make a member of its own VOs', async () => {
  const claims = {
    preferred_username: 'ada',
    voperson_id: 'ef72@egi.eu',
    eduperson_entitlement: [
      'urn:mace:egi.eu:group:vo.access.egi.eu:role=member#aai.egi.eu',
      'urn:mace:egi.eu:group:escape:role=member#aai.egi.eu',
      'urn:mace:elsewhere.org:group:vo.access.egi.eu#x',
    ],
  };
  await using w = await world({ subject: 'ada', claims }, { kind: 'checkin', vos: ['vo.access.egi.eu'] });
  await w.logIn();
  assert.deepEqual(
    ((await w.me())['memberships'] as readonly { readonly group: string }[]).map(({ group }) => group),
    ['access_user'],
  );
});

test('of very many entitlements the first five hundred count, and the log-in goes on', async () => {
  const member = 'urn:mace:egi.eu:group:vo.access.egi.eu:role=member#aai.egi.eu';
  const many = Array.from({ length: 500 }, (_, index) => `urn:mace:egi.eu:group:vo${index}#aai.egi.eu`);
  const groupsWith = async (eduperson_entitlement: readonly string[]) => {
    const person = { subject: 'ada', claims: { eduperson_entitlement } };
    await using w = await world(person, { kind: 'checkin', vos: ['vo.access.egi.eu'] });
    await w.logIn();
    return ((await w.me())['memberships'] as readonly unknown[]).length;
  };
  assert.equal(await groupsWith([member, ...many]), 1);
  assert.equal(await groupsWith([...many, member]), 0);
});
