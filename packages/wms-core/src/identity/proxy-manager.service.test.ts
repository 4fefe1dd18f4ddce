import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import {
  buildProxy,
  publicKeyOfRequest,
  readPem,
  slashForm,
  writeCertificates,
  writePem,
  type ProxyOrder,
  type TrustStore,
} from '@wm/credentials';
import { createTestPki, issueProxy, type TestPki } from '@wm/credentials/testing';
import type { Credential } from '@wm/credentials/authority';
import { configurationSchema } from '../configuration/schema.ts';
import { eventsAfter } from '../events/event.store.ts';
import { rows } from '../db/database.ts';
import type { Logger } from '../kernel/logger.ts';
import { createFakeClock, openTestDatabase } from '../testing/index.ts';
import { auditAfter } from '../audit/audit.store.ts';
import { createAccountService } from './account.service.ts';
import { createKeyPool } from './key-pool.ts';
import { keyEncryptionKey } from './key-envelope.adapter.ts';
import type { UserPrincipal } from './principal.ts';
import { createProxyManager } from './proxy-manager.service.ts';
import { createRevocationWatch } from './revocation-watch.agent.ts';

const issuer = 'http://127.0.0.1/stand-in';
const startMs = Date.UTC(2026, 10, 20, 12);
const dayMs = 86_400_000;

let pki: TestPki;
let jane: Credential;

before(async () => {
  pki = await createTestPki(startMs);
  jane = await pki.person('Jane Doe');
});

const configuration = (users: object = {}) => ({
  version: 'test',
  loadedAtMs: 0,
  values: configurationSchema.parse({
    vos: {
      'vo.one': {
        groups: {
          one_user: { properties: ['NormalUser'], users: ['jdoe', 'mrossi'] },
          one_guest: { properties: ['NormalUser'], fqans: ['/vo.one'] },
          one_admin: { properties: ['ProxyManagement'], users: ['boss'] },
        },
      },
      'vo.two': {
        groups: {
          two_user: { properties: ['NormalUser'], users: ['jdoe', 'kim'] },
          two_admin: { properties: ['ProxyManagement'], users: ['chief'] },
        },
      },
    },
    users: { jdoe: {}, mrossi: {}, kim: {}, boss: {}, chief: {}, ...users },
    sites: {},
  }),
});

function recordingLog(lines: string[]): Logger {
  const write = (facts: object, event: string): void => void lines.push(`${event} ${JSON.stringify(facts)}`);
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  return log;
}

