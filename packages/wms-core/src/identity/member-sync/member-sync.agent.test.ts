/** Members synchronised from services that answer as documented; the real ones were never there to ask. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nameKey, slashForm, writePem } from '@wm/credentials';
import { privateKeyOf, type Credential } from '@wm/credentials/authority';
import { createTestPki, type TestPki } from '@wm/credentials/testing';
import { configurationSchema } from '../../configuration/schema.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createFakeClock, openTestDatabase } from '../../testing/index.ts';
import {
  startDocumentedIam,
  startDocumentedVomsAdmin,
} from '../../testing/documented-member-services.fake.ts';
import { createAccountService } from '../account.service.ts';
import { linkCertificate } from '../account.store.ts';
import { createRegistry } from '../registry/registry.service.ts';
import { openMemberService } from './member-services.adapter.ts';
import { createMemberSyncAgent } from './member-sync.agent.ts';
import { findSync } from './member-sync.store.ts';

const vo = 'vo.example.org';
const token = 'a-token-of-the-tests';
const hourS = 3600;

let pki: TestPki;
let ada: Credential;
let folder: string;

before(async () => {
  pki = await createTestPki(Date.now());
  ada = await pki.person('Ada');
  folder = await mkdtemp(join(tmpdir(), 'wm-member-sync-'));
  const robot = await pki.person('Robot');
  const pem = [robot.certificate, pki.issuer.certificate].map(({ der }) => writePem('CERTIFICATE', der));
  const key = writePem('PRIVATE KEY', await privateKeyOf(robot));
  await writeFile(join(folder, 'robot.pem'), pem.join('') + key, { mode: 0o600 });
  await writeFile(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
});
after(() => rm(folder, { recursive: true }));

const groups = (more: object = {}) => ({
  one_user: { properties: ['NormalUser'], fqans: ['/vo.example.org'] },
  one_pilot: { properties: ['GenericPilot'], fqans: ['/vo.example.org/Role=pilot'], ...more },
  one_boss: { properties: ['UserManager'], users: ['boss'] },
});

async function world(service: object, pilot: object = {}) {
  const database = await openTestDatabase();
  const clock = createFakeClock(Date.now());
  const configured = (memberService: object | undefined, more: object = pilot) =>
    configurationSchema.parse({
      vos: { one: { vomsName: vo, ...(memberService && { memberService }), groups: groups(more) } },
      users: { boss: {} },
      sites: {},
    });
  let values = configured(service);
  const configuration = { current: () => ({ version: '1', loadedAtMs: 0, values }) };
  const shared = {
    database,
    clock,
    log: silentLogger,
    configuration,
    standInIssuers: ['https://in.example'],
  };
  const accounts = createAccountService(shared);
  const agent = createMemberSyncAgent({
    ...shared,
    open: (one, name) => openMemberService(one, name, { trust: { current: async () => pki.trust } }),
  });
  const logIn = async (subject: string, issuer = 'https://in.example') =>
    (await accounts.logIn({ issuer, subject, preferredUserName: subject, entitlements: [] })).accountId;
  return {
    database,
    clock,
    agent,
    logIn,
    registry: createRegistry(shared),
    configure: (memberService: object | undefined, more?: object) =>
      void (values = configured(memberService, more)),
    groupsOf: async (accountId: string) => (await accounts.memberships(accountId)).map(({ group }) => group),
    /** The next time that it is asked. */
    later: async () => {
      clock.advanceS(hourS);
      await agent.runOnce();
    },
    sync: () => database.read(() => findSync('one')),
    link: (accountId: string, { certificate }: Credential) =>
      database.write(() =>
        linkCertificate(
          accountId,
          {
            subjectKey: nameKey(certificate.subject),
            issuerKey: nameKey(certificate.issuer),
            subjectDn: slashForm(certificate.subject),
            issuerDn: slashForm(certificate.issuer),
          },
          'log-in',
          0,
        ),
      ),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

