/** Keys over time and between processes, on the engine of the run. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { openTokenWorld } from '../../testing/token-world.ts';
import { keyEncryptionKey } from '../key-envelope.adapter.ts';
import { createSigningKeys } from './signing-keys.service.ts';
import { createTokens } from './tokens.service.ts';

const dayS = 86_400;
const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';

test('a new key is published two days before it signs, and the old one stays until its tokens are over', async () => {
  await using world = await openTokenWorld();
  const kids = async () => (await world.tokens.publicKeys()).map(({ kid }) => kid);
  const first = kidOf((await world.logIn('ada', 'lhcb_user')).accessToken);
  world.clock.advanceS(180 * dayS);
  await world.agent.runOnce();
  assert.equal((await kids()).length, 2);
  const before = await world.logIn('ada', 'lhcb_user');
  assert.equal(kidOf(before.accessToken), first);
  world.clock.advanceS(2 * dayS - 600);
  const last = await world.logIn('ada', 'lhcb_user');
  assert.equal(kidOf(last.accessToken), first);
  world.clock.advanceS(600);
  await world.agent.runOnce();
  const second = kidOf((await world.logIn('ada', 'lhcb_user')).accessToken);
  assert.notEqual(second, first);
  await world.tokens.authenticate(last.accessToken);
  world.clock.advanceS(3600);
  await world.agent.runOnce();
  assert.deepEqual(await kids(), [second]);
});

test('every process checks what another one signed, even with a key it has not seen', async () => {
  await using world = await openTokenWorld();
  const other = createTokens(world.parts).useCases;
  await other.publicKeys();
  world.clock.advanceS(180 * dayS);
  await world.agent.runOnce();
  world.clock.advanceS(2 * dayS);
  const { accessToken } = await world.logIn('ada', 'lhcb_user');
  assert.equal((await other.authenticate(accessToken)).principal.userName, 'ada');
});

test('a key sealed with a lost key-encryption key signs no more, but what it signed is still checked', async () => {
  await using world = await openTokenWorld();
  const issued = await world.logIn('ada', 'lhcb_user');
  const parts = { ...world.parts, keyEncryptionKeys: [keyEncryptionKey('another', randomBytes(32))] };
  const restarted = createTokens(parts).useCases;
  await restarted.authenticate(issued.accessToken);
  const renewed = await restarted.exchange({
    kind: 'refresh',
    clientId: 'myDIRACClientID',
    refreshToken: issued.refreshToken,
  });
  assert.notEqual(kidOf(renewed.accessToken), kidOf(issued.accessToken));
});

test('T11 without any key nothing is checked, and the first one is made when it is needed', async () => {
  await using world = await openTokenWorld();
  const keys = createSigningKeys(world.parts);
  assert.equal(await keys.publicKey('any'), undefined);
  const { kid, privateKey } = await keys.signer();
  assert.equal(privateKey.asymmetricKeyType, 'ed25519');
  assert.equal((await keys.publicKey(kid))?.type, 'public');
  assert.equal(await keys.publicKey('__proto__'), undefined);
});

test('after a change of the key-encryption key the same key signs, and the former one is needed no more', async () => {
  await using world = await openTokenWorld();
  const { accessToken } = await world.logIn('ada', 'lhcb_user');
  const newest = keyEncryptionKey('newest', randomBytes(32));
  const during = { ...world.parts, keyEncryptionKeys: [newest, ...world.parts.keyEncryptionKeys] };
  await createTokens(during).agent.runOnce();
  const after = createSigningKeys({ ...world.parts, keyEncryptionKeys: [newest] });
  assert.equal((await after.signer()).kid, kidOf(accessToken));
});
