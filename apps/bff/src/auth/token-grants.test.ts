/**
 * Refresh tokens of identity providers against a real one (oidc-provider) that rotates them and takes reuse for theft:
 * one refresh at a time, nothing to steal in the database, groups confirmed while people are away.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rows } from '@wm/wms-core/database';
import { createTokenGrants, entitlementTo, openGrantWorld } from '@wm/wms-core/testing';
import { startIssuerWithProvider } from '../testing/grant-from-issuer.ts';

const hourS = 3600;

async function openWorld(...vos: readonly string[]) {
  const claims = { name: 'Ada', eduperson_entitlement: vos.map(entitlementTo) };
  const outside = await startIssuerWithProvider({ subject: 'ada-at-iam', claims });
  const world = await openGrantWorld({ get: () => outside.provider });
  const login = await outside.logIn();
  assert.ok(login.grant);
  const { accountId } = await world.accounts.logIn(login.claims);
  await world.grants.useCases.keep(accountId, login.claims, login.grant);
  const own = world.principal(accountId, 'escape');
  const [grant] = await world.grants.useCases.list(own);
  assert.ok(grant);
  return {
    ...world,
    ...outside,
    own,
    accountId,
    firstToken: login.grant.refreshToken,
    grantId: grant.grantId,
    grant: async () => (await world.grants.useCases.list(own))[0],
    groups: async () => (await world.accounts.memberships(accountId)).map(({ group }) => group),
    dump: async () =>
      JSON.stringify(await world.database.read(() => rows('select * from token_grants')), asText),
    notices: () =>
      world.database.read(() =>
        rows<{ title: string; message: string }>('select title, message from notices'),
      ),
    actions: async () =>
      (await world.database.read(() => rows<{ action: string }>('select action from audit_log'))).map(
        ({ action }) => action,
      ),
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await outside[Symbol.asyncDispose]();
    },
  };
}

const asText = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;

const fifty = Array.from({ length: 50 }, (_, index) => index);

/** An access token that names a session at its provider. */
const tokenOfSession = (sid: string): string =>
  ['{"alg":"none"}', JSON.stringify({ sid }), '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

describe('a new log-in', () => {
  test('takes the place of the old token, which is revoked when it is of another session there', async () => {
    await using w = await openWorld('escape');
    const keepWithin = async (sid: string): Promise<string> => {
      const { claims, grant } = await w.logIn();
      assert.ok(grant);
      await w.grants.useCases.keep(w.accountId, claims, { ...grant, accessToken: tokenOfSession(sid) });
      return grant.refreshToken;
    };
    const first = await keepWithin('one');
    await keepWithin('two');
    assert.equal(
      (await w.grants.useCases.list(w.own)).length,
      1,
      'what waits to be revoked is nobody’s matter',
    );
    w.issuer.failing.add('/token/revocation');
    await w.grants.agent.runOnce();
    w.issuer.failing.clear();
    w.clock.advanceS(120);
    await w.grants.agent.runOnce();
    await assert.rejects(w.provider.refresh(first), { code: 'access.unauthenticated' });
    assert.equal((await w.grants.useCases.list(w.own)).length, 1);
  });

  test('forgets the old token where the two may be of one session: the new one would go with it', async () => {
    await using w = await openWorld('escape');
    const again = await w.logIn();
    assert.ok(again.grant);
    await w.grants.useCases.keep(w.accountId, again.claims, again.grant);
    await w.grants.agent.runOnce();
    assert.equal((await w.grants.useCases.list(w.own)).length, 1);
    assert.ok(await w.provider.refresh(w.firstToken), 'it is not revoked');
    assert.ok(await w.grants.accessToken((await w.grant())?.grantId ?? ''), 'the new one is good');
  });
});

describe('one refresh at a time', () => {
  test('50 who ask at once get one token from one refresh, and the grant lives on', async () => {
    await using w = await openWorld('escape');
    const tokens = await Promise.all(fifty.map(() => w.grants.accessToken(w.grantId)));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual(w.issuer.refreshes, { good: 1, refused: 0 });
    w.clock.advanceS(hourS);
    assert.notEqual(await w.grants.accessToken(w.grantId), tokens[0]);
    assert.deepEqual(w.issuer.refreshes, { good: 2, refused: 0 });
  });

  test('two processes on one database refresh one after the other', async () => {
    await using w = await openWorld('escape');
    await using another = await w.another();
    const sides = [w.grants, another];
    const tokens = await Promise.all(
      fifty.map((index) => sides[index % 2]?.accessToken(w.grantId) ?? Promise.reject(new Error('no side'))),
    );
    // Access tokens are in memory only, so each process needs its own.
    assert.equal(new Set(tokens).size, 2);
    assert.deepEqual(w.issuer.refreshes, { good: 2, refused: 0 });
    assert.equal((await w.grant())?.status, 'live');
  });

  test('a refresh token that was used before costs the grant: the provider is one that notices', async () => {
    await using w = await openWorld('escape');
    await w.grants.accessToken(w.grantId);
    await assert.rejects(w.provider.refresh(w.firstToken), { code: 'access.unauthenticated' });
    w.clock.advanceS(hourS);
    await assert.rejects(w.grants.accessToken(w.grantId), { code: 'access.unauthenticated' });
    const { refused } = w.issuer.refreshes;
    await assert.rejects(w.grants.accessToken(w.grantId), { code: 'access.unauthenticated' });
    assert.equal(w.issuer.refreshes.refused, refused, 'it is not tried again');
    assert.equal((await w.grant())?.status, 'needs-log-in');
  });
});

test('a thief of the database finds no token', async () => {
  await using w = await openWorld('escape');
  assert.doesNotMatch(await w.dump(), new RegExp(w.firstToken));
  const accessToken = await w.grants.accessToken(w.grantId);
  const { refreshToken } = await openedBy(w);
  const everything = `${await w.dump()} ${w.lines.join(' ')}`;
  for (const secret of [w.firstToken, refreshToken, accessToken])
    assert.equal(everything.includes(secret), false);
});

/** The refresh token as it stands now, by the provider's own eyes: what the core sends when it asks next. */
async function openedBy(w: Awaited<ReturnType<typeof openWorld>>): Promise<{ refreshToken: string }> {
  let sent = '';
  const spy = { ...w.provider, refresh: (token: string) => ((sent = token), w.provider.refresh(token)) };
  await createTokenGrants({ ...w.parts, database: w.database, providers: { get: () => spy } }).accessToken(
    w.grantId,
  );
  return { refreshToken: sent };
}

describe('groups while their member is away', () => {
  test('go on counting for days', async () => {
    await using w = await openWorld('escape');
    for (let hours = 0; hours < 72; hours += 12) {
      w.clock.advanceS(12 * hourS);
      await w.grants.agent.runOnce();
      assert.deepEqual(await w.groups(), ['escape_user']);
    }
    assert.ok((await w.actions()).includes('refresh token grant'));
  });

  test('end when the entitlement ends, and begin when a new one comes', async () => {
    await using w = await openWorld('escape');
    w.issuer.person.claims = { eduperson_entitlement: [entitlementTo('biomed')] };
    w.clock.advanceS(12 * hourS);
    await w.grants.agent.runOnce();
    assert.deepEqual(await w.groups(), ['biomed_user']);
  });

  test('are asked for no sooner than needed', async () => {
    await using w = await openWorld('escape');
    w.clock.advanceS(7 * hourS);
    await w.grants.agent.runOnce();
    assert.equal(w.issuer.refreshes.good, 0);
  });

  test('end after a day where the grant died, and their member is told what to do', async () => {
    await using w = await openWorld('escape');
    await w.provider.revoke(w.firstToken);
    w.clock.advanceS(12 * hourS);
    await w.grants.agent.runOnce();
    assert.deepEqual(await w.groups(), ['escape_user'], 'they count until their day is over');
    const [notice] = await w.notices();
    assert.match(notice?.message ?? '', /Log out and in again/);
    w.clock.advanceS(13 * hourS);
    assert.deepEqual(await w.groups(), []);
    assert.ok((await w.actions()).includes('lose token grant'));

    const again = await w.logIn();
    assert.ok(again.grant);
    await w.accounts.logIn(again.claims);
    await w.grants.useCases.keep(w.accountId, again.claims, again.grant);
    assert.deepEqual(await w.groups(), ['escape_user']);
    assert.deepEqual(await w.notices(), [], 'and is told no more when he did it');
  });

  for (const path of ['/token', '/me'] as const)
    test(`a provider in trouble (${path}) is left alone for 1, 2, 4 … minutes`, async () => {
      await using w = await openWorld('escape');
      w.issuer.failing.add(path);
      w.clock.advanceS(12 * hourS);
      await w.grants.agent.runOnce();
      for (const minutes of [1, 2, 4]) {
        w.clock.advanceS(minutes * 60 - 1);
        await w.grants.agent.runOnce();
        await assert.rejects(w.grants.accessToken(w.grantId), { code: 'service.unavailable' });
        w.clock.advanceS(1);
        await w.grants.agent.runOnce();
      }
      assert.equal((await w.grant())?.status, 'live');
      w.issuer.failing.clear();
      w.clock.advanceS(hourS);
      await w.grants.agent.runOnce();
      assert.deepEqual(await w.groups(), ['escape_user']);
      w.clock.advanceS(12 * hourS);
      assert.deepEqual(await w.groups(), ['escape_user'], 'confirmed by the last look');
    });
});

describe('deleting', () => {
  test('revokes at the provider and forgets', async () => {
    await using w = await openWorld('escape');
    assert.equal(await w.grants.useCases.remove(w.own, w.grantId), 'removed');
    assert.equal(await w.grant(), undefined);
    await assert.rejects(w.provider.refresh(w.firstToken), { code: 'access.unauthenticated' });
    await assert.rejects(w.grants.accessToken(w.grantId), { code: 'not-found' });
  });

  test('waits for a provider that is away', async () => {
    await using w = await openWorld('escape');
    w.issuer.failing.add('/token/revocation');
    assert.equal(await w.grants.useCases.remove(w.own, w.grantId), 'pending');
    assert.equal((await w.grant())?.status, 'revoking');
    await assert.rejects(w.grants.accessToken(w.grantId), { code: 'not-found' });
    w.issuer.failing.clear();
    w.clock.advanceS(60);
    await w.grants.agent.runOnce();
    assert.equal(await w.grant(), undefined);
    await assert.rejects(w.provider.refresh(w.firstToken), { code: 'access.unauthenticated' });
  });
});

test('without offline_access nothing is given to keep', async () => {
  await using outside = await startIssuerWithProvider({ subject: 'ada', claims: {} }, false);
  assert.equal((await outside.logIn()).grant, undefined);
});
