import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { TrustStore } from '@wm/credentials';
import type { Credential } from '@wm/credentials/authority';
import { createTestPki, issueProxy, type TestPki } from '@wm/credentials/testing';
import { configurationSchema } from '../configuration/schema.ts';
import { rows } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createFakeClock, openTestDatabase } from '../testing/index.ts';
import { createAccountCertificates } from './account-certificates.service.ts';
import { createAccountService, type ConfiguredCertificate } from './account.service.ts';
import { linkCertificate } from './account.store.ts';

const standIn = 'http://127.0.0.1/stand-in';
const startMs = Date.UTC(2026, 10, 20, 12);
const nonce = 'n'.repeat(43);

let pki: TestPki;
let jane: Credential;
let mario: Credential;

before(async () => {
  pki = await createTestPki(startMs);
  [jane, mario] = await Promise.all([pki.person('Jane Doe'), pki.person('Mario Rossi')]);
});

const chainOf = (...credentials: readonly Credential[]): readonly Uint8Array[] =>
  credentials.map(({ certificate }) => certificate.der);

async function world(configured: (given: ReturnType<typeof pairOf>) => readonly ConfiguredCertificate[]) {
  const database = await openTestDatabase();
  const clock = createFakeClock(startMs);
  let trust: TrustStore = pki.trust;
  const shared = {
    database,
    clock,
    log: silentLogger,
    configuration: {
      current: () => ({
        version: 'test',
        loadedAtMs: 0,
        values: configurationSchema.parse({
          vos: {
            'vo.one': { groups: { one_user: { properties: ['NormalUser'], users: ['jdoe', 'mrossi'] } } },
          },
          users: { jdoe: { displayName: 'Jane Doe' }, mrossi: {} },
          sites: {},
        }),
      }),
    },
    standInIssuers: [standIn],
    trust: { current: async () => trust },
    configuredCertificates: [] as readonly ConfiguredCertificate[],
  };
  const reader = createAccountCertificates(shared);
  const pair = pairOf(await reader.judge(chainOf(jane)));
  shared.configuredCertificates = configured(pair);
  const accounts = createAccountService(shared);
  return {
    database,
    clock,
    accounts,
    certificates: createAccountCertificates(shared),
    pair,
    trust: (store: TrustStore) => void (trust = store),
    logIn: (userName: string) =>
      accounts.logIn({
        issuer: standIn,
        subject: userName,
        preferredUserName: userName,
        entitlements: [],
      }),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

type World = Awaited<ReturnType<typeof world>>;

const pairOf = ({
  subjectKey,
  issuerKey,
  subjectDn,
  issuerDn,
}: Record<'subjectKey' | 'issuerKey' | 'subjectDn' | 'issuerDn', string>) => ({
  subjectKey,
  issuerKey,
  subjectDn,
  issuerDn,
});

const nobodys = (): readonly ConfiguredCertificate[] => [];
const janes = (pair: ReturnType<typeof pairOf>): readonly ConfiguredCertificate[] => [
  { userName: 'jdoe', ...pair },
];

const codeFor = async ({ certificates }: World, person: Credential, given = nonce): Promise<string> =>
  certificates.handOver(await certificates.judge(chainOf(person)), given);

test('a chain is judged by all rules once, and again when the trust folder was read anew', async () => {
  await using w = await world(nobodys);
  const chain = chainOf(await issueProxy(jane, startMs, { diracGroup: 'one_user', policy: 'limited' }), jane);
  const shown = await w.certificates.judge(chain);
  assert.equal(shown.subjectDn, '/DC=org/DC=example-grid/C=NL/O=Example University/CN=Jane Doe');
  assert.deepEqual([shown.isProxy, shown.isLimited, shown.group], [true, true, 'one_user']);
  assert.equal(await w.certificates.judge(chain), shown, 'nothing to do');
  w.trust(await pki.revoke(jane.certificate));
  await assert.rejects(w.certificates.judge(chain), {
    code: 'certificate.revoked',
    details: { reason: 'REVOKED' },
  });
  w.trust(pki.trust);
  assert.deepEqual(await w.certificates.judge(chain), shown);
});

test('a chain that was good is not when its time is over', async () => {
  await using w = await world(nobodys);
  const notAfterMs = startMs + 60_000;
  const chain = chainOf(await issueProxy(jane, startMs, { notAfterMs }), jane);
  await w.certificates.judge(chain);
  w.clock.advanceS(61);
  await assert.rejects(w.certificates.judge(chain), { code: 'certificate.expired' });
});

test('a certificate of nobody opens nothing and says what to do', async () => {
  await using w = await world(nobodys);
  await w.logIn('jdoe');
  const shown = await w.certificates.judge(chainOf(jane));
  await assert.rejects(w.certificates.accountOf(shown), {
    code: 'certificate.unlinked',
    message: /Log in to the portal with Check-in and link it/,
  });
  await assert.rejects(w.certificates.logIn(await codeFor(w, jane), nonce), { code: 'certificate.unlinked' });
});

test('a linked certificate opens its account; the same name of another authority does not', async () => {
  await using w = await world(nobodys);
  const { accountId } = await w.logIn('jdoe');
  const linked = await w.certificates.link(accountId, await codeFor(w, jane), nonce);
  assert.equal(linked.source, 'log-in');
  const { account } = await w.certificates.logIn(await codeFor(w, jane), nonce);
  assert.equal(account.accountId, accountId);
  assert.deepEqual(account.distinguishedNames, [linked.subjectDn]);

  const rogue = await createTestPki(startMs);
  const double = await rogue.person('Jane Doe');
  await assert.rejects(w.certificates.judge(chainOf(double)), { details: { reason: 'UNTRUSTED_CA' } });
  const other = { ...(await w.certificates.judge(chainOf(jane))), issuerKey: 'of another authority' };
  await assert.rejects(w.certificates.accountOf(other), { code: 'certificate.unlinked' });
});

test('a code opens once, within 30 s, and only for the session that asked', async () => {
  await using w = await world(nobodys);
  const { accountId } = await w.logIn('jdoe');
  await w.certificates.link(accountId, await codeFor(w, jane), nonce);
  const refused = { code: 'access.unauthenticated' };

  const code = await codeFor(w, jane);
  await assert.rejects(w.certificates.logIn(code, 'm'.repeat(43)), refused, 'another session');
  assert.equal((await w.certificates.logIn(code, nonce)).account.accountId, accountId);
  await assert.rejects(w.certificates.logIn(code, nonce), refused, 'used');

  const late = await codeFor(w, jane);
  w.clock.advanceS(30);
  await assert.rejects(w.certificates.logIn(late, nonce), refused, 'late');
  await codeFor(w, jane);
  const kept = await w.database.read(() => rows('select code_hash from certificate_hand_overs'));
  assert.equal(kept.length, 1, 'what is over is forgotten');
});

test('the database holds neither code nor nonce', async () => {
  await using w = await world(nobodys);
  const code = await codeFor(w, jane);
  const dump = JSON.stringify(await w.database.read(() => rows('select * from certificate_hand_overs')));
  assert.ok(!dump.includes(code) && !dump.includes(nonce));
});

test('no session is opened with a proxy', async () => {
  await using w = await world(nobodys);
  const shown = await w.certificates.judge(chainOf(await issueProxy(jane, startMs), jane));
  await assert.rejects(w.certificates.handOver(shown, nonce), { code: 'proxy.invalid' });
});

test('a certificate of another account, or reserved for a configured user, cannot be linked', async () => {
  await using w = await world(janes);
  const [jdoe, mrossi] = [await w.logIn('jdoe'), await w.logIn('mrossi')];
  const refused = { code: 'certificate.wrong-owner' };
  await assert.rejects(
    w.certificates.link(mrossi.accountId, await codeFor(w, jane), nonce),
    refused,
    'reserved',
  );
  await w.certificates.link(mrossi.accountId, await codeFor(w, mario), nonce);
  await assert.rejects(w.certificates.link(jdoe.accountId, await codeFor(w, mario), nonce), refused, 'taken');
});

test('the certificate of a configured user makes his account, which Check-in then finds', async () => {
  await using w = await world(janes);
  const { account } = await w.certificates.logIn(await codeFor(w, jane), nonce);
  assert.deepEqual([account.userName, account.displayName], ['jdoe', 'Jane Doe']);
  const memberships = await w.accounts.memberships(account.accountId);
  assert.deepEqual(
    memberships.map(({ group }) => group),
    ['one_user'],
  );
  assert.equal((await w.logIn('jdoe')).accountId, account.accountId);
  assert.equal(
    (await w.certificates.logIn(await codeFor(w, jane), nonce)).account.accountId,
    account.accountId,
  );
});

test('the certificate of a configured user does not open the account of somebody who has his name', async () => {
  await using w = await world(janes);
  // At a real issuer everybody may call himself jdoe; the name was free once.
  await w.database.write(function* () {
    yield* rows(
      `insert into accounts (account_id, user_name, is_configured, display_name, email, created_at_ms, last_log_in_at_ms)
       values ('squatter', 'jdoe', 0, '', null, 1, 1) returning account_id`,
    );
  });
  await assert.rejects(w.certificates.logIn(await codeFor(w, jane), nonce), { code: 'certificate.unlinked' });
});

test('certificates are listed and un-linked by their owner alone, and audited', async () => {
  await using w = await world(nobodys);
  const [jdoe, mrossi] = [await w.logIn('jdoe'), await w.logIn('mrossi')];
  const { certificateId, subjectDn } = await w.certificates.link(
    jdoe.accountId,
    await codeFor(w, jane),
    nonce,
  );
  assert.deepEqual(await w.certificates.list(mrossi.accountId), []);
  await assert.rejects(w.certificates.unlink(mrossi.accountId, certificateId), { code: 'not-found' });
  assert.equal((await w.certificates.list(jdoe.accountId)).length, 1);
  await w.certificates.unlink(jdoe.accountId, certificateId);
  assert.deepEqual(await w.certificates.list(jdoe.accountId), []);
  const audit = await w.database.read(() =>
    rows<{ action: string; subject_dn: string }>(
      "select action, subject_dn from audit_log where action like '%link%' order by audit_id",
    ),
  );
  assert.deepEqual(audit, [
    { action: 'link certificate', subject_dn: subjectDn },
    { action: 'unlink certificate', subject_dn: subjectDn },
  ]);
});

test('the last way in, and a certificate of the configuration, stay', async () => {
  await using w = await world(janes);
  const { account: jdoe } = await w.certificates.logIn(await codeFor(w, jane), nonce);
  const only = (await w.certificates.list(jdoe.accountId))[0]!;
  await assert.rejects(w.certificates.unlink(jdoe.accountId, only.certificateId), {
    code: 'conflict',
    message: /configuration/,
  });

  const { accountId } = await w.logIn('mrossi');
  await w.database.write(function* () {
    yield* rows('delete from account_log_ins where account_id = $1 returning account_id', [accountId]);
    yield* linkCertificate(accountId, { ...w.pair, subjectKey: 'second' }, 'upload', startMs);
  });
  await w.certificates.link(accountId, await codeFor(w, mario), nonce);
  const [first, second] = await w.certificates.list(accountId);
  assert.ok(first && second);
  await w.certificates.unlink(accountId, first.certificateId);
  await assert.rejects(w.certificates.unlink(accountId, second.certificateId), {
    code: 'conflict',
    message: /only way in/,
  });
});

test('an un-linked certificate stays so while the provider vouches for it, until its owner links it himself', async () => {
  await using w = await world(nobodys);
  const { subjectDn, issuerDn } = w.pair;
  const vouched = () =>
    w.accounts.logIn({
      issuer: 'https://aai.example.org',
      subject: 'jane',
      entitlements: [],
      certificates: [{ subjectDn, issuerDn }],
    });
  const { accountId } = await vouched();
  const [certificate] = await w.certificates.list(accountId);
  assert.equal(certificate?.source, 'provider');
  await w.certificates.unlink(accountId, certificate.certificateId);
  assert.deepEqual((await vouched()).distinguishedNames, [], 'his word counts');
  await w.certificates.link(accountId, await codeFor(w, jane), nonce);
  await vouched();
  assert.deepEqual(
    (await w.certificates.list(accountId)).map(({ source }) => source),
    ['log-in'],
  );
});
