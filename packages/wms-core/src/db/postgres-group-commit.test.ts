/** What runs while the group ahead of it is being written: seen through a commit that a lock of the test holds up. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { postgresIsMissing } from '../testing/engines.ts';
import { openTestDatabase, type TestAccess, type TestDatabase } from '../testing/test-database.ts';
import { things, thingsSchema } from '../testing/things.ts';
import { load, one, run, save, type Work } from './database.ts';
import { migrate } from './migrate.ts';
import { PostgresConnection } from './postgres-connection.ts';

const schema = `${thingsSchema}
  create table slow (what text not null)`;

/** At its commit, a row of `slow` waits for the lock of the test; a bad one fails then. */
const gate = 4711;
const slowCommits = [
  `create function wait_at_the_gate() returns trigger language plpgsql as $$ begin
     perform pg_advisory_xact_lock(${gate});
     if new.what = 'bad' then raise exception 'this one is bad'; end if;
     return null;
   end $$`,
  `create constraint trigger at_the_gate after insert on slow deferrable initially deferred
     for each row execute function wait_at_the_gate()`,
];

describe('a group behind one that is being written', { skip: postgresIsMissing(), timeout: 60_000 }, () => {
  let database: TestDatabase;
  let hand: PostgresConnection;

  beforeEach(async () => {
    database = await openTestDatabase({ migrated: false, engine: 'postgres' });
    await migrate(database, [{ name: '0001-tables', text: schema }]);
    hand = await PostgresConnection.open({ url: database.path, name: 'the hand of fate' });
    for (const sql of slowCommits) await hand.run(sql);
    await hand.run(`select pg_advisory_lock(${gate})`);
  });
  afterEach(async () => {
    await hand.close();
    await database.close();
  });

  const openGate = () => hand.run(`select pg_advisory_unlock(${gate})`);

  /** So many sessions wait for an advisory lock. */
  async function untilWaiting(count: number): Promise<void> {
    for (;;) {
      const [found] = await hand.run(
        `select count(*) as waiting from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      );
      if (found?.['waiting'] === count) return;
    }
  }

  function* add(amount: number, thingId = 1): Work<number> {
    const thing = yield* load(things, thingId);
    if (!thing) throw new Error('it is gone');
    return (yield* save(things, thing, { ...thing, amount: thing.amount + amount })).amount;
  }

  /** As `add`, and its commit waits at the gate. */
  function* addSlowly(amount: number, what: string): Work<number> {
    const sum = yield* add(amount);
    yield* run('insert into slow (what) values ($1)', [what]);
    return sum;
  }

  /** A write that tells what it saw whenever it runs. */
  function watched(on: TestAccess, work: () => Work<number>) {
    const seen: number[] = [];
    const ran = Promise.withResolvers<void>();
    const answer = on.write(
      function* () {
        const value = yield* work();
        seen.push(value);
        ran.resolve();
        return value;
      },
      { loads: [{ entity: things, ids: [1, 2] }] },
    );
    return { seen, ran: ran.promise, answer };
  }

  const amountOf = (thingId: number) =>
    database.read(() => one<{ amount: number }>('select amount from things where thing_id = $1', [thingId]));

  test('runs at once, sees what that one leaves, and is answered after it', async () => {
    const order: string[] = [];
    const first = database.write(() => addSlowly(1, 'good')).then((sum) => order.push(`first ${sum}`));
    await untilWaiting(1);
    const second = watched(database, () => add(1));
    const third = watched(database, () => add(5, 2));
    const later = second.answer.then((sum) => order.push(`second ${sum}`));
    await Promise.all([second.ran, third.ran]);
    assert.deepEqual(order, []);
    await openGate();
    await Promise.all([first, later]);
    assert.deepEqual(order, ['first 1', 'second 2']);
    assert.equal(await third.answer, 5);
    assert.deepEqual([second.seen, third.seen], [[2], [5]]);
    assert.deepEqual(await amountOf(1), { amount: 2 });
  });

  test('leaves some of very many to the one after it', async () => {
    const first = database.write(() => addSlowly(1, 'good'));
    await untilWaiting(1);
    const many = Array.from({ length: 600 }, () => watched(database, () => add(1, 2)));
    await many[255]?.ran;
    await new Promise(setImmediate);
    assert.equal(many.filter(({ seen }) => seen.length > 0).length, 256);
    await openGate();
    await first;
    assert.equal(Math.max(...(await Promise.all(many.map(({ answer }) => answer)))), 600);
    assert.deepEqual(await amountOf(2), { amount: 600 });
  });

  test('runs again when that one fails, and what it saw of it is nowhere', async () => {
    const first = database.write(() => addSlowly(1, 'bad'));
    await untilWaiting(1);
    const second = watched(database, () => add(10));
    await second.ran;
    await openGate();
    await assert.rejects(first, /this one is bad/);
    assert.equal(await second.answer, 10);
    assert.deepEqual(second.seen, [11, 10]);
    assert.deepEqual(await amountOf(1), { amount: 10 });
    assert.equal(await database.write(() => add(1)), 11);
  });

  test('is not deceived when another process leaves a row of the same revision', async () => {
    await using other = await database.openAnother();
    const first = database.write(() => addSlowly(1, 'bad'));
    await untilWaiting(1);
    // Waits for the first one, and writes before the second one does.
    const stranger = other.write(() => add(100));
    await untilWaiting(2);
    const second = watched(database, () => add(10));
    await second.ran;
    await openGate();
    await assert.rejects(first, /this one is bad/);
    assert.equal(await stranger, 100);
    assert.equal(await second.answer, 110);
    assert.deepEqual(second.seen, [11, 110]);
    assert.deepEqual(await amountOf(1), { amount: 110 });
  });

  test('is refused with it when the connection is lost, and nothing of both is stored', async () => {
    const first = database.write(() => addSlowly(1, 'good'));
    await untilWaiting(1);
    const second = watched(database, () => add(10));
    await second.ran;
    const results = Promise.allSettled([first, second.answer]);
    await hand.run(
      `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'workload-manager writer'`,
    );
    for (const result of await results)
      assert.equal(result.status === 'rejected' && result.reason.code, 'service.unavailable');
    await openGate();
    assert.deepEqual(await amountOf(1), { amount: 0 });
    assert.equal(await database.write(() => add(3)), 3);
  });

  test('holds up the end of the process until it is durable too', async () => {
    const process = await database.openAnother();
    const first = process.write(() => addSlowly(1, 'good'));
    await untilWaiting(1);
    const second = watched(process, () => add(1));
    await second.ran;
    const closed = process.close();
    await openGate();
    await closed;
    assert.deepEqual(await amountOf(1), { amount: 2 });
    assert.deepEqual(await Promise.all([first, second.answer]), [1, 2]);
  });
});
