/** Tokens for the users of a classic DIRAC server that holds the configured key. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openTokenWorld, tokenConfiguration } from '../../testing/token-world.ts';

const secret = randomBytes(32);
const key = `diracx:legacy:${secret.toString('base64url')}`;

async function legacyWorld() {
  const world = await openTokenWorld();
  const { identity, ...rest } = tokenConfiguration();
  const legacyExchangeKeySha256 = createHash('sha256').update(secret).digest('hex');
  const values = {
    ...rest,
    identity: { ...identity, tokens: { ...identity.tokens, legacyExchangeKeySha256 } },
  };
  world.configure(values);
  await world.accountOf('ada');
  const ask = { key, userName: 'ada', scope: 'vo:lhcb', lifetimeMinutes: 60 };
  return {
    ...world,
    ask,
    exchange: (changes: Partial<typeof ask> = {}) => world.tokens.exchangeLegacy({ ...ask, ...changes }),
  };
}

test('T18 the key gets tokens of a user in the default group, and its refresh token stays the same', async () => {
  await using world = await legacyWorld();
  const issued = await world.exchange();
  const { userName, vo, group, properties } = await world.principalOf(issued);
  assert.deepEqual([userName, vo, group, properties], ['ada', 'lhcb', 'lhcb_user', ['NormalUser']]);
  const [first, second] = [
    await world.refresh(issued.refreshToken),
    await world.refresh(issued.refreshToken),
  ];
  assert.deepEqual([first.refreshToken, second.refreshToken], [issued.refreshToken, issued.refreshToken]);
  assert.equal(new Set([issued, first, second].map(({ accessToken }) => accessToken)).size, 3);
  for (const tokens of [issued, first, second]) await world.principalOf(tokens);
});

for (const lifetimeMinutes of [0, 60, 1440])
  test(`T18 a refresh token for ${lifetimeMinutes} minutes lives so long`, async () => {
    await using world = await legacyWorld();
    const { refreshToken } = await world.exchange({ lifetimeMinutes });
    world.clock.advanceS(Math.max(0, lifetimeMinutes * 60 - 1));
    if (lifetimeMinutes > 0) await world.refresh(refreshToken);
    world.clock.advanceS(1);
    await assert.rejects(world.refresh(refreshToken), { message: 'expired_token: The token is expired' });
  });

test('T19 off, a header of another form, a wrong key, and an unknown VO, group or user are refused', async () => {
  await using world = await legacyWorld();
  for (const other of ['', 'diracx:legacy:', `diracx:modern:${key}`, secret.toString('base64url')])
    await assert.rejects(world.exchange({ key: other }), { message: 'Invalid authorization header' });
  await assert.rejects(world.exchange({ key: `diracx:legacy:${randomBytes(32).toString('base64url')}` }), {
    code: 'access.unauthenticated',
    message: 'Invalid credentials',
  });
  const refusal = { code: 'input.invalid', message: 'Invalid scope or preferred_username' };
  for (const changes of [
    { scope: 'vo:atlas' },
    { scope: 'vo:lhcb group:atlas_user' },
    { scope: 'vo:lhcb group:lhcb_admin' },
    { userName: 'stranger' },
  ])
    await assert.rejects(world.exchange(changes), refusal);
  world.configure(tokenConfiguration());
  await assert.rejects(world.exchange(), { code: 'service.unavailable' });
});

test('a token of the exchange can be revoked, and is noticed when it comes back', async () => {
  await using world = await legacyWorld();
  const { refreshToken } = await world.exchange();
  await world.tokens.revoke('myDIRACClientID', refreshToken);
  await assert.rejects(world.refresh(refreshToken), { message: /potential attack/ });
});