async function world(engine?: 'sqlite') {
  const database = await openTestDatabase({ engine });
  const clock = createFakeClock(startMs);
  const lines: string[] = [];
  let current = configuration();
  let trust: TrustStore = pki.trust;
  const shared = {
    database,
    clock,
    log: recordingLog(lines),
    configuration: { current: () => current },
    standInIssuers: [issuer],
  };
  const accounts = createAccountService(shared);
  const kek = keyEncryptionKey('kek-1', randomBytes(32));
  const proxies = createProxyManager({
    ...shared,
    keyEncryptionKeys: [kek],
    trust: { current: async () => trust },
    keys: createKeyPool(),
  });
  const logIn = async (userName: string, group = 'one_user'): Promise<UserPrincipal> => {
    const { accountId } = await accounts.logIn({
      issuer,
      subject: userName,
      preferredUserName: userName,
      entitlements: [],
    });
    const member = (await accounts.memberships(accountId)).find((membership) => membership.group === group);
    assert.ok(member, group);
    return { kind: 'user', accountId, userName, ...member };
  };
  return {
    accounts,
    database,
    clock,
    lines,
    proxies,
    shared,
    logIn,
    configure: (users: object) => void (current = configuration(users)),
    trust: () => trust,
    distrust: (store: TrustStore) => void (trust = store),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

type World = Awaited<ReturnType<typeof world>>;

/** What the browser does: takes the key from the request and signs a proxy for it. */
async function sign(
  csrPem: string,
  person: Credential,
  nowMs: number,
  order: Partial<ProxyOrder> = {},
): Promise<string> {
  const proxy = await buildProxy({
    issuer: person.certificate,
    issuerKey: person.keys.privateKey,
    publicKey: await publicKeyOfRequest(csrPem),
    nowMs,
    notAfterMs: nowMs + 30 * dayMs,
    policy: 'inheritAll',
    ...order,
  });
  return writeCertificates([proxy, person.certificate.der, pki.issuer.certificate.der]);
}

async function upload(
  w: World,
  principal: UserPrincipal,
  person: Credential,
  order: Partial<ProxyOrder> = {},
  groups?: readonly string[],
) {
  const { requestId, csrPem } = await w.proxies.request(principal, 'session');
  return w.proxies.complete(
    principal,
    'session',
    requestId,
    await sign(csrPem, person, w.clock.nowMs(), order),
    groups,
  );
}

test('an uploaded proxy is stored, named, valid and links the certificate to the account', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  assert.deepEqual(await w.proxies.status(principal), {
    state: 'Not Valid',
    reason: 'NONE',
    message: 'No proxy of yours is stored. Upload one.',
    validUntilMs: null,
  });
  const { proxy, kept } = await upload(w, principal, jane);
  assert.equal(kept, false);
  assert.equal(proxy.subjectDn, slashForm(jane.certificate.subject));
  assert.deepEqual(proxy.groups, ['one_user', 'two_user']);
  assert.equal(proxy.validUntilMs, startMs + 30 * dayMs);
  assert.equal((await w.proxies.status(principal)).state, 'Valid');
  await w.proxies.requireProxy(principal);
  assert.deepEqual((await w.accounts.account(principal.accountId))?.distinguishedNames, [proxy.subjectDn]);
  const groups = await w.database.read(() => eventsAfter(0, 10));
  assert.deepEqual(
    groups.flatMap(({ events }) => events.map(({ noun, id, owner }) => ({ noun, id, owner }))),
    [{ noun: 'proxy', id: principal.accountId, owner: 'jdoe' }],
  );
});

test('the status tells exactly why a proxy does not do', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  await upload(w, principal, jane);
  const reason = async () => (await w.proxies.status(principal)).reason;
  w.distrust(await pki.revoke(jane.certificate));
  assert.equal(await reason(), 'REVOKED');
  await assert.rejects(w.proxies.requireProxy(principal), { code: 'certificate.revoked' });
  w.distrust(pki.trust);
  w.clock.advanceS(29 * 86_400);
  assert.equal(await reason(), 'SHORT');
  await assert.rejects(w.proxies.requireProxy(principal), { code: 'proxy.short', message: /24 h 1 min/ });
  w.clock.advanceS(86_400);
  assert.equal(await reason(), 'EXPIRED');
  await assert.rejects(w.proxies.requireProxy(principal), { code: 'proxy.expired' });
  w.configure({ jdoe: { suspended: ['vo.one'] } });
  assert.equal(await reason(), 'SUSPENDED');
  await assert.rejects(w.proxies.requireProxy(principal), { code: 'access.denied' });
  w.configure({});
  assert.equal((await w.proxies.status({ ...principal, group: 'one_admin' })).reason, 'GROUP');
});

test('whoever was not confirmed by his provider for a day is told to log in again', async () => {
  await using w = await world();
  const { accountId } = await w.accounts.logIn({
    issuer: 'https://checkin.example.org',
    subject: 'guest',
    entitlements: ['urn:mace:egi.eu:group:vo.one:role=member#aai.egi.eu'],
  });
  const guest = { kind: 'user', accountId, userName: 'guest', vo: 'vo.one', group: 'one_guest' } as const;
  const message = async (group: string) =>
    (await w.proxies.status({ ...guest, group, properties: [] })).message;
  assert.match(await message('one_guest'), /No proxy of yours/);
  w.clock.advanceS(86_401);
  assert.match(await message('one_guest'), /more than a day ago\. Log out and in again/);
  assert.match(await message('one_user'), /not a member/, 'what he never was does not lapse');
});

test('how long jobs of an owner can get a proxy is known to the second, however short that is', async () => {
  await using w = await world();
  const owner = { vo: 'vo.one', ownerGroup: 'one_user', owner: 'jdoe' };
  assert.deepEqual(
    [await w.proxies.outlookOf(owner)].map(({ accountId, validUntilMs }) => [accountId, validUntilMs]),
    [[undefined, 0]],
  );
  const principal = await w.logIn('jdoe');
  const { accountId } = principal;
  assert.match((await w.proxies.outlookOf(owner)).message ?? '', /No proxy of yours/);
  await upload(w, principal, jane, {}, ['one_user']);
  const validUntilMs = startMs + 30 * dayMs;
  w.clock.advanceMs(30 * dayMs - 1);
  assert.deepEqual(await w.proxies.outlookOf(owner), { accountId, validUntilMs, message: undefined });
  const other = { vo: 'vo.two', ownerGroup: 'two_user', owner: 'jdoe' };
  assert.match((await w.proxies.outlookOf(other)).message ?? '', /does not serve the group two_user/);
  w.clock.advanceMs(1);
  assert.equal((await w.proxies.outlookOf(owner)).validUntilMs, 0);
});