const vomsMember = (credential: Credential, fqans: readonly string[], more: object = {}) => ({
  suspended: false,
  certificates: [
    {
      subjectString: slashForm(credential.certificate.subject),
      issuerString: slashForm(credential.certificate.issuer),
      suspended: false,
    },
  ],
  fqans,
  ...more,
});

async function vomsWorld(pilot: object = {}) {
  const server = await startDocumentedVomsAdmin(pki, vo);
  const service = { kind: 'voms-admin', url: server.url, clientFile: join(folder, 'robot.pem') };
  const w = await world(service, pilot);
  const accountId = await w.logIn('ada');
  await w.link(accountId, ada);
  return {
    ...w,
    server,
    service,
    ada: accountId,
    [Symbol.asyncDispose]: async () => {
      await w.database.close();
      await server.close();
    },
  };
}

test('who is a member at VOMS-Admin is one here, known by the certificate, at the next request', async () => {
  await using w = await vomsWorld();
  w.server.users.push(vomsMember(ada, ['/vo.example.org', '/vo.example.org/Role=pilot']));
  const stranger = await w.logIn('stranger');
  assert.deepEqual(await w.groupsOf(w.ada), []);
  await w.agent.runOnce();
  assert.deepEqual(await w.groupsOf(w.ada), ['one_user', 'one_pilot']);
  assert.deepEqual(await w.groupsOf(stranger), []);
  const { source, members, failure, synced_at_ms } = (await w.sync()) ?? {};
  assert.deepEqual([source, members, failure, synced_at_ms], ['VOMS-Admin', 1, null, w.clock.nowMs()]);
});

test('who vanished there, or was suspended there, loses the group at the next request', async () => {
  await using w = await vomsWorld();
  const others = await pki.person('Other');
  w.server.users.push(vomsMember(ada, ['/vo.example.org', '/vo.example.org/Role=pilot']));
  w.server.users.push(vomsMember(others, ['/vo.example.org']));
  await w.agent.runOnce();
  w.server.users[0] = vomsMember(ada, ['/vo.example.org']);
  await w.later();
  assert.deepEqual(await w.groupsOf(w.ada), ['one_user']);
  w.server.users[0] = vomsMember(ada, ['/vo.example.org'], { suspended: true });
  await w.later();
  assert.deepEqual(await w.groupsOf(w.ada), []);
});

test('a service that is down, refuses, or knows nobody changes nothing, and says so', async () => {
  await using w = await vomsWorld();
  w.server.users.push(vomsMember(ada, ['/vo.example.org']));
  await w.agent.runOnce();
  const syncedAtMs = w.clock.nowMs();
  for (const [mishap, failure] of [
    [() => w.server.set(503), /answered 503/],
    [() => (w.server.set(undefined), w.server.users.splice(0)), /knows no member/],
    [() => w.server.close(), /cannot be reached \(ECONNREFUSED\)/],
  ] as const) {
    await mishap();
    await w.later();
    assert.deepEqual(await w.groupsOf(w.ada), ['one_user']);
    const row = await w.sync();
    assert.match(row?.failure ?? '', failure);
    assert.deepEqual([row?.synced_at_ms, row?.tried_at_ms], [syncedAtMs, w.clock.nowMs()]);
  }
});

test('all pages are read, and it is not asked more often than configured', async () => {
  await using w = await vomsWorld();
  const filler = vomsMember(await pki.person('Filler'), ['/vo.example.org']);
  for (let n = 0; n < 200; n++) w.server.users.push(filler);
  w.server.users.push(vomsMember(ada, ['/vo.example.org']));
  await w.agent.runOnce();
  assert.deepEqual(await w.groupsOf(w.ada), ['one_user']);
  assert.equal(w.server.asked.length, 3);
  await w.agent.runOnce();
  assert.equal(w.server.asked.length, 3);
});

