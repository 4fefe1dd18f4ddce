import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  digestOfKey,
  exportPublicKey,
  generateRsaKeyPair,
  makeProxyRequest,
  parseCertificate,
  readPem,
  validateChain,
  writePem,
} from '@wm/credentials';
import type { Credential } from '@wm/credentials/authority';
import { createTestPki, type TestPki } from '@wm/credentials/testing';
import { rows } from '../db/database.ts';
import { aConfiguration, aUser } from '../testing/index.ts';
import {
  openPayloadWorld,
  payloadKeys,
  payloadStartMs as startMs,
  type PayloadWorldOptions,
} from '../testing/payload-world.ts';
import type { HandOutOrder } from '../use-cases.ts';
import type { UserPrincipal } from './principal.ts';

let pki: TestPki;
let ada: Credential;
let keys: Awaited<ReturnType<typeof generateRsaKeyPair>>;
let csrPem: string;

before(async () => {
  pki = await createTestPki(startMs);
  ada = await pki.person('Ada');
  keys = await generateRsaKeyPair();
  csrPem = await makeProxyRequest(keys);
});

const configuration = (group: object = {}, users: object = {}) =>
  aConfiguration({
    vos: {
      biomed: {
        groups: {
          biomed_user: { properties: ['NormalUser'], users: ['ada'], ...group },
          biomed_pilot: { properties: ['GenericPilot', 'LimitedDelegation'], users: ['robot'] },
        },
      },
      fermilab: { groups: { fermilab_user: { properties: ['NormalUser'], users: ['ada'] } } },
    },
    users: { ada: {}, robot: {}, ...users },
    limits: { proxyHandOutMaxS: 50_000 },
  });

const world = (options: Partial<PayloadWorldOptions> = {}) =>
  openPayloadWorld({ pki, ada, configuration: configuration(), ...options });
type World = Awaited<ReturnType<typeof world>>;

/** Somebody whose certificate the connection showed. */
const robot = (more: Partial<UserPrincipal> = {}): UserPrincipal =>
  aUser({
    accountId: 'ROBOT',
    userName: 'robot',
    group: 'biomed_pilot',
    properties: ['GenericPilot', 'LimitedDelegation'],
    from: { way: 'certificate', address: '127.0.0.1', requestId: 'r' },
    ...more,
  });

const take = (w: World, taker: UserPrincipal = w.user, order: Partial<HandOutOrder> = {}) =>
  w.proxies.take(taker, { csrPem, ...order });

const chainOf = (pem: string) =>
  validateChain(
    readPem(pem).map(({ der }) => parseCertificate(der)),
    pki.trust,
    startMs,
  );

const audited = (w: World) =>
  w.database.read(() => rows("select * from audit_log where action like 'download%' order by audit_id"));

test('a user takes a full proxy of his group for a key that never left him', async () => {
  await using w = await world();
  const taken = await take(w);
  const chain = await chainOf(taken.chainPem);
  assert.deepEqual([chain.isLimited, chain.diracGroup, taken.isLimited], [false, 'biomed_user', false]);
  const leaf = chain.proxies[0]?.publicKey.der ?? new Uint8Array();
  assert.equal(await digestOfKey(leaf), await digestOfKey(await exportPublicKey(keys.publicKey)));
  assert.doesNotMatch(taken.chainPem, /PRIVATE/);
  const [entry] = await audited(w);
  assert.equal(entry?.['result'], 'OK full, 23400 s, for ada@biomed_user');
  assert.equal(entry?.['actor'], w.user.accountId);
});

for (const [what, asked, stored, lifetimeS] of [
  ['what DIRAC asks for, and half of it more', undefined, 200_000, 23_400],
  ['half as long again as asked', 20_000, 200_000, 30_000],
  ['the policy at most', 40_000, 200_000, 50_000],
  ['the stored proxy at most', 20_000, 7200, 7200],
] as const)
  test(`a proxy that is taken lasts ${what}`, async () => {
    await using w = await world({ lastsS: stored });
    const { validUntilMs } = await take(w, w.user, { lifetimeS: asked });
    assert.equal((validUntilMs - startMs) / 1000, lifetimeS);
  });

test('a limited one can be asked for where a full one may be had', async () => {
  await using w = await world();
  const taken = await take(w, w.user, { isLimited: true });
  assert.equal((await chainOf(taken.chainPem)).isLimited, true);
});

test('who has LimitedDelegation gets limited proxies of others, whatever he asks for', async () => {
  await using w = await world();
  const taken = await take(w, robot(), { userName: 'ada', group: 'biomed_user', isLimited: false });
  assert.equal((await chainOf(taken.chainPem)).isLimited, true);
  const [entry] = await audited(w);
  assert.equal(entry?.['target_account_id'], w.user.accountId);
  assert.match(String(entry?.['result']), /^OK limited/);
});