test('a request belongs to one session and one account, is used once and ends after five minutes', async () => {
  await using w = await world();
  const [principal, other] = [await w.logIn('jdoe'), await w.logIn('mrossi')];
  const { requestId, csrPem, expiresAtMs } = await w.proxies.request(principal, 'session');
  assert.equal(expiresAtMs, startMs + 300_000);
  const chain = await sign(csrPem, jane, startMs);
  await assert.rejects(w.proxies.complete(principal, 'another session', requestId, chain), {
    code: 'not-found',
  });
  await assert.rejects(w.proxies.complete(other, 'session', requestId, chain), { code: 'not-found' });
  await w.proxies.complete(principal, 'session', requestId, chain);
  await assert.rejects(w.proxies.complete(principal, 'session', requestId, chain), { code: 'conflict' });
  const late = await w.proxies.request(principal, 'session');
  w.clock.advanceS(301);
  const lateChain = await sign(late.csrPem, jane, w.clock.nowMs());
  await assert.rejects(w.proxies.complete(principal, 'session', late.requestId, lateChain), {
    code: 'proxy.request-expired',
  });
});

test('two hand-ins of one request at the same moment store one proxy', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  const { requestId, csrPem } = await w.proxies.request(principal, 'session');
  const chain = await sign(csrPem, jane, startMs);
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map(() => w.proxies.complete(principal, 'session', requestId, chain)),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await w.proxies.list(principal)).length, 1);
});

test('at most five requests are open at a time', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  for (let open = 0; open < 5; open += 1) await w.proxies.request(principal, 'session');
  await assert.rejects(w.proxies.request(principal, 'session'), { code: 'access.rate-limited' });
  w.clock.advanceS(301);
  await w.proxies.request(principal, 'session');
});

test('a refused upload is over: it does not count as open, and cannot be handed in again', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  for (let time = 0; time < 6; time += 1) {
    const { requestId, csrPem } = await w.proxies.request(principal, 'session');
    await assert.rejects(w.proxies.complete(principal, 'session', requestId, 'nothing'), {
      code: 'certificate.malformed',
    });
    const chain = await sign(csrPem, jane, startMs);
    await assert.rejects(w.proxies.complete(principal, 'session', requestId, chain), { code: 'conflict' });
  }
  assert.deepEqual(await w.proxies.list(principal), []);
});

const badChains: Record<
  string,
  [code: string, reason: string | undefined, make: (csr: string) => Promise<string>]
> = {
  nothing: ['certificate.malformed', 'NO_CERT', async () => ''],
  'a private key': [
    'proxy.invalid',
    'NOT_CERTIFICATES',
    async () => writePem('PRIVATE KEY', Uint8Array.of(1)),
  ],
  'damaged bytes': [
    'certificate.malformed',
    'MALFORMED',
    async () => writePem('CERTIFICATE', Uint8Array.of(1, 2)),
  ],
  'the certificate itself': [
    'proxy.invalid',
    'KEY_MISMATCH',
    async () => writeCertificates([jane.certificate.der]),
  ],
  'a proxy for another key': [
    'proxy.invalid',
    'KEY_MISMATCH',
    async () => {
      const proxy = await issueProxy(jane, startMs);
      return writeCertificates([proxy.certificate.der, jane.certificate.der]);
    },
  ],
  'a limited proxy': [
    'proxy.invalid',
    'PROXY_LIMITED',
    (csr) => sign(csr, jane, startMs, { policy: 'limited' }),
  ],
  'a proxy with a group': [
    'proxy.invalid',
    'PROXY_HAS_GROUP',
    (csr) => sign(csr, jane, startMs, { diracGroup: 'one_user' }),
  ],
  'a proxy with VOMS attributes': [
    'proxy.invalid',
    'PROXY_HAS_VOMS',
    (csr) => sign(csr, jane, startMs, { attributeCertificates: [Uint8Array.of(0x30, 0)] }),
  ],
  'the certificate of a host': [
    'certificate.untrusted',
    'NOT_A_USER',
    async (csr) => sign(csr, await pki.person('host/ce.example.org'), startMs),
  ],
  'a person outside the name space of the authority': [
    'certificate.untrusted',
    'SIGNING_POLICY',
    async (csr) => sign(csr, await pki.person('', { subject: [['CN', 'Olga Outside']] }), startMs),
  ],
  'a proxy of less than an hour': [
    'proxy.short',
    undefined,
    (csr) => sign(csr, jane, startMs, { notAfterMs: startMs + 3_500_000 }),
  ],
  'a proxy of a proxy': [
    'proxy.invalid',
    'PROXY_LEVEL',
    async (csr) => {
      const first = await issueProxy(jane, startMs);
      const [leaf] = readPem(await sign(csr, first, startMs));
      return writeCertificates([leaf!.der, first.certificate.der, jane.certificate.der]);
    },
  ],
  'a person of an unknown authority': [
    'certificate.untrusted',
    'UNTRUSTED_CA',
    async (csr) => sign(csr, await (await createTestPki(startMs)).person('Jane Doe'), startMs),
  ],
  'an expired person': [
    'certificate.expired',
    'EXPIRED',
    async (csr) => {
      const old = await pki.person('Otto Old', {
        notBeforeMs: startMs - 9 * dayMs,
        notAfterMs: startMs - dayMs,
      });
      return sign(csr, old, startMs - 2 * dayMs);
    },
  ],
  'a person of tomorrow': [
    'certificate.not-yet-valid',
    'NOT_YET_VALID',
    async (csr) => sign(csr, await pki.person('Nora', { notBeforeMs: startMs + dayMs }), startMs),
  ],
};

