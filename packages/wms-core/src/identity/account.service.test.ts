import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationSchema, type ConfigurationSnapshot } from '../configuration/schema.ts';
import { rows } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createFakeClock, openTestDatabase } from '../testing/index.ts';
import type { IdentityClaims } from '../use-cases.ts';
import { createAccountService } from './account.service.ts';
import { userNameCandidate } from './user-name.ts';

const standIn = 'http://127.0.0.1/stand-in';
const checkin = 'https://aai.example.org/auth/realms/egi';

const snapshot = (overrides: object = {}): ConfigurationSnapshot => ({
  version: 'test',
  loadedAtMs: 0,
  values: configurationSchema.parse({
    vos: {
      'vo.access.egi.eu': {
        defaultGroup: 'access_user',
        groups: {
          access_admin: {
            properties: ['JobAdministrator'],
            users: ['mkolar'],
            fqans: ['/vo.access.egi.eu/Role=admin'],
          },
          access_user: { properties: ['NormalUser'], users: ['mkolar'], fqans: ['/vo.access.egi.eu'] },
        },
      },
      biomed: {
        groups: { biomed_user: { properties: ['NormalUser'], users: ['jdoe'], fqans: ['/biomed'] } },
      },
    },
    users: {
      mkolar: { displayName: 'Marta Kolar' },
      jdoe: { displayName: 'Jane Doe', identifiers: ['cuid-of-jane@egi.eu'] },
    },
    sites: {},
    ...overrides,
  }),
});

