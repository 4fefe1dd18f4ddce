import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows, type Database } from '../db/database.ts';
import { insertAccount } from '../identity/account.store.ts';
import type { Logger } from '../kernel/logger.ts';
import { aConfiguration, configurationHolder, createFakeClock, openTestDatabase } from '../testing/index.ts';
import { startMailServer } from '../testing/loopback-mail-server.ts';
import { createMailDelivery } from './deliver-mails.service.ts';
import { createMailServer } from './mail-server.adapter.ts';
import { putMail } from './mail.store.ts';

const minuteS = 60;

async function world(url: string) {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  const lines: string[] = [];
  const write = (facts: object, event: string) => void lines.push(`${event} ${JSON.stringify(facts)}`);
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  const account = { account_id: 'A', user_name: 'ada', is_configured: 0, display_name: 'Ada', email: null };
  await database.write(() => insertAccount({ ...account, assurance: 'none' }, 0));
  const configuration = configurationHolder(aConfiguration({ mail: { from: 'wm@example.org' } }));
  const deliveryAt = (other: Database) =>
    createMailDelivery({ database: other, clock, log, configuration, mailServer: createMailServer(url) });
  const put = (matter: string, recipient = 'ada@example.org') =>
    database.write(() =>
      putMail({
        matter,
        account_id: 'A',
        recipient,
        subject: `About ${matter}`,
        body: 'Dear Ada,\n\nyour proxy ends.\n',
        created_at_ms: clock.nowMs(),
      }),
    );
  const state = () =>
    database.read(() => rows('select matter, tries, taken_at_ms, refused from mails order by mail_id'));
  return { database, clock, lines, put, state, deliver: deliveryAt(database), deliveryAt };
}

test('a mail goes out once: plain text, to one address, marked as written by a machine', async () => {
  await using server = await startMailServer();
  const w = await world(server.url);
  await using _ = w.database;
  assert.equal(await w.put('one'), true);
  assert.equal(await w.put('one'), false, 'one row a matter');
  await w.deliver();
  await w.deliver();
  assert.equal(server.taken.length, 1);
  const [{ from, to, text } = { from: '', to: [], text: '' }] = server.taken;
  assert.deepEqual([from, to], ['wm@example.org', ['ada@example.org']]);
  assert.match(text, /^Subject: About one\r$/m);
  assert.match(text, /^Auto-Submitted: auto-generated\r$/m);
  assert.match(text, /^Content-Type: text\/plain/m);
  assert.match(text, /your proxy ends\./);
});

test('while the mail server is away nothing is lost, and it is asked ever less often', async () => {
  const server = await startMailServer();
  const w = await world(server.url);
  await using _ = w.database;
  await server.close();
  await w.put('one');
  await w.put('two');
  await w.deliver();
  assert.deepEqual(
    (await w.state()).map(({ tries }) => tries),
    [1, 1],
  );
  await w.deliver();
  w.clock.advanceS(5 * minuteS);
  await w.deliver();
  const [one] = await w.state();
  assert.equal(one?.['tries'], 2);
  assert.equal(one?.['taken_at_ms'], null);
});

test('an address that is refused for good is given up, one that is put off comes later, others go out', async () => {
  await using server = await startMailServer();
  const w = await world(server.url);
  await using _ = w.database;
  server.refusals.set('gone@example.org', 550).set('grey@example.org', 450);
  await w.put('gone', 'gone@example.org');
  await w.put('grey', 'grey@example.org');
  await w.put('good');
  await w.deliver();
  assert.deepEqual(
    server.taken.map(({ to }) => to[0]),
    ['ada@example.org'],
  );
  const [gone] = await w.state();
  assert.equal(gone?.['refused'], 'RCPT TO 550');
  server.refusals.clear();
  w.clock.advanceS(5 * minuteS);
  await w.deliver();
  assert.deepEqual(
    server.taken.map(({ to }) => to[0]),
    ['ada@example.org', 'grey@example.org'],
  );
});

test('several processes send one mail', async () => {
  await using server = await startMailServer();
  const w = await world(server.url);
  await using _ = w.database;
  await using second = await w.database.openAnother();
  for (let n = 0; n < 30; n++) await w.put(`mail ${n}`);
  await Promise.all([w.deliver(), w.deliveryAt(second)(), w.deliver()]);
  const subjects = server.taken.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1]);
  assert.equal(subjects.length, 30);
  assert.equal(new Set(subjects).size, 30);
});

test('a mail whose sender died in the middle goes out later, under the same message id', async () => {
  await using server = await startMailServer();
  const w = await world(server.url);
  await using _ = w.database;
  await w.put('one');
  await w.deliver();
  await w.database.write(() => rows('update mails set taken_at_ms = null, tries = 1'));
  await w.deliver();
  assert.equal(server.taken.length, 1, 'not before the time of the dead process is over');
  w.clock.advanceS(5 * minuteS);
  await w.deliver();
  const ids = server.taken.map(({ text }) => /^Message-ID: (.*)\r$/m.exec(text)?.[1]);
  assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
});

test('a wrong password sends nothing, gives up nothing, and is in no log line', async () => {
  await using server = await startMailServer({ password: 'right' });
  const w = await world(`smtp://wm:wrong-and-secret@127.0.0.1:${server.port}`);
  await using _ = w.database;
  await w.put('one');
  await w.deliver();
  const [one] = await w.state();
  assert.deepEqual([one?.['taken_at_ms'], one?.['refused']], [null, null]);
  assert.match(w.lines.join('\n'), /mail\.not-taken .*535/);
  assert.doesNotMatch(w.lines.join('\n'), /wrong-and-secret|ada@example\.org/);
});