for (const [what, [code, reason, make]] of Object.entries(badChains))
  test(`${what} is refused with ${code}${reason ? ` (${reason})` : ''}, and nothing is stored`, async () => {
    await using w = await world();
    const principal = await w.logIn('jdoe');
    const { requestId, csrPem } = await w.proxies.request(principal, 'session');
    await assert.rejects(
      w.proxies.complete(principal, 'session', requestId, await make(csrPem)),
      (error: { code: string; details: Record<string, unknown> }) =>
        error.code === code && (reason === undefined || error.details['reason'] === reason),
    );
    assert.deepEqual(await w.proxies.list(principal), []);
    assert.deepEqual((await w.accounts.account(principal.accountId))?.distinguishedNames, []);
    const audit = await w.database.read(() =>
      rows<{ result: string }>("select result from audit_log where action = 'refuse proxy'"),
    );
    assert.deepEqual(
      audit.map(({ result }) => result),
      [code],
    );
  });

test('a revoked person cannot upload', async () => {
  await using w = await world();
  w.distrust(await pki.revoke(jane.certificate));
  await assert.rejects(upload(w, await w.logIn('jdoe'), jane), { code: 'certificate.revoked' });
});

test('a certificate of another account, or reserved for one, is refused', async () => {
  await using w = await world();
  await upload(w, await w.logIn('jdoe'), jane);
  await assert.rejects(upload(w, await w.logIn('mrossi'), jane), { code: 'certificate.wrong-owner' });
  const kim = await pki.person('Kim Reserved');
  w.configure({ kim: { distinguishedNames: [slashForm(kim.certificate.subject)] } });
  await assert.rejects(upload(w, await w.logIn('mrossi'), kim), { code: 'certificate.wrong-owner' });
  await upload(w, await w.logIn('kim', 'two_user'), kim);
});

test('a proxy that lasts longer is kept, and the answer says so', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  const first = await upload(w, principal, jane, { notAfterMs: startMs + 20 * dayMs });
  const shorter = await upload(w, principal, jane, { notAfterMs: startMs + 2 * dayMs });
  assert.equal(shorter.kept, true);
  assert.equal(shorter.proxy.proxyId, first.proxy.proxyId);
  const longer = await upload(w, principal, jane, { notAfterMs: startMs + 40 * dayMs });
  assert.equal(longer.kept, false);
  assert.deepEqual(
    (await w.proxies.list(principal)).map(({ proxyId }) => proxyId),
    [longer.proxy.proxyId],
  );
});