async function world() {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  let current = snapshot();
  const accounts = createAccountService({
    database,
    clock,
    log: silentLogger,
    configuration: { current: () => current },
    standInIssuers: [standIn],
    configuredCertificates: [
      { userName: 'mkolar', subjectKey: 's', issuerKey: 'i', subjectDn: '/CN=Marta', issuerDn: '/CN=CA' },
    ],
  });
  return {
    accounts,
    clock,
    database,
    configure: (overrides: object) => void (current = snapshot(overrides)),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

const claims = (given: Partial<IdentityClaims>): IdentityClaims => ({
  issuer: checkin,
  subject: 'sub-1',
  entitlements: [],
  ...given,
});

const groupsOf = async (accounts: Awaited<ReturnType<typeof world>>['accounts'], accountId: string) =>
  (await accounts.memberships(accountId)).map(({ group }) => group);

test('at the stand-in issuer the preferred user name is the configured user', async () => {
  await using w = await world();
  const account = await w.accounts.logIn(claims({ issuer: standIn, preferredUserName: 'mkolar' }));
  assert.equal(account.userName, 'mkolar');
  assert.equal(account.displayName, 'Marta Kolar');
  assert.deepEqual(account.distinguishedNames, ['/CN=Marta']);
  assert.deepEqual(await groupsOf(w.accounts, account.accountId), ['access_user', 'access_admin']);
  assert.deepEqual(await w.accounts.account(account.accountId), account);
});

test('at a real issuer nobody becomes a configured user by choosing his name', async () => {
  await using w = await world();
  const account = await w.accounts.logIn(
    claims({ preferredUserName: 'mkolar', email: 'mkolar@example.org' }),
  );
  assert.equal(account.userName, 'mkolar2');
  assert.deepEqual(account.distinguishedNames, []);
  assert.deepEqual(await groupsOf(w.accounts, account.accountId), []);
});

test('a name that is configured later does not make its holder that user', async () => {
  await using w = await world();
  const account = await w.accounts.logIn(claims({ preferredUserName: 'early' }));
  assert.equal(account.userName, 'early');
  w.configure({
    users: { early: {} },
    vos: { biomed: { groups: { biomed_user: { properties: ['NormalUser'], users: ['early'] } } } },
  });
  assert.deepEqual(await groupsOf(w.accounts, account.accountId), []);
});

test('a listed identifier makes a log-in the configured user, also when listed afterwards', async () => {
  await using w = await world();
  const jane = await w.accounts.logIn(claims({ voPersonId: 'cuid-of-jane@egi.eu', name: 'J. Doe' }));
  assert.equal(jane.userName, 'jdoe');
  assert.deepEqual(await groupsOf(w.accounts, jane.accountId), ['biomed_user']);
  const late = await w.accounts.logIn(claims({ subject: 'sub-2', preferredUserName: 'late' }));
  w.configure({
    users: { boss: { identifiers: ['sub-2'] } },
    vos: { biomed: { groups: { biomed_user: { properties: ['NormalUser'], users: ['boss'] } } } },
  });
  assert.deepEqual(await groupsOf(w.accounts, late.accountId), ['biomed_user']);
});

test('entitlements give groups for a day, and vanish with the next log-in', async () => {
  await using w = await world();
  const entitlements = ['urn:mace:egi.eu:group:vo.access.egi.eu:role=member#aai', 'junk'];
  const { accountId } = await w.accounts.logIn(claims({ entitlements }));
  assert.deepEqual(await groupsOf(w.accounts, accountId), ['access_user']);
  w.clock.advanceS(24 * 3600 + 1);
  assert.deepEqual(await groupsOf(w.accounts, accountId), []);
  await w.accounts.logIn(claims({ entitlements }));
  assert.deepEqual(await groupsOf(w.accounts, accountId), ['access_user']);
  await w.accounts.logIn(claims({ entitlements: [] }));
  assert.deepEqual(await groupsOf(w.accounts, accountId), []);
});

test('the same person comes back by voperson_id though the sub changed, never by e-mail', async () => {
  await using w = await world();
  const first = await w.accounts.logIn(claims({ voPersonId: 'p1', email: 'a@example.org' }));
  const again = await w.accounts.logIn(claims({ subject: 'sub-new', voPersonId: 'p1' }));
  const other = await w.accounts.logIn(claims({ subject: 'sub-3', email: 'a@example.org' }));
  const elsewhere = await w.accounts.logIn(claims({ issuer: 'https://other.example.org', voPersonId: 'p1' }));
  assert.equal(again.accountId, first.accountId);
  assert.equal(again.email, 'a@example.org');
  assert.equal(new Set([first, other, elsewhere].map(({ accountId }) => accountId)).size, 3);
  assert.equal(new Set([first, other, elsewhere].map(({ userName }) => userName)).size, 3);
});

test('suspended wins over static lists and entitlements', async () => {
  await using w = await world();
  const entitlements = ['urn:mace:egi.eu:group:vo.access.egi.eu'];
  const { accountId } = await w.accounts.logIn(
    claims({ issuer: standIn, preferredUserName: 'mkolar', entitlements }),
  );
  w.configure({ users: { mkolar: { suspended: ['vo.access.egi.eu'] } } });
  assert.deepEqual(await groupsOf(w.accounts, accountId), []);
});

test('names like those of object members are names like others', async () => {
  await using w = await world();
  const account = await w.accounts.logIn(claims({ issuer: standIn, preferredUserName: 'constructor' }));
  assert.equal(account.userName, 'constructor');
  assert.deepEqual(await groupsOf(w.accounts, account.accountId), []);
  assert.deepEqual(await w.accounts.memberships('unknown'), []);
});

test('a log-in without usable claims is refused', async () => {
  await using w = await world();
  await assert.rejects(w.accounts.logIn(claims({ subject: '' })), { code: 'input.invalid' });
});

test('user names are short and plain', () => {
  assert.equal(userNameCandidate({ preferredUserName: 'Jürgen.Müller@example.org' }), 'jurgen.muller');
  assert.equal(userNameCandidate({ preferredUserName: '42', email: 'x@example.org' }), 'x');
  assert.equal(userNameCandidate({ name: '王' }), 'user');
  assert.equal(userNameCandidate({ name: 'a'.repeat(99) }).length, 32);
});

test('a certificate that the provider vouches for is linked, once, to who has it first', async () => {
  await using w = await world();
  const jane = { subjectDn: '/O=Example/CN=Jane Doe', issuerDn: '/O=Example/CN=CA' };
  const first = await w.accounts.logIn(claims({ certificates: [jane] }));
  assert.deepEqual(first.distinguishedNames, [jane.subjectDn]);
  assert.deepEqual((await w.accounts.logIn(claims({ certificates: [jane] }))).distinguishedNames, [
    jane.subjectDn,
  ]);
  const thief = await w.accounts.logIn(claims({ subject: 'sub-2', certificates: [jane] }));
  assert.deepEqual(thief.distinguishedNames, []);
  const elsewhere = { ...jane, issuerDn: '/O=Elsewhere/CN=CA' };
  const other = await w.accounts.logIn(claims({ subject: 'sub-2', certificates: [elsewhere] }));
  assert.deepEqual(other.distinguishedNames, [jane.subjectDn], 'the same name of another authority');
  const links = await w.database.read(() =>
    rows<{ actor: string }>(
      "select actor from audit_log where action = 'link certificate' order by audit_id",
    ),
  );
  assert.deepEqual(
    links.map(({ actor }) => actor),
    [first.accountId, other.accountId],
  );
  const sources = await w.database.read(() =>
    rows<{ source: string }>('select source from account_certificates'),
  );
  assert.ok(sources.every(({ source }) => source === 'provider'));
});

test('what a provider vouches for is not linked when it is reserved, of a machine, or no name', async () => {
  await using w = await world();
  w.configure({
    users: { jdoe: { distinguishedNames: ['/O=Example/CN=Jane Doe'], identifiers: ['cuid-of-jane'] } },
  });
  const issuerDn = '/O=Example/CN=CA';
  const certificates = [
    '/O=Example/CN=Jane Doe',
    '/O=Example/CN=host/ce.example.org',
    'Jane',
    '/XX=Jane',
  ].map((subjectDn) => ({ subjectDn, issuerDn }));
  assert.deepEqual((await w.accounts.logIn(claims({ certificates }))).distinguishedNames, []);
  const own = await w.accounts.logIn(claims({ subject: 'sub-2', voPersonId: 'cuid-of-jane', certificates }));
  assert.deepEqual(own.distinguishedNames, ['/O=Example/CN=Jane Doe']);
});