test('a pilot of one VO that asks for a proxy of another gets none, and the asking is on record', async () => {
  await using w = await world();
  await assert.rejects(take(w, robot(), { userName: 'ada', group: 'fermilab_user' }), {
    code: 'access.denied',
    message: 'The group fermilab_user is of another VO than yours, biomed.',
  });
  const [entry] = await audited(w);
  assert.equal(entry?.['result'], 'access.denied, for ada@fermilab_user');
});

test('a token or an old session takes no proxies of others', async () => {
  await using w = await world();
  const from = { address: '127.0.0.1', requestId: 'r' };
  const order = { userName: 'ada', group: 'biomed_user' };
  const token = robot({ from: { ...from, way: 'token' } });
  const session = robot({ from: { ...from, way: 'session', loggedInAtMs: startMs - 901_000 } });
  await assert.rejects(take(w, token, order), { code: 'access.stale-log-in' });
  await assert.rejects(take(w, session, order), { code: 'access.stale-log-in' });
});

test('somebody who is not there and somebody who is not a member are refused in the same words', async () => {
  await using w = await world();
  const message = async (userName: string) =>
    take(w, robot(), { userName, group: 'biomed_pilot' }).then(
      () => '',
      (error: Error) => error.message.replace(userName, 'X'),
    );
  assert.equal(await message('ada'), 'X is not a member of biomed_pilot.');
  assert.equal(await message('ada'), await message('nobody'));
});

test('proxies of a group that hands none out are given to nobody, not to payloads either', async () => {
  await using w = await world({ configuration: configuration({ downloadableProxy: false }) });
  const refusal = {
    code: 'access.denied',
    message: 'Proxies of the group biomed_user are not handed out to anybody.',
  };
  await assert.rejects(take(w), refusal);
  await assert.rejects(w.proxies.payloadProxy(w.pilot, w.order), refusal);
});

test('who is not a member any more, or never stored a proxy for the group, has none to take', async () => {
  await using none = await world({ lastsS: 0 });
  await assert.rejects(take(none), { code: 'proxy.missing' });
  await using w = await world({ groups: ['fermilab_user'] });
  await assert.rejects(take(w), { code: 'proxy.missing' });
  await using ended = await world({ lastsS: 7200 });
  ended.clock.advanceS(7200);
  await assert.rejects(take(ended), { code: 'proxy.expired' });
});

test('an unknown group and VOMS attributes that the group does not have are named', async () => {
  await using w = await world();
  await assert.rejects(take(w, w.user, { group: 'nowhere' }), {
    code: 'input.invalid',
    message: 'There is no group “nowhere”.',
  });
  await assert.rejects(take(w, w.user, { wantsVoms: true }), {
    code: 'input.invalid',
    message: 'Requested adding a VOMS extension but no VOMS attribute defined for group biomed_user.',
  });
});

for (const [what, pem, reason] of [
  ['nothing', () => '', 'CSR_MALFORMED'],
  ['a private key', () => payloadKeys.privateKey, 'CSR_MALFORMED'],
  ['a bare public key', () => payloadKeys.publicKey, 'CSR_MALFORMED'],
  [
    'a request whose bytes were changed',
    () => {
      const der = readPem(csrPem)[0]!.der;
      der[der.length - 1]! ^= 1;
      return writePem('CERTIFICATE REQUEST', der);
    },
    'CSR_SIGNATURE',
  ],
] as const)
  test(`${what} is no request to sign a proxy for`, async () => {
    await using w = await world();
    await assert.rejects(take(w, w.user, { csrPem: pem() }), {
      code: 'input.invalid',
      details: { field: 'csrPem', reason },
    });
  });

test('a key that is too short is not signed for', async () => {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, hash: 'SHA-256' };
  const publicExponent = Uint8Array.of(1, 0, 1);
  const short = await crypto.subtle.generateKey({ ...algorithm, publicExponent }, true, ['sign', 'verify']);
  await using w = await world();
  await assert.rejects(take(w, w.user, { csrPem: await makeProxyRequest(short) }), {
    code: 'input.invalid',
    details: { field: 'csrPem', reason: 'CSR_KEY' },
  });
});

test('programs are told what holds for proxies of their group', async () => {
  const group = { autoUploadProxy: true, vomsFqan: '/biomed/Role=analysis' };
  await using w = await world({ configuration: configuration(group) });
  assert.deepEqual(await w.proxies.groupTerms(w.user), {
    userName: 'ada',
    vo: 'biomed',
    group: 'biomed_user',
    properties: w.user.properties,
    isUploadedByItself: true,
    isHandedOut: true,
    voms: { vo: 'biomed', fqan: '/biomed/Role=analysis', isAdded: false },
  });
});