test('a proxy serves the groups picked for it and no other', async () => {
  await using w = await world();
  const [one, two] = [await w.logIn('jdoe'), await w.logIn('jdoe', 'two_user')];
  const { proxy } = await upload(w, one, jane, {}, ['two_user']);
  assert.deepEqual(proxy.groups, ['two_user']);
  assert.equal((await w.proxies.status(two)).state, 'Valid');
  await w.proxies.requireProxy(two);
  const message = 'Your proxy does not serve the group one_user; upload it again and pick the group.';
  assert.deepEqual(await w.proxies.status(one), {
    state: 'Not Valid',
    reason: 'GROUP',
    message,
    validUntilMs: null,
  });
  await assert.rejects(w.proxies.requireProxy(one), { code: 'proxy.missing', message });
  assert.deepEqual(await w.proxies.list(await w.logIn('boss', 'one_admin')), []);
  assert.equal((await w.proxies.list(await w.logIn('chief', 'two_admin'))).length, 1);
});

test('the best proxy counts among those that serve the group', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  const other = await pki.person('Jane Other');
  await upload(w, principal, jane, { notAfterMs: startMs + 40 * dayMs }, ['two_user']);
  await upload(w, principal, other, { notAfterMs: startMs + 20 * dayMs }, ['one_user']);
  assert.equal((await w.proxies.status(principal)).validUntilMs, startMs + 20 * dayMs);
});

test('a picked group that its owner left is not served, and one joined later only without a pick', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  await upload(w, principal, jane, {}, ['one_user', 'two_user']);
  w.configure({ jdoe: { suspended: ['vo.two'] } });
  assert.deepEqual((await w.proxies.list(principal))[0]?.groups, ['one_user']);
  await upload(w, principal, jane, {}, ['one_user']);
  w.configure({});
  assert.deepEqual((await w.proxies.list(principal))[0]?.groups, ['one_user']);
  w.configure({ jdoe: { suspended: ['vo.two'] } });
  await upload(w, principal, jane);
  w.configure({});
  assert.deepEqual((await w.proxies.list(principal))[0]?.groups, ['one_user', 'two_user']);
});

test('a group the uploader is not in cannot be picked, and nothing is stored', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  for (const groups of [['one_user', 'one_admin'], ['no_such_group'], []])
    await assert.rejects(upload(w, principal, jane, {}, groups), {
      code: 'input.invalid',
      details: { field: 'groups' },
    });
  assert.deepEqual(await w.proxies.list(principal), []);
  assert.deepEqual((await w.accounts.account(principal.accountId))?.distinguishedNames, []);
});

test('a proxy that is kept serves the groups picked with the shorter one', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  const bells = async () => (await w.database.read(() => eventsAfter(0, 10))).length;
  await upload(w, principal, jane, {}, ['one_user']);
  const shorter = { notAfterMs: startMs + 2 * dayMs };
  const { kept, proxy } = await upload(w, principal, jane, shorter, ['two_user']);
  assert.equal(kept, true);
  assert.deepEqual(proxy.groups, ['two_user']);
  assert.equal((await w.proxies.status(principal)).reason, 'GROUP');
  assert.equal(await bells(), 2);
  assert.deepEqual((await upload(w, principal, jane, shorter)).proxy.groups, ['one_user', 'two_user']);
  assert.equal((await w.proxies.status(principal)).validUntilMs, startMs + 30 * dayMs);
});

test('one sees and removes only own proxies; a manager those of his VO, with the groups of his VO', async () => {
  await using w = await world();
  const [jdoe, kim] = [await w.logIn('jdoe'), await w.logIn('kim', 'two_user')];
  const [boss, chief] = [await w.logIn('boss', 'one_admin'), await w.logIn('chief', 'two_admin')];
  const janes = (await upload(w, jdoe, jane)).proxy.proxyId;
  const kims = (await upload(w, kim, await pki.person('Kim'))).proxy.proxyId;
  const seenBy = async (principal: UserPrincipal) =>
    (await w.proxies.list(principal))
      .map(({ userName, groups }) => [userName, ...groups].join(' '))
      .toSorted();
  assert.deepEqual(await seenBy(jdoe), ['jdoe one_user two_user']);
  assert.deepEqual(await seenBy(boss), ['jdoe one_user']);
  assert.deepEqual(await seenBy(chief), ['jdoe two_user', 'kim two_user']);
  await assert.rejects(w.proxies.remove(jdoe, kims), { code: 'not-found' });
  await assert.rejects(w.proxies.remove(boss, kims), { code: 'not-found' });
  await assert.rejects(w.proxies.remove(boss, 'no such proxy'), { code: 'not-found' });
  await w.proxies.remove(chief, kims);
  await w.proxies.remove(jdoe, janes);
  assert.deepEqual(await seenBy(chief), []);
});

