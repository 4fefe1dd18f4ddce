/** Token grants without a provider: whose they are, what others see of them, and keys that change. The rest: apps/bff. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { rows } from '../../db/database.ts';
import { entitlementTo, openGrantWorld } from '../../testing/grant-world.ts';
import { createCredentialStoreAgent } from '../credential-store.agent.ts';
import { keyEncryptionKey } from '../key-envelope.adapter.ts';
import { claimsOfAccessToken } from './access-token-claims.ts';
import { backOffMs, renewAtMs } from './grant-parts.ts';
import type { OutsideProvider } from './token-grant.ts';
import { createTokenGrants } from './token-grants.service.ts';

const minuteMs = 60_000;
const jwt = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

/** Answers every refresh; remembers what it was asked with. */
function fakeProvider() {
  const asked: string[] = [];
  const provider: OutsideProvider = {
    async refresh(refreshToken) {
      asked.push(refreshToken);
      return { ...given('access', `${refreshToken}+`), refreshToken: `${refreshToken}+` };
    },
    identityOf: async (_tokens, subject) => ({ issuer: 'https://iam', subject, entitlements: [] }),
    revoke: async (refreshToken) => void asked.push(`revoke ${refreshToken}`),
  };
  return { asked, provider };
}

const given = (accessToken: string, refreshToken: string) => ({
  providerId: 'main',
  accessToken,
  accessExpiresAtMs: Date.now() + 60 * minuteMs,
  refreshToken,
  refreshExpiresAtMs: null,
  scopes: 'openid offline_access',
  idClaims: {},
});

async function openWorld() {
  const fake = fakeProvider();
  const world = await openGrantWorld({ get: () => fake.provider });
  const grantOf = async (subject: string, ...vos: readonly string[]) => {
    const claims = { issuer: 'https://iam', subject, entitlements: vos.map(entitlementTo) };
    const { accountId } = await world.accounts.logIn({ ...claims, preferredUserName: subject });
    const claimsInside = { sub: subject, iss: 'https://iam', jti: 'secret-id', entitlements: vos };
    await world.grants.useCases.keep(accountId, claims, given(jwt(claimsInside), `rt-${subject}`));
    const own = world.principal(accountId, vos[0] ?? 'escape', 'NormalUser');
    const found = (await world.grants.useCases.list(own)).find(({ userName }) => userName === subject);
    assert.ok(found);
    return { own, grantId: found.grantId };
  };
  return { ...world, ...fake, grantOf, useCases: world.grants.useCases };
}

const fresh = (atMs: number) =>
  ({ way: 'session', address: '192.0.2.1', requestId: 'r', loggedInAtMs: atMs }) as const;

describe('whose they are', () => {
  test('another member of the same VO finds nothing, whatever he tries', async () => {
    await using w = await openWorld();
    const { grantId } = await w.grantOf('ada', 'escape');
    const eve = w.principal('eve', 'escape', 'NormalUser', 'JobAdministrator');
    assert.deepEqual(await w.useCases.list(eve), []);
    await assert.rejects(w.useCases.claims(eve, grantId), { code: 'not-found' });
    await assert.rejects(w.useCases.remove(eve, grantId), { code: 'not-found' });
    assert.deepEqual(w.asked, []);
  });

  test('a manager sees members of his VO, not of others, and nothing of their other VOs', async () => {
    await using w = await openWorld();
    const ada = await w.grantOf('ada', 'escape', 'biomed');
    const ben = await w.grantOf('ben', 'biomed');
    const boss = w.principal('boss', 'escape', 'ProxyManagement');
    assert.deepEqual(
      (await w.useCases.list(boss)).map(({ userName }) => userName),
      ['ada'],
    );
    await assert.rejects(w.useCases.claims(boss, ben.grantId), { code: 'not-found' });
    await assert.rejects(w.useCases.remove(boss, ben.grantId), { code: 'not-found' });
    assert.deepEqual(await w.useCases.claims(boss, ada.grantId), { sub: 'ada', iss: 'https://iam' });
    const own = await w.useCases.claims(ada.own, ada.grantId);
    assert.deepEqual(own['entitlements'], ['escape', 'biomed']);
    assert.equal('jti' in own, false);
  });

  test('a manager who logged in long ago deletes nothing of others', async () => {
    await using w = await openWorld();
    const { grantId } = await w.grantOf('ada', 'escape');
    const nowMs = w.clock.nowMs();
    const boss = w.principal('boss', 'escape', 'ProxyManagement');
    const long = { ...boss, from: fresh(nowMs - 16 * minuteMs) };
    await assert.rejects(w.useCases.remove(long, grantId), { code: 'access.stale-log-in' });
    assert.equal(await w.useCases.remove({ ...boss, from: fresh(nowMs) }, grantId), 'removed');
    assert.deepEqual(w.asked, ['revoke rt-ada']);
  });
});

