/** Proxies without a certificate: a real authority on disk, its trust folder, and OpenSSL as an outside judge. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseCertificate, readPem, slashForm, validateChain } from '@wm/credentials';
import { nameSpaceOf } from '@wm/credentials/authority';
import { runOpenssl, skipWithoutOpenssl } from '@wm/credentials/testing';
import { rows } from '../../db/database.ts';
import { silentLogger } from '../../kernel/logger.ts';
import {
  aConfiguration,
  configurationHolder,
  createFakeClock,
  openTestDatabase,
} from '../../testing/index.ts';
import { createAccountService } from '../account.service.ts';
import { createKeyPool } from '../key-pool.ts';
import { keyEncryptionKey } from '../key-envelope.adapter.ts';
import type { UserPrincipal } from '../principal.ts';
import { createProxyManager } from '../proxy-manager.service.ts';
import { createTrustFolder } from '../trust-folder.adapter.ts';
import { createProxyProviders } from './index.ts';
import { publishRevocations } from './revocation-list.agent.ts';
import { revokeIssued } from './issued-certificate.store.ts';
import { makeIssuingAuthority, openIssuingAuthority } from './issuing-authority.adapter.ts';

const issuer = 'https://checkin.example.org';
const subject = [
  ['DC', 'org'],
  ['DC', 'example'],
  ['CN', 'Example Issuing CA'],
] as const;
const configuration = aConfiguration({
  vos: { one: { groups: { one_user: { properties: ['NormalUser'], fqans: ['/one'] } } } },
});

async function world(isOffered = true) {
  const folder = await mkdtemp(join(tmpdir(), 'wm-issuing-'));
  const keyFile = join(folder, 'authority.pem');
  const clock = createFakeClock(Date.now());
  const database = await openTestDatabase();
  await makeIssuingAuthority({ keyFile, subject, nowMs: clock.nowMs() });
  const listUrl = 'https://wm.example.org/bff/issuing-authority/issuing-authority.r0';
  const trustFolder = join(folder, 'trust');
  const authority = await openIssuingAuthority({ keyFile, folder: trustFolder, listUrl });
  const trust = createTrustFolder({ anchors: [trustFolder], clock, log: silentLogger });
  const deps = {
    database,
    clock,
    log: silentLogger,
    configuration: configurationHolder(configuration),
    keyEncryptionKeys: [keyEncryptionKey('kek-1', randomBytes(32))],
    trust,
    keys: createKeyPool(),
  };
  const issuingAuthority = isOffered ? authority : undefined;
  const grants = { accessToken: () => Promise.reject(new Error('no provider is asked with a token here')) };
  const proxyProvider = createProxyProviders({ ...deps, issuingAuthority, grants });
  const publish = () => publishRevocations({ database, clock, issuingAuthority: authority, trust });
  await publish();
  const accounts = createAccountService(deps);
  const logIn = async (name: string): Promise<UserPrincipal> => {
    const { accountId, userName } = await accounts.logIn({
      issuer,
      subject: name,
      preferredUserName: name,
      entitlements: ['urn:mace:egi.eu:group:one:role=member#x'],
    });
    return { kind: 'user', accountId, userName, vo: 'one', group: 'one_user', properties: ['NormalUser'] };
  };
  return {
    folder,
    keyFile,
    trustFolder,
    listUrl,
    clock,
    database,
    trust,
    publish,
    logIn,
    accounts,
    proxies: createProxyManager({ ...deps, proxyProvider }),
    chainOf: async (proxyId: string): Promise<string> => {
      const [row] = await database.read(() =>
        rows<{ chain_pem: string }>('select chain_pem from proxies where proxy_id = $1', [proxyId]),
      );
      return row?.chain_pem ?? '';
    },
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

test('one call, and whoever has only a log-in can run jobs', async () => {
  await using w = await world();
  const user = await w.logIn('jane');
  assert.equal((await w.proxies.status(user)).state, 'Not Valid');
  assert.deepEqual(await w.proxies.offer(user), { name: 'this installation', needsLogIn: false });
  const proxy = await w.proxies.issue(user);
  assert.equal(proxy.subjectDn, `/DC=org/DC=example/CN=jane ${user.accountId}`);
  assert.equal(proxy.issuerDn, '/DC=org/DC=example/CN=Example Issuing CA');
  assert.deepEqual(proxy.groups, ['one_user']);
  const status = await w.proxies.status(user);
  assert.deepEqual([status.state, status.validUntilMs], ['Valid', proxy.validUntilMs]);
  // certificates count in seconds
  assert.ok(Math.abs(proxy.validUntilMs - (w.clock.nowMs() + 264 * 3_600_000)) <= 1000, 'eleven days');
  assert.deepEqual((await w.accounts.account(user.accountId))?.distinguishedNames, [proxy.subjectDn]);
});

test('asking again gives a fresh proxy under the same name, in place of the old one', async () => {
  await using w = await world();
  const user = await w.logIn('jane');
  const first = await w.proxies.issue(user);
  w.clock.advanceS(3600);
  const second = await w.proxies.issue(user);
  assert.equal(second.subjectDn, first.subjectDn);
  assert.ok(second.validUntilMs > first.validUntilMs);
  assert.deepEqual(
    (await w.proxies.list(user)).map(({ proxyId }) => proxyId),
    [second.proxyId],
  );
});

test('two people of the same name get two names', async () => {
  await using w = await world();
  const [one, two] = [await w.logIn('jane'), await w.logIn('jane')];
  assert.equal(one.accountId, two.accountId, 'the same log-in is the same account');
  const other = await w.accounts.logIn({
    issuer: 'https://elsewhere.example.org',
    subject: 'jane',
    preferredUserName: 'jane',
    entitlements: [],
  });
  const theirs = await w.proxies.issue({ ...one, accountId: other.accountId, userName: other.userName });
  assert.notEqual(theirs.subjectDn, (await w.proxies.issue(one)).subjectDn);
});

test('without an authority nothing is offered and nothing is issued', async () => {
  await using w = await world(false);
  const user = await w.logIn('jane');
  assert.equal(await w.proxies.offer(user), undefined);
  await assert.rejects(w.proxies.issue(user), { code: 'not-found' });
});

test('the key of the certificate is kept nowhere, that of the proxy only sealed', async () => {
  await using w = await world();
  await w.proxies.issue(await w.logIn('jane'));
  const dump = await w.database.read(() => rows('select * from proxies'));
  assert.doesNotMatch(JSON.stringify(dump), /PRIVATE KEY/);
  const issued = await w.database.read(() => rows('select * from issued_certificates'));
  assert.deepEqual(
    Object.keys(issued[0] ?? {}).filter((column) => /key|pem/.test(column)),
    [],
  );
});

test('certificates of a suspended account are on the revocation list at once', async () => {
  await using w = await world();
  const user = await w.logIn('jane');
  const { proxyId } = await w.proxies.issue(user);
  await w.database.write(() => revokeIssued(user.accountId, w.clock.nowMs()));
  await w.publish();
  const { state, reason } = await w.proxies.status(user);
  assert.deepEqual([state, reason], ['Not Valid', 'REVOKED']);
  const certificates = readPem(await w.chainOf(proxyId)).map(({ der }) => parseCertificate(der));
  await assert.rejects(validateChain(certificates, await w.trust.current(), w.clock.nowMs()), {
    reason: 'REVOKED',
  });
});

test(
  'OpenSSL takes the chain with the files that sites get, and refuses it once revoked',
  { skip: skipWithoutOpenssl },
  async () => {
    await using w = await world();
    const user = await w.logIn('jane');
    const { proxyId } = await w.proxies.issue(user);
    const blocks = readPem(await w.chainOf(proxyId));
    const files = { proxy: join(w.folder, 'proxy.pem'), person: join(w.folder, 'person.pem') };
    const pems = (await w.chainOf(proxyId)).split(/(?<=-----END CERTIFICATE-----\n)/);
    await writeFile(files.proxy, pems[0] ?? '');
    await writeFile(files.person, pems[1] ?? '');
    assert.equal(blocks.length, 2);
    const verify = () =>
      runOpenssl(
        'verify',
        '-allow_proxy_certs',
        '-crl_check_all',
        '-CAfile',
        join(w.trustFolder, 'issuing-authority.pem'),
        '-CRLfile',
        join(w.trustFolder, 'issuing-authority.r0'),
        '-untrusted',
        files.person,
        files.proxy,
      );
    assert.match(verify().output, /OK/);
    const text = runOpenssl('x509', '-in', files.person, '-noout', '-text').output;
    assert.match(text, /TLS Web Client Authentication/);
    assert.ok(text.includes(w.listUrl));
    await w.database.write(() => revokeIssued(user.accountId, w.clock.nowMs()));
    await w.publish();
    const refused = verify();
    assert.deepEqual([refused.isGood, /revoked/.test(refused.errors)], [false, true]);
  },
);

test('a key file that others can read is refused, and so is one without an authority', async () => {
  await using w = await world();
  const open = (keyFile: string) =>
    openIssuingAuthority({ keyFile, folder: w.trustFolder, listUrl: w.listUrl });
  await chmod(w.keyFile, 0o640);
  await assert.rejects(open(w.keyFile), /can be read by others \(mode 640\)/);
  await chmod(w.keyFile, 0o600);
  await open(w.keyFile);
  const other = join(w.folder, 'nobody.pem');
  await writeFile(other, 'nothing', { mode: 0o600 });
  await assert.rejects(open(other));
});

test('an authority is never overwritten, and needs a name space', async () => {
  await using w = await world();
  const before = await readFile(w.keyFile, 'utf8');
  const make = (name: Parameters<typeof makeIssuingAuthority>[0]['subject'], keyFile: string) =>
    makeIssuingAuthority({ keyFile, subject: name, nowMs: w.clock.nowMs() });
  await assert.rejects(make(subject, w.keyFile), { code: 'EEXIST' });
  assert.equal(await readFile(w.keyFile, 'utf8'), before);
  await assert.rejects(make([['CN', 'Alone']], join(w.folder, 'new.pem')), /name space/);
});

test('the authority signs below its own name only', async () => {
  await using w = await world();
  const policy = await readFile(join(w.trustFolder, 'issuing-authority.signing_policy'), 'utf8');
  assert.match(policy, /cond_subjects globus '"\/DC=org\/DC=example\/\*"'/);
  const pem = await readFile(join(w.trustFolder, 'issuing-authority.pem'), 'utf8');
  const authority = parseCertificate(readPem(pem)[0]?.der ?? new Uint8Array());
  assert.equal(slashForm(authority.subject), '/DC=org/DC=example/CN=Example Issuing CA');
  assert.deepEqual(nameSpaceOf(authority.subject), subject.slice(0, 2));
});