test("a manager removes other people's proxies only within minutes of the log-in, and it is written down", async () => {
  await using w = await world();
  const [jdoe, boss] = [await w.logIn('jdoe'), await w.logIn('boss', 'one_admin')];
  const { proxyId } = (await upload(w, jdoe, jane)).proxy;
  const at = (loggedInAtMs: number): UserPrincipal => ({
    ...boss,
    from: { way: 'session', address: '127.0.0.1', requestId: 'r', loggedInAtMs },
  });
  const stale = { code: 'access.stale-log-in' };
  await assert.rejects(w.proxies.remove(at(startMs - 15 * 60_000 - 1), proxyId), stale);
  const byToken: UserPrincipal = { ...boss, from: { way: 'token', address: '127.0.0.1', requestId: 'r' } };
  await assert.rejects(w.proxies.remove(byToken, proxyId), stale);
  assert.equal((await w.proxies.list(jdoe)).length, 1);
  await w.proxies.remove(at(startMs - 14 * 60_000), proxyId);
  assert.deepEqual(await w.proxies.list(jdoe), []);
  const removals = await w.database.read(() =>
    rows<{ actor: string; target: string }>(
      "select actor, target_account_id as target from audit_log where action = 'delete proxy'",
    ),
  );
  assert.deepEqual(
    removals.map(({ actor, target }) => [actor, target]),
    [[boss.accountId, jdoe.accountId]],
  );
});

test('no private key is ever stored in clear, answered or logged', async () => {
  await using w = await world('sqlite'); // its bytes can be read from the file
  const principal = await w.logIn('jdoe');
  const { csrPem } = await w.proxies.request(principal, 'session');
  const answer = await upload(w, principal, jane);
  await w.database.backup(`${w.database.path}.copy`);
  const stored = readFileSync(`${w.database.path}.copy`).toString('latin1');
  // every PKCS#8 of an RSA key begins like this, after its length
  const pkcs8 = Buffer.from('020100300d06092a864886f70d0101010500', 'hex').toString('latin1');
  for (const text of [stored, ...w.lines, JSON.stringify(answer), csrPem]) {
    assert.equal(text.includes('PRIVATE KEY'), false);
    assert.equal(text.includes(pkcs8), false);
  }
  assert.ok(w.lines.some((line) => line.startsWith('proxy.stored')));
});

test('a revoked certificate blocks its stored proxy for good, holds the jobs of its owner and is written down once', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  const other = await w.logIn('mrossi');
  await upload(w, principal, jane);
  await upload(w, other, await pki.person('Mario Rossi'));
  let changes = 0;
  const trust = { current: async () => w.trust() };
  const watch = createRevocationWatch({ ...w.shared, trust, onProxyChanged: () => (changes += 1) });
  await watch.runOnce();
  assert.equal(changes, 0);
  w.distrust(await pki.revoke(jane.certificate));
  await watch.runOnce();
  await watch.runOnce();
  assert.equal(changes, 1, 'those who hold jobs are told');
  // Another process may still have the lists of before.
  w.distrust(pki.trust);
  assert.equal((await w.proxies.status(principal)).reason, 'REVOKED');
  assert.deepEqual(
    (await w.proxies.list(principal)).map(({ isRevoked }) => isRevoked),
    [true],
  );
  const owner = { vo: 'vo.one', ownerGroup: 'one_user', owner: 'jdoe' };
  const outlook = await w.proxies.outlookOf(owner);
  assert.deepEqual([outlook.validUntilMs, outlook.message?.includes('revoked')], [0, true]);
  assert.equal((await w.proxies.status(other)).state, 'Valid');
  const blocked = (await w.database.read(() => auditAfter(0, 50))).filter(
    ({ action }) => action === 'block proxy',
  );
  assert.deepEqual(
    blocked.map((row) => [row.actor, row.target_account_id, row.result]),
    [['', principal.accountId, 'certificate.revoked']],
  );
});

test('after a revocation a proxy of a new certificate serves again', async () => {
  await using w = await world();
  const principal = await w.logIn('jdoe');
  await upload(w, principal, jane);
  w.distrust(await pki.revoke(jane.certificate));
  await createRevocationWatch({ ...w.shared, trust: { current: async () => w.trust() } }).runOnce();
  await upload(w, principal, await pki.person('Jane Doe'));
  assert.equal((await w.proxies.status(principal)).state, 'Valid');
});