test('a row moved to another account does not open', async () => {
  await using w = await openWorld();
  const { grantId } = await w.grantOf('ada', 'escape');
  const { own } = await w.grantOf('eve', 'biomed');
  await w.database.write(function* () {
    yield* rows('delete from token_grants where account_id = $1', [own.accountId]);
    yield* rows('update token_grants set account_id = $1 where grant_id = $2', [own.accountId, grantId]);
  });
  await assert.rejects(w.grants.accessToken(grantId));
  assert.deepEqual(w.asked, []);
});

test('after a change of the key-encryption key the new one alone opens it', async () => {
  await using w = await openWorld();
  const { grantId } = await w.grantOf('ada', 'escape');
  const newest = keyEncryptionKey('newest', randomBytes(32));
  const keyEncryptionKeys = [newest, ...w.parts.keyEncryptionKeys];
  await createCredentialStoreAgent({ ...w.parts, database: w.database, keyEncryptionKeys }).runOnce();
  const later = createTokenGrants({ ...w.parts, database: w.database, keyEncryptionKeys: [newest] });
  await later.accessToken(grantId);
  assert.deepEqual(w.asked, ['rt-ada']);
});

test('one that is over is wiped, and its owner told', async () => {
  await using w = await openWorld();
  const { grantId, own } = await w.grantOf('ada', 'escape');
  const endsAtMs = w.clock.nowMs() + minuteMs;
  await w.database.write(() => rows('update token_grants set expires_at_ms = $1', [endsAtMs]));
  w.clock.advanceS(60);
  await w.grants.agent.runOnce();
  const [row] = await w.database.read(() =>
    rows<{ sealed_key: Uint8Array; sealed_data_key: Uint8Array }>('select * from token_grants'),
  );
  assert.deepEqual([row?.sealed_key.length, row?.sealed_data_key.length], [0, 0]);
  assert.equal((await w.useCases.list(own))[0]?.status, 'needs-log-in');
  await assert.rejects(w.grants.accessToken(grantId), { code: 'access.unauthenticated' });
});

test('deleted while it is refreshed: the new token is revoked, and nobody gets the access token', async () => {
  await using w = await openWorld();
  const { grantId, own } = await w.grantOf('ada', 'escape');
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const usual = { ...w.provider };
  const begun = new Promise<void>((resolve) => {
    w.provider.refresh = async (token) => {
      resolve();
      await held;
      return usual.refresh(token);
    };
  });
  const asking = w.grants.accessToken(grantId);
  await begun;
  assert.equal(await w.useCases.remove(own, grantId), 'pending', 'the other one has it');
  letGo();
  await assert.rejects(asking, { code: 'not-found' });
  await w.grants.agent.runOnce();
  assert.deepEqual(w.asked, ['rt-ada', 'revoke rt-ada+']);
  assert.deepEqual(await w.useCases.list(own), []);
});

test('the pauses after failures', () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((failures) => backOffMs(failures) / minuteMs);
  assert.deepEqual(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('an access token is renewed with a quarter of its life left, 5 minutes at least', () => {
  const leftMin = (lifeMin: number, random = 0) =>
    lifeMin - renewAtMs(0, lifeMin * minuteMs, () => random) / minuteMs;
  assert.deepEqual([leftMin(60), leftMin(12)], [15, 5]);
  assert.ok(leftMin(60, 0.99) > 15);
});

test('claims of what is no token are none', () => {
  assert.deepEqual(claimsOfAccessToken(jwt({ sub: 'Zoë', jti: 'x' })), { sub: 'Zoë' });
  for (const token of ['opaque', 'a.b', 'a.%%%.c', `a.${'A'.repeat(40_000)}.c`, 'a.bnVsbA.c'])
    assert.deepEqual(claimsOfAccessToken(token), {});
});
