import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { TrustStore } from '@wm/credentials';
import type { Credential } from '@wm/credentials/authority';
import { createTestPki, type TestPki } from '@wm/credentials/testing';
import { rows } from '../db/database.ts';
import { createMailServer } from '../mail/mail-server.adapter.ts';
import { aConfiguration, configurationHolder } from '../testing/index.ts';
import { startMailServer } from '../testing/loopback-mail-server.ts';
import { openPayloadWorld, payloadStartMs as startMs } from '../testing/payload-world.ts';
import { createCredentialRemindersAgent } from './credential-reminders.agent.ts';
import { createRevocationWatch } from './revocation-watch.agent.ts';

const dayS = 86_400;

let pki: TestPki;
let ada: Credential;

before(async () => {
  pki = await createTestPki(startMs);
  ada = await pki.person('Ada');
});

/** Ada's proxy lasts forty days. */
async function world(mail: object = { from: 'wm@example.org' }, email: string | null = 'ada@example.org') {
  const server = await startMailServer();
  const configuration = aConfiguration({
    vos: { biomed: { groups: { biomed_user: { properties: ['NormalUser'], users: ['ada'] } } } },
    users: { ada: {} },
    mail,
  });
  const payload = await openPayloadWorld({ pki, ada, configuration, lastsS: 40 * dayS });
  await payload.database.write(() => rows('update accounts set email = $1 returning 1 as x', [email]));
  let trust: TrustStore = pki.trust;
  const agentAt = (database: typeof payload.database) =>
    createCredentialRemindersAgent({
      ...payload.deps,
      database,
      configuration: configurationHolder(configuration),
      publicUrl: 'https://wm.example.org',
      mailServer: createMailServer(server.url),
    });
  const agent = agentAt(payload.database);
  const subjects = () => server.taken.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1]);
  return {
    ...payload,
    server,
    agent,
    agentAt,
    subjects,
    /** The revocation watch reads the lists anew. */
    distrust: async () => {
      trust = await pki.revoke(ada.certificate);
      await createRevocationWatch({ ...payload.deps, trust: { current: async () => trust } }).runOnce();
    },
    [Symbol.asyncDispose]: async () => {
      await payload.database.close();
      await server.close();
    },
  };
}

test('an owner is reminded at 30, 7 and 1 days, once each, however often the agent looks', async () => {
  await using w = await world();
  for (let day = 0; day <= 41; day++) {
    await w.agent.runOnce();
    await w.agent.runOnce();
    w.clock.advanceS(dayS);
  }
  assert.deepEqual(w.subjects(), [
    'Your proxy ends in 30 days',
    'Your proxy ends in 7 days',
    'Your proxy ends in one day',
  ]);
  assert.deepEqual(w.server.taken[0]?.to, ['ada@example.org']);
  assert.match(w.server.taken[0]?.text ?? '', /unfinished jobs/);
});

test('whose certificate is revoked is told at the next look, once', async () => {
  await using w = await world();
  await w.agent.runOnce();
  await w.distrust();
  await w.agent.runOnce();
  await w.agent.runOnce();
  assert.deepEqual(w.subjects(), ['Your certificate was revoked']);
});

test('a mail server that was away for weeks is not flooded: the last reminder counts', async () => {
  await using w = await world();
  w.clock.advanceS(39.5 * dayS);
  await w.agent.runOnce();
  assert.deepEqual(w.subjects(), ['Your proxy ends in one day']);
});

test('two processes that look at the same time write one mail', async () => {
  await using w = await world();
  await using second = await w.database.openAnother();
  w.clock.advanceS(33 * dayS);
  await Promise.all([w.agent.runOnce(), w.agentAt(second as typeof w.database).runOnce()]);
  assert.deepEqual(w.subjects(), ['Your proxy ends in 7 days']);
});

for (const [what, mail, email] of [
  ['without an address', undefined, null],
  ['with two addresses in one', undefined, 'ada@example.org, eve@example.org'],
  ['without a sender', {}, 'ada@example.org'],
] as const)
  test(`${what} nothing is sent and nothing is kept`, async () => {
    await using w = await world(mail, email);
    w.clock.advanceS(33 * dayS);
    await w.agent.runOnce();
    assert.deepEqual(w.subjects(), []);
    assert.deepEqual(await w.database.read(() => rows('select * from mails')), []);
  });
