import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationSchema } from '../../configuration/schema.ts';
import { rows, run } from '../../db/database.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createFakeClock, openTestDatabase } from '../../testing/index.ts';
import type { IdentityClaims } from '../../use-cases.ts';
import { createAccountService } from '../account.service.ts';
import type { CallOrigin } from '../principal.ts';
import { createRegistry } from '../registry/registry.service.ts';
import { createLinkedLogIns } from './linked-log-ins.service.ts';

const checkin = 'https://aai.example.org/auth/realms/egi';
const iam = 'https://iam.example.org/';
const low = 'https://refeds.org/assurance/IAP/low';
const high = 'https://refeds.org/assurance/IAP/high';

const values = configurationSchema.parse({
  vos: {
    one: {
      groups: {
        one_user: { properties: ['NormalUser'], fqans: ['/one'] },
        one_admin: { properties: ['UserManager'], fqans: ['/one/Role=admin'] },
        one_static: { properties: ['NormalUser'], users: ['jdoe'] },
      },
    },
    two: { groups: { two_user: { properties: ['NormalUser'], fqans: ['/two'] } } },
    careful: {
      minAssurance: 'high',
      groups: { careful_user: { properties: ['NormalUser'], fqans: ['/careful'] } },
    },
  },
  users: { jdoe: { identifiers: ['jdoe-at-iam'] } },
  identity: {
    entitlementNamespaces: ['urn:mace:egi.eu:group'],
    providers: [
      {
        id: 'iam',
        name: 'IAM',
        issuer: iam,
        clientId: 'wm',
        clientSecretFile: '/none',
        kind: 'wlcg',
        vos: ['one', 'two', 'careful'],
      },
    ],
  },
  mail: { from: 'wm@example.org' },
  sites: {},
});

const vo = (name: string): string => `urn:mace:egi.eu:group:${name}:role=member#aai.egi.eu`;

const ada: IdentityClaims = {
  issuer: checkin,
  subject: 'ada-sub',
  voPersonId: 'ada@egi.eu',
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  entitlements: [vo('one')],
  assurance: [high],
};
const adaAtIam: IdentityClaims = {
  issuer: iam,
  subject: 'ada-iam',
  name: 'A. Lovelace',
  email: 'ada@iam.example.org',
  entitlements: [],
  groups: ['/two'],
  assurance: [low],
};