test('a group that is not synchronised has no such members, nor has a VO whose service is gone', async () => {
  await using w = await vomsWorld({ autoSyncVoms: false });
  w.server.users.push(vomsMember(ada, ['/vo.example.org', '/vo.example.org/Role=pilot']));
  await w.agent.runOnce();
  assert.deepEqual(await w.groupsOf(w.ada), ['one_user']);
  w.configure(undefined);
  assert.deepEqual(await w.groupsOf(w.ada), []);
  await w.agent.runOnce();
  w.configure(w.service);
  assert.deepEqual(await w.groupsOf(w.ada), [], 'what was told before is forgotten');
});

test('a service speaks for its own VO only', async () => {
  await using w = await vomsWorld();
  w.server.users.push(
    vomsMember(ada, ['/other.example.org', '/vo.example.org.evil/Role=pilot', '/vo.example.org']),
  );
  await w.agent.runOnce();
  assert.deepEqual(await w.groupsOf(w.ada), ['one_user']);
});

test('the same name of another authority is somebody else', async () => {
  await using w = await vomsWorld();
  const subjectString = slashForm(ada.certificate.subject);
  const rogue = { subjectString, issuerString: '/DC=org/CN=Rogue CA', suspended: false };
  w.server.users.push({ suspended: false, certificates: [rogue], fqans: ['/vo.example.org'] });
  await w.agent.runOnce();
  assert.deepEqual(await w.groupsOf(w.ada), []);
});

test('Registry Manager gives it as the reason', async () => {
  await using w = await vomsWorld();
  w.server.users.push(vomsMember(ada, ['/vo.example.org']));
  await w.agent.runOnce();
  const boss = { kind: 'user', accountId: await w.logIn('boss'), userName: 'boss' } as const;
  const acting = { ...boss, vo: 'one', group: 'one_boss', properties: ['UserManager' as const] };
  const told = await w.registry.synchronisation(acting);
  assert.deepEqual([told?.source, told?.synchronisedAtMs], ['VOMS-Admin', w.clock.nowMs()]);
  await assert.rejects(w.registry.synchronisation({ ...acting, properties: [] }), { code: 'access.denied' });
  const members = await w.registry.members(acting);
  assert.deepEqual(members.find(({ userName }) => userName === 'ada')?.groups, [
    { group: 'one_user', sources: ['synchronised'] },
  ]);
});

test('members of an IAM are known by their log-in there and by certificates in its own form', async () => {
  const iam = await startDocumentedIam(token);
  const service = { kind: 'iam', url: iam.url, tokenFile: join(folder, 'token') };
  await using w = await world(service);
  try {
    const byLogIn = await w.logIn('1b2c', iam.url);
    const samesubject = await w.logIn('1b2c');
    const byCertificate = await w.logIn('ada');
    await w.link(byCertificate, ada);
    const rfc2253 = (text: string) => text.slice(1).split('/').toReversed().join(',');
    const certificate = {
      subjectDn: rfc2253(slashForm(ada.certificate.subject)),
      issuerDn: rfc2253(slashForm(ada.certificate.issuer)),
    };
    iam.users.push({ id: '1b2c', active: true, groups: [vo, 'other'] });
    iam.users.push({ id: 'x', active: true, groups: [vo], certificates: [certificate] });
    iam.users.push({ id: 'gone', active: false, groups: [vo] });
    await w.agent.runOnce();
    assert.deepEqual(await w.groupsOf(byLogIn), ['one_user']);
    assert.deepEqual(await w.groupsOf(byCertificate), ['one_user']);
    assert.deepEqual(await w.groupsOf(samesubject), [], 'the same subject at another provider');
    iam.claim(7);
    iam.users.splice(0, 1);
    await w.later();
    assert.match((await w.sync())?.failure ?? '', /told of 7 members and sent 2/);
    assert.deepEqual(await w.groupsOf(byLogIn), ['one_user']);
    assert.doesNotMatch((await w.sync())?.failure ?? '', new RegExp(token));
  } finally {
    await iam.close();
  }
});
