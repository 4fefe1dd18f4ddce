/** Requests for membership, members, suspension: on a real database, with people who attack each other's VO. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAudit } from '../../audit/audit.service.ts';
import { rows } from '../../db/database.ts';
import { silentLogger } from '../../kernel/logger.ts';
import {
  aConfiguration,
  configurationHolder,
  createFakeClock,
  openTestDatabase,
} from '../../testing/index.ts';
import { createAccountService } from '../account.service.ts';
import type { GroupProperty } from '../group-properties.ts';
import type { UserPrincipal } from '../principal.ts';
import { createRegistry } from './registry.service.ts';

const issuer = 'https://checkin.example.org';
const configuration = aConfiguration({
  vos: {
    one: {
      description: 'The first',
      acceptsRequests: true,
      defaultGroup: 'one_user',
      groups: {
        one_user: { properties: ['NormalUser'], fqans: ['/one'] },
        one_boss: { properties: ['UserManager', 'NormalUser'], users: ['boss'] },
        one_admin: { properties: ['JobAdministrator', 'NormalUser'] },
      },
    },
    two: {
      acceptsRequests: true,
      defaultGroup: 'two_user',
      groups: { two_user: { properties: ['NormalUser'] }, two_boss: { properties: ['UserManager'] } },
    },
    closed: { defaultGroup: 'closed_user', groups: { closed_user: { properties: ['NormalUser'] } } },
  },
  mail: { from: 'portal@wm.example.org' },
  users: { boss: { identifiers: ['boss-id'] }, banned: { identifiers: ['banned-id'], suspended: ['one'] } },
});

const start = createFakeClock().nowMs();
const from = { way: 'session', address: '192.0.2.1', requestId: 'r1', loggedInAtMs: start } as const;

async function world() {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  const log = silentLogger;
  let suspensions = 0;
  const deps = { database, clock, log, configuration: configurationHolder(configuration) };
  const mailsFrom = { portalUrl: 'https://wm.example.org' };
  const accounts = createAccountService(deps);
  const logIn = async (
    subject: string,
    entitlements: readonly string[] = [],
    email?: string,
  ): Promise<string> => {
    const preferredUserName = subject.replace('-id', '');
    const claims = { issuer, subject, preferredUserName, entitlements, ...(email && { email }) };
    return (await accounts.logIn(claims)).accountId;
  };
  const bossId = await logIn('boss-id');
  const as = (vo: string, properties: readonly GroupProperty[], accountId = bossId): UserPrincipal => ({
    kind: 'user',
    accountId,
    userName: 'boss',
    vo,
    group: `${vo}_boss`,
    properties,
    from,
  });
  return {
    clock,
    accounts,
    logIn,
    bossId,
    boss: as('one', ['UserManager', 'NormalUser']),
    bossOfTwo: as('two', ['UserManager']),
    user: (accountId: string) => as('one', ['NormalUser'], accountId),
    audit: createAudit(deps),
    registry: createRegistry({ ...deps, mailsFrom, onSuspended: () => (suspensions += 1) }),
    groupsOf: async (accountId: string) => (await accounts.memberships(accountId)).map(({ group }) => group),
    mails: () =>
      database.read(() =>
        rows<{ recipient: string; subject: string; body: string }>(
          'select recipient, subject, body from mails order by mail_id',
        ),
      ),
    suspensions: () => suspensions,
    [Symbol.asyncDispose]: () => database.close(),
  };
}

test('somebody in no group asks, a manager grants, and the membership counts at once', async () => {
  await using w = await world();
  const ada = await w.logIn('ada');
  assert.deepEqual(await w.groupsOf(ada), []);
  assert.deepEqual(
    (await w.registry.openVos(ada)).map(({ vo, group, isMember }) => [vo, group, isMember]),
    [
      ['one', 'one_user', false],
      ['two', 'two_user', false],
    ],
  );
  const asked = await w.registry.request(ada, 'one', ' I dock proteins. ', from);
  assert.deepEqual([asked.motivation, asked.decision], ['I dock proteins.', null]);
  const [open] = await w.registry.requests(w.boss);
  assert.deepEqual([open?.requestId, open?.userName], [asked.requestId, 'ada']);
  const decided = await w.registry.grant(w.boss, asked.requestId, 'one_user');
  assert.deepEqual([decided.decision, decided.decidedBy], ['granted', 'boss']);
  assert.deepEqual(await w.groupsOf(ada), ['one_user']);
  assert.equal((await w.registry.ownRequests(ada))[0]?.decision, 'granted');
  const told = (await w.audit.ofAccount(ada, { limit: 10 })).map(({ action, actor }) => [action, actor]);
  assert.deepEqual(told.slice(0, 2), [
    ['grant membership', 'boss'],
    ['request membership', 'ada'],
  ]);
});

test('a refusal tells why, and is not argued with for a day', async () => {
  await using w = await world();
  const ada = await w.logIn('ada');
  const { requestId } = await w.registry.request(ada, 'one', 'Please');
  await w.registry.refuse(w.boss, requestId, 'Ask your own VO');
  assert.deepEqual(await w.groupsOf(ada), []);
  assert.equal((await w.registry.ownRequests(ada))[0]?.reason, 'Ask your own VO');
  await assert.rejects(w.registry.request(ada, 'one', 'Please!'), {
    code: 'conflict',
    message: /Ask your own VO/,
  });
  w.clock.advanceS(86_401);
  assert.equal((await w.registry.request(ada, 'one', 'Please!')).decision, null);
});

test('a request is decided once, whatever comes at the same time', async () => {
  await using w = await world();
  const ada = await w.logIn('ada');
  const { requestId } = await w.registry.request(ada, 'one', 'Please');
  const outcomes = await Promise.allSettled([
    w.registry.grant(w.boss, requestId, 'one_user'),
    w.registry.refuse(w.boss, requestId, 'No'),
    w.registry.withdraw(ada, requestId),
  ]);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});

const faults: readonly (readonly [string, string, string, RegExp])[] = [
  ['an empty motivation', 'one', '  ', /1 to 2000 characters/],
  ['a motivation without end', 'one', 'x'.repeat(2001), /1 to 2000 characters/],
  ['a VO that takes no requests', 'closed', 'Please', /takes no requests/],
  ['a VO that is not there', 'toString', 'Please', /takes no requests/],
];
for (const [name, vo, motivation, expected] of faults)
  test(`${name} is refused`, async () => {
    await using w = await world();
    await assert.rejects(w.registry.request(await w.logIn('ada'), vo, motivation), { message: expected });
  });

test('nobody asks twice, nor for what he has', async () => {
  await using w = await world();
  const ada = await w.logIn('ada');
  await w.registry.request(ada, 'one', 'Please');
  await assert.rejects(w.registry.request(ada, 'one', 'Please'), { code: 'conflict' });
  const member = await w.logIn('eve', ['urn:mace:egi.eu:group:one#x']);
  await assert.rejects(w.registry.request(member, 'one', 'Please'), { message: /member of one already/ });
});

test("requests of others cannot be withdrawn, and managers see and decide their own VO's only", async () => {
  await using w = await world();
  const [ada, eve] = [await w.logIn('ada'), await w.logIn('eve')];
  const { requestId } = await w.registry.request(ada, 'one', 'Please');
  await assert.rejects(w.registry.withdraw(eve, requestId), { code: 'not-found' });
  assert.deepEqual(await w.registry.requests(w.bossOfTwo), []);
  await assert.rejects(w.registry.grant(w.bossOfTwo, requestId, 'two_user'), { code: 'not-found' });
  await assert.rejects(w.registry.refuse(w.bossOfTwo, requestId, 'No'), { code: 'not-found' });
  await assert.rejects(w.registry.suspend(w.bossOfTwo, ada, 'Because'), { code: 'not-found' });
});

test('without UserManager nothing of it is allowed', async () => {
  await using w = await world();
  const ada = await w.logIn('ada', ['urn:mace:egi.eu:group:one#x']);
  const user = w.user(ada);
  const tries = [
    w.registry.requests(user),
    w.registry.grant(user, 1, 'one_user'),
    w.registry.refuse(user, 1, 'No'),
    w.registry.members(user),
    w.registry.endMembership(user, ada, 'one_user'),
    w.registry.suspend(user, w.bossId, 'Because'),
    w.registry.resume(user, ada),
    w.registry.preview(user, '', []),
  ];
  for (const each of tries) await assert.rejects(each, { code: 'access.denied' });
});

test('a manager gives no rights that he does not have, and no group of another VO', async () => {
  await using w = await world();
  const ada = await w.logIn('ada');
  const { requestId } = await w.registry.request(ada, 'one', 'Please');
  await assert.rejects(w.registry.grant(w.boss, requestId, 'one_admin'), {
    code: 'access.denied',
    message: /JobAdministrator/,
  });
  for (const group of ['two_user', 'constructor'])
    await assert.rejects(w.registry.grant(w.boss, requestId, group), { code: 'input.invalid' });
  assert.deepEqual(await w.groupsOf(ada), []);
});

test('members are listed with every reason why they are', async () => {
  await using w = await world();
  const ada = await w.logIn('ada', ['urn:mace:egi.eu:group:one:role=member#x']);
  await w.logIn('stranger');
  const eve = await w.logIn('eve');
  const { requestId } = await w.registry.request(eve, 'one', 'Please');
  await w.registry.grant(w.boss, requestId, 'one_user');
  const members = await w.registry.members(w.boss);
  assert.deepEqual(
    members.map(({ userName, groups }) => [userName, groups]),
    [
      ['ada', [{ group: 'one_user', sources: ['entitlement'] }]],
      ['boss', [{ group: 'one_boss', sources: ['configuration'] }]],
      ['eve', [{ group: 'one_user', sources: ['granted'] }]],
    ],
  );
  await w.registry.endMembership(w.boss, eve, 'one_user');
  assert.deepEqual(await w.groupsOf(eve), []);
  await assert.rejects(w.registry.endMembership(w.boss, ada, 'one_user'), { code: 'not-found' });
});

test('a suspended account is out at once, stays in the list, and comes back', async () => {
  await using w = await world();
  const ada = await w.logIn('ada', ['urn:mace:egi.eu:group:one#x']);
  await w.registry.suspend(w.boss, ada, 'Its key was found on a public host');
  assert.deepEqual(await w.groupsOf(ada), []);
  assert.equal(w.suspensions(), 1);
  const member = (await w.registry.members(w.boss)).find(({ userName }) => userName === 'ada');
  assert.deepEqual(member?.suspension, {
    reason: 'Its key was found on a public host',
    by: 'boss',
    atMs: w.clock.nowMs(),
  });
  await assert.rejects(w.registry.request(ada, 'one', 'Please'), { code: 'not-found' });
  await w.registry.resume(w.boss, ada);
  assert.deepEqual(await w.groupsOf(ada), ['one_user']);
  await assert.rejects(w.registry.resume(w.boss, ada), { code: 'not-found' });
});

test('what is done to a member is told to him by mail', async () => {
  await using w = await world();
  const ada = await w.logIn('ada', ['urn:mace:egi.eu:group:one#x'], 'ada@example.org');
  const { requestId } = await w.registry.request(ada, 'two', 'Please');
  await w.registry.grant(w.bossOfTwo, requestId, 'two_user');
  await w.registry.suspend(w.boss, ada, 'Its key was found on a public host');
  await w.registry.resume(w.boss, ada);
  await w.registry.endMembership(w.bossOfTwo, ada, 'two_user');
  const mails = await w.mails();
  assert.deepEqual(
    mails.map(({ recipient, subject }) => [recipient, subject]),
    [
      ['ada@example.org', 'one suspended you'],
      ['ada@example.org', 'one suspends you no more'],
      ['ada@example.org', 'Your membership of two_user ended'],
    ],
  );
  assert.match(mails[0]?.body ?? '', /Its key was found on a public host/);
});

test('a session that was found open does no harm to others', async () => {
  await using w = await world();
  const ada = await w.logIn('ada', ['urn:mace:egi.eu:group:one#x']);
  const eve = await w.logIn('eve');
  const { requestId } = await w.registry.request(eve, 'one', 'Please');
  w.clock.advanceS(901);
  const tries = [
    w.registry.suspend(w.boss, ada, 'Because'),
    w.registry.resume(w.boss, ada),
    w.registry.endMembership(w.boss, ada, 'one_user'),
    w.registry.grant(w.boss, requestId, 'one_user'),
    w.registry.refuse(w.boss, requestId, 'No'),
  ];
  for (const each of tries) await assert.rejects(each, { code: 'access.stale-log-in' });
  assert.equal((await w.registry.members(w.boss)).length, 2, 'reading goes on');
});

test('nobody suspends himself, and a reason must be given', async () => {
  await using w = await world();
  await assert.rejects(w.registry.suspend(w.boss, w.bossId, 'Tired'), { code: 'input.invalid' });
  const ada = await w.logIn('ada', ['urn:mace:egi.eu:group:one#x']);
  await assert.rejects(w.registry.suspend(w.boss, ada, ' '), { code: 'input.invalid' });
});

test('a manager tries out what a log-in would get, with the reasons', async () => {
  await using w = await world();
  const preview = await w.registry.preview(w.boss, '', [
    'urn:mace:egi.eu:group:one:role=member#aai.egi.eu',
    'urn:mace:egi.eu:group:one:role=%00#x',
    'https://refeds.org/assurance/IAP/low',
  ]);
  assert.deepEqual(preview, {
    fqans: ['/one'],
    dropped: 1,
    ignored: 1,
    groups: [{ group: 'one_user', because: 'entitlement /one' }],
    missing: [
      { group: 'one_boss', needs: 'to be listed in the configuration, or to be granted here' },
      { group: 'one_admin', needs: 'to be granted here' },
    ],
  });
  const banned = await w.registry.preview(w.boss, 'banned', ['urn:mace:egi.eu:group:one#x']);
  assert.deepEqual(banned.groups, []);
  assert.match(banned.missing[0]?.needs ?? '', /suspension/);
});

test('a manager is offered the groups that he may give away, and no others', async () => {
  await using w = await world();
  assert.deepEqual(await w.registry.grantableGroups(w.boss), ['one_user', 'one_boss']);
  assert.deepEqual(await w.registry.grantableGroups(w.bossOfTwo), ['two_user', 'two_boss']);
  const more: UserPrincipal = { ...w.boss, properties: ['UserManager', 'JobAdministrator'] };
  assert.deepEqual(await w.registry.grantableGroups(more), ['one_user', 'one_boss', 'one_admin']);
  await assert.rejects(w.registry.grantableGroups(w.user(w.bossId)), { code: 'access.denied' });
});

test('whoever is suspended reads where, why and by whom; nobody else does', async () => {
  await using w = await world();
  const ada = await w.logIn('ada', ['urn:mace:egi.eu:group:one:role=member#x']);
  assert.deepEqual(await w.registry.ownSuspensions(ada), []);
  await w.registry.suspend(w.boss, ada, 'Its key was found on a public host');
  const [own] = await w.registry.ownSuspensions(ada);
  assert.deepEqual([own?.vo, own?.reason], ['one', 'Its key was found on a public host']);
  assert.equal(own?.by, 'boss');
  assert.deepEqual(await w.registry.ownSuspensions(w.bossId), []);
  const banned = await w.logIn('banned-id');
  assert.deepEqual(await w.registry.ownSuspensions(banned), [{ vo: 'one', reason: '', by: null }]);
  await w.registry.resume(w.boss, ada);
  assert.deepEqual(await w.registry.ownSuspensions(ada), []);
});