async function world() {
  const database = await openTestDatabase();
  const clock = createFakeClock(Date.UTC(2026, 10, 20, 12));
  let bells = 0;
  const shared = {
    database,
    clock,
    log: silentLogger,
    configuration: { current: () => ({ version: 'test', loadedAtMs: 0, values }) },
  };
  const accounts = createAccountService(shared);
  const logIns = createLinkedLogIns({
    ...shared,
    mailsFrom: { portalUrl: 'https://wm.example.org' },
    onGroupsChanged: () => void bells++,
  });
  const from = (logInIssuer: string, agoS = 0): CallOrigin => ({
    way: 'session',
    address: '192.0.2.1',
    requestId: 'r',
    loggedInAtMs: clock.nowMs() - agoS * 1000,
    logInIssuer,
  });
  return {
    database,
    clock,
    accounts,
    logIns,
    registry: createRegistry(shared),
    from,
    bells: () => bells,
    groups: async (accountId: string, by?: string) =>
      (await accounts.memberships(accountId, by)).map(({ group }) => group),
    events: () =>
      database.read(() =>
        rows<{ action: string; actor: string; target_account_id: string; result: string }>(
          `select action, actor, target_account_id, result from audit_log
           where action like '%link%log-in%' or action like '%log-in link%' order by audit_id`,
        ),
      ),
    /** Something that would be lost with the account. */
    use: (accountId: string) =>
      database.write(() =>
        run(
          `insert into user_documents (account_id, kind, name, revision, body, updated_at_ms)
           values ($1, 'note', 'tides', 1, '{}', $2)`,
          [accountId, clock.nowMs()],
        ),
      ),
    mails: () =>
      database.read(() =>
        rows<{ recipient: string; subject: string; body: string }>(
          'select recipient, subject, body from mails order by mail_id',
        ),
      ),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

type World = Awaited<ReturnType<typeof world>>;

async function linked(w: World, claims = adaAtIam): Promise<string> {
  const { accountId } = await w.accounts.logIn(ada);
  await w.logIns.link(accountId, claims, w.from(checkin));
  return accountId;
}

const idAt = async ({ logIns }: World, accountId: string, issuer: string): Promise<string> =>
  (await logIns.list(accountId)).find((logIn) => logIn.issuer === issuer)?.logInId ?? '';

test('from the link on both log-ins lead to one account, with the groups of both', async () => {
  await using w = await world();
  const accountId = await linked(w);
  assert.equal((await w.accounts.logIn(adaAtIam)).accountId, accountId);
  assert.equal((await w.accounts.logIn(ada)).accountId, accountId);
  assert.deepEqual(await w.groups(accountId), ['one_user', 'two_user']);
  assert.ok(w.bells() > 0, 'who holds jobs hears of it');
  const [first, second] = await w.logIns.list(accountId);
  assert.deepEqual(
    [first?.issuer, first?.person, second?.issuer, second?.person, second?.assurance],
    [checkin, 'Ada Lovelace (ada@example.org)', iam, 'A. Lovelace (ada@iam.example.org)', 'low'],
  );
});

test('the oldest log-in names the person: name and address do not change with the way in', async () => {
  await using w = await world();
  const accountId = await linked(w);
  const { displayName, email } = await w.accounts.logIn(adaAtIam);
  assert.deepEqual([displayName, email], ['Ada Lovelace', 'ada@example.org']);
  await w.accounts.logIn({ ...ada, name: 'Ada King' });
  assert.equal((await w.accounts.account(accountId))?.displayName, 'Ada King');
});

test('a group that both log-ins tell of stays while one of them does', async () => {
  await using w = await world();
  const accountId = await linked(w, { ...adaAtIam, groups: ['/one', '/two'] });
  await w.accounts.logIn({ ...adaAtIam, groups: [] });
  assert.deepEqual(await w.groups(accountId), ['one_user']);
  await w.accounts.logIn({ ...ada, entitlements: [] });
  assert.deepEqual(await w.groups(accountId), []);
});

test('what a weak log-in tells is not worth more because a strong one is linked', async () => {
  await using w = await world();
  const accountId = await linked(w, { ...adaAtIam, groups: ['/careful', '/two'] });
  assert.deepEqual(await w.groups(accountId), ['one_user', 'two_user']);
  await w.accounts.logIn({ ...ada, entitlements: [vo('one'), vo('careful')] });
  assert.deepEqual(await w.groups(accountId), ['one_user', 'two_user', 'careful_user']);
});

test('who came by a weak log-in does not get into what needs a strong one', async () => {
  await using w = await world();
  const accountId = await linked(w);
  await w.accounts.logIn({ ...ada, entitlements: [vo('careful')] });
  assert.deepEqual(await w.groups(accountId, iam), ['two_user']);
  assert.deepEqual(await w.groups(accountId, checkin), ['two_user', 'careful_user']);
  assert.deepEqual(await w.groups(accountId, 'https://unlinked.example.org'), ['two_user'], 'worth none');
});

test('the best log-in says how well the account is known, whichever was used last', async () => {
  await using w = await world();
  const accountId = await linked(w);
  await w.accounts.logIn(adaAtIam);
  const [account] = await w.database.read(() =>
    rows<{ assurance: string }>('select assurance from accounts where account_id = $1', [accountId]),
  );
  assert.equal(account?.assurance, 'high');
  assert.equal((await w.logIns.list(accountId)).find(({ issuer }) => issuer === iam)?.assurance, 'low');
});

test('a configured user whose identifier is that of the second log-in is this account', async () => {
  await using w = await world();
  const accountId = await linked(w, { ...adaAtIam, subject: 'jdoe-at-iam' });
  assert.deepEqual(await w.groups(accountId), ['one_user', 'one_static', 'two_user']);
});

test('an identity that is another account’s stays there; both owners are told, and it is written down', async () => {
  await using w = await world();
  const other = await w.accounts.logIn(adaAtIam);
  await w.use(other.accountId);
  const { accountId } = await w.accounts.logIn(ada);
  assert.deepEqual(await w.logIns.propose(accountId, adaAtIam, w.from(checkin)), {
    kind: 'taken',
    userName: other.userName,
  });
  await assert.rejects(w.logIns.link(accountId, adaAtIam, w.from(checkin)), {
    code: 'conflict',
    details: { reason: 'taken' },
  });
  assert.equal((await w.accounts.logIn(adaAtIam)).accountId, other.accountId);
  assert.deepEqual(await w.events(), [
    {
      action: 'refuse log-in link',
      actor: accountId,
      target_account_id: other.accountId,
      result: 'conflict',
    },
  ]);
  assert.deepEqual(
    (await w.mails()).map(({ recipient, subject }) => [recipient, subject]),
    [
      ['ada@example.org', 'A log-in was not linked to your account'],
      ['ada@iam.example.org', 'Somebody tried to link your log-in to another account'],
    ],
  );
});

test('one of two names of an identity that is another’s is enough to refuse it', async () => {
  await using w = await world();
  const older = await w.accounts.logIn({ ...adaAtIam, subject: 'older', voPersonId: 'ada@iam' });
  await w.use(older.accountId);
  const { accountId } = await w.accounts.logIn(ada);
  const claims = { ...adaAtIam, voPersonId: 'ada@iam' };
  assert.equal((await w.logIns.propose(accountId, claims, w.from(checkin))).kind, 'taken');
});

test('the account that somebody got by logging in elsewhere once is closed, and its log-in moves', async () => {
  await using w = await world();
  const unused = await w.accounts.logIn(adaAtIam);
  assert.deepEqual(await w.groups(unused.accountId), ['two_user']);
  const { accountId } = await w.accounts.logIn(ada);
  assert.deepEqual(await w.logIns.propose(accountId, adaAtIam, w.from(checkin)), {
    kind: 'unused',
    userName: unused.userName,
  });
  const { closedAccountId, logIn } = await w.logIns.link(accountId, adaAtIam, w.from(checkin));
  assert.deepEqual([closedAccountId, logIn.issuer], [unused.accountId, iam]);
  assert.equal((await w.accounts.logIn(adaAtIam)).accountId, accountId);
  assert.deepEqual(await w.groups(unused.accountId), []);
  assert.ok((await w.groups(accountId)).includes('two_user'));
  assert.deepEqual(
    (await w.events()).map(({ action, actor, target_account_id }) => [action, actor, target_account_id]),
    [
      ['unlink log-in', accountId, unused.accountId],
      ['link log-in', accountId, accountId],
    ],
  );
});

for (const [what, belonging] of Object.entries({
  'a note': (w: World, accountId: string) => w.use(accountId),
  'another log-in': async (w: World, accountId: string) => {
    await w.logIns.link(accountId, { ...ada, subject: 'other', voPersonId: 'other@egi.eu' }, w.from(iam));
  },
  'a job': (w: World) =>
    w.database.write(() =>
      run(
        `insert into job_counters (vo, owner_group, owner, site, status, jobs)
         values ('two', 'two_user', $1, 'EGI.Demo.org', 'Done', 1)`,
        ['alovelace'],
      ),
    ),
  'a suspension': (w: World, accountId: string) =>
    w.database.write(() =>
      run(
        `insert into suspensions (account_id, vo, reason, suspended_by, suspended_at_ms)
         values ($1, 'two', 'Because', 'boss', 0)`,
        [accountId],
      ),
    ),
}))
  test(`an account with ${what} is used: its log-in does not move`, async () => {
    await using w = await world();
    const other = await w.accounts.logIn({ ...adaAtIam, preferredUserName: 'alovelace' });
    assert.equal(other.userName, 'alovelace');
    await belonging(w, other.accountId);
    const { accountId } = await w.accounts.logIn(ada);
    assert.equal((await w.logIns.propose(accountId, adaAtIam, w.from(checkin))).kind, 'taken');
    await assert.rejects(w.logIns.link(accountId, adaAtIam, w.from(checkin)), { code: 'conflict' });
  });

test('the own log-in again, and a second identity of the same provider, are not linked', async () => {
  await using w = await world();
  const accountId = await linked(w);
  assert.deepEqual(await w.logIns.propose(accountId, adaAtIam, w.from(checkin)), { kind: 'own' });
  const second = { ...adaAtIam, subject: 'another' };
  assert.deepEqual(await w.logIns.propose(accountId, second, w.from(checkin)), {
    kind: 'second',
    person: 'A. Lovelace (ada@iam.example.org)',
  });
  for (const claims of [adaAtIam, second])
    await assert.rejects(w.logIns.link(accountId, claims, w.from(checkin)), { code: 'conflict' });
});

test('un-linked, the log-in leads elsewhere and its groups are gone', async () => {
  await using w = await world();
  const accountId = await linked(w);
  const issuer = await w.logIns.unlink(accountId, await idAt(w, accountId, iam), w.from(checkin));
  assert.equal(issuer, iam);
  assert.deepEqual(await w.groups(accountId), ['one_user']);
  assert.equal((await w.logIns.list(accountId)).length, 1);
  assert.notEqual((await w.accounts.logIn(adaAtIam)).accountId, accountId, 'somebody new');
  assert.deepEqual(
    (await w.events()).map(({ action }) => action),
    ['link log-in', 'unlink log-in'],
  );
  assert.deepEqual(
    (await w.mails()).map(({ subject }) => subject),
    ['A second log-in opens your account', 'A log-in opens your account no more'],
  );
  assert.match((await w.mails())[0]?.body ?? '', /A\. Lovelace[^]*https:\/\/iam\.example\.org/);
});

test('the last log-in stays, and so does the one that opened the session', async () => {
  await using w = await world();
  const accountId = await linked(w);
  const [own, other] = [await idAt(w, accountId, checkin), await idAt(w, accountId, iam)];
  await assert.rejects(w.logIns.unlink(accountId, own, w.from(checkin)), { details: { reason: 'IN_USE' } });
  await w.logIns.unlink(accountId, own, w.from(iam));
  for (const by of [iam, checkin])
    await assert.rejects(w.logIns.unlink(accountId, other, w.from(by)), {
      code: 'conflict',
      details: { reason: 'LAST' },
    });
});

test('a session of an hour ago changes nothing', async () => {
  await using w = await world();
  const accountId = await linked(w);
  const stale = { code: 'access.stale-log-in' };
  assert.throws(() => w.logIns.demandFresh(w.from(checkin, 3600)), stale);
  const id = await idAt(w, accountId, iam);
  await assert.rejects(w.logIns.unlink(accountId, id, w.from(checkin, 3600)), stale);
  assert.equal((await w.logIns.list(accountId)).length, 2);
});

test('the log-in of another account is not there', async () => {
  await using w = await world();
  const accountId = await linked(w);
  const other = await w.accounts.logIn({ ...ada, subject: 'eve', voPersonId: 'eve@egi.eu' });
  await w.logIns.link(other.accountId, { ...adaAtIam, subject: 'eve-iam' }, w.from(checkin));
  await assert.rejects(w.logIns.unlink(other.accountId, await idAt(w, accountId, iam), w.from(checkin)), {
    code: 'not-found',
  });
});

test('a suspension holds for all log-ins, and none can be taken off to come back without it', async () => {
  await using w = await world();
  const accountId = await linked(w, { ...adaAtIam, groups: ['/one', '/two'] });
  const manager = await w.accounts.logIn({
    ...ada,
    subject: 'boss',
    voPersonId: 'boss@egi.eu',
    entitlements: ['urn:mace:egi.eu:group:one:role=admin#aai.egi.eu'],
  });
  await w.registry.suspend(
    {
      kind: 'user',
      accountId: manager.accountId,
      userName: manager.userName,
      vo: 'one',
      group: 'one_admin',
      properties: ['UserManager'],
      from: w.from(checkin),
    },
    accountId,
    'A key was found',
  );
  assert.deepEqual(await w.groups(accountId), ['two_user']);
  await w.accounts.logIn(adaAtIam);
  assert.deepEqual(await w.groups(accountId, iam), ['two_user'], 'the second log-in tells of it too');
  await assert.rejects(w.logIns.unlink(accountId, await idAt(w, accountId, iam), w.from(checkin)), {
    details: { reason: 'SUSPENDED' },
  });
});
