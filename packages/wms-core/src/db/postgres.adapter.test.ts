import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { postgresIsMissing } from '../testing/engines.ts';
import { startPostgresCluster } from '../testing/postgres-cluster.ts';
import { openTestDatabase, type TestAccess, type TestDatabase } from '../testing/test-database.ts';
import { things, thingsSchema } from '../testing/things.ts';
import { describeDatabase } from './database.contract.ts';
import { load, one, rows, run, save, type Work } from './database.ts';
import { migrate, statementsOf } from './migrate.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { openPostgresDatabase } from './postgres.adapter.ts';

const skip = postgresIsMissing();

describeDatabase('postgres', { skip });

const schema = `${thingsSchema}
  create table happenings (sequence {{identity}}, what text not null)`;

async function openPair(): Promise<TestDatabase & { readonly other: TestAccess }> {
  const database = await openTestDatabase({ migrated: false, engine: 'postgres' });
  await migrate(database, [{ name: '0001-tables', text: schema }]);
  const other = await database.openAnother();
  const close = async (): Promise<void> => {
    await other.close();
    await database.close();
  };
  return { ...database, other, close, [Symbol.asyncDispose]: close };
}

function* increment(): Work<number> {
  const thing = yield* load(things, 1);
  if (!thing) throw new Error('it is gone');
  return (yield* save(things, thing, { ...thing, amount: thing.amount + 1 })).amount;
}

/** The same without an entity: what a statement found must still be true when the next one writes. */
function* incrementPlainly(): Work<number> {
  const found = yield* one<{ amount: number }>('select amount from things where thing_id = 2');
  const amount = (found?.amount ?? 0) + 1;
  yield* run('update things set amount = $1 where thing_id = 2', [amount]);
  return amount;
}

const amountOf = (thingId: number) => () =>
  one<{ amount: number }>('select amount from things where thing_id = $1', [thingId]);

const times = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

const byNumber = (a: number, b: number): number => a - b;

describe('two processes on one database', { skip }, () => {
  for (const [how, work, thingId] of [
    ['rows that both remember', increment, 1],
    ['what a statement found', incrementPlainly, 2],
  ] as const)
    test(`no change is lost that follows from ${how}`, async () => {
      await using pair = await openPair();
      const answers: number[] = [];
      const changing = async (database: TestAccess): Promise<void> => {
        for (let round = 0; round < 10; round++)
          answers.push(...(await times(5, () => database.write(work))));
      };
      await Promise.all([changing(pair), changing(pair.other)]);
      assert.deepEqual(answers.toSorted(byNumber), upTo(100));
      assert.deepEqual(await pair.read(amountOf(thingId)), { amount: 100 });
    });

  test('a row that is remembered and only read is what the other one made of it', async () => {
    await using pair = await openPair();
    await pair.write(increment);
    await pair.other.write(increment);
    assert.equal((await pair.write(() => load(things, 1)))?.amount, 2);
  });

  test('a row that the other one removed is gone', async () => {
    await using pair = await openPair();
    await pair.write(increment);
    await pair.other.write(() => run('delete from things where thing_id = 1'));
    await assert.rejects(pair.write(increment), /it is gone/);
  });

  test('who follows the numbers of a table misses nothing', async () => {
    await using pair = await openPair();
    const happen = (what: string) => () => run('insert into happenings (what) values ($1)', [what]);
    const all = Promise.all([
      times(50, (index) => pair.write(happen(`a${index}`))),
      times(50, (index) => pair.other.write(happen(`b${index}`))),
    ]).then(() => 'written' as const);
    const followed: string[] = [];
    let last = 0;
    for (let isWritten = false; ;) {
      const news = await pair.read(() =>
        rows<{ sequence: number; what: string }>(
          'select sequence, what from happenings where sequence > $1 order by sequence',
          [last],
        ),
      );
      followed.push(...news.map(({ what }) => what));
      last = news.at(-1)?.sequence ?? last;
      if (isWritten) break;
      isWritten = (await Promise.race([all, Promise.resolve()])) === 'written';
    }
    assert.equal(followed.length, 100);
    assert.equal(new Set(followed).size, 100);
  });

  test('both may bring the schema up to date at the same time', async () => {
    await using database = await openTestDatabase({ migrated: false, engine: 'postgres' });
    await using other = await database.openAnother();
    const list = [{ name: '0001-tables', text: schema }];
    const applied = await Promise.all([migrate(database, list), migrate(other, list)]);
    assert.deepEqual(applied.flat(), ['0001-tables']);
  });

  test('a message of any length and alphabet comes whole, and not to its sender', async () => {
    await using pair = await openPair();
    const message = 'ü😀,"\\'.repeat(5000);
    const heard = new Promise<string>((resolve) => {
      pair.other.broadcast?.onMessage('news', resolve);
      pair.broadcast?.onMessage('news', () => resolve('the sender heard itself'));
    });
    pair.broadcast?.send('other-news', 'not for us');
    pair.broadcast?.send('news', message);
    assert.ok((await heard) === message);
  });

  test('a named lock is held by one, and by the other when the first lets go', async () => {
    await using pair = await openPair();
    const log: string[] = [];
    const holding = (database: TestAccess, name: string) => {
      const { promise: gained, resolve } = Promise.withResolvers<void>();
      const giveBack = database.locks.hold('the-lock', {
        gained: () => {
          log.push(`${name} gained`);
          resolve();
        },
        lost: async () => void log.push(`${name} lost`),
      });
      return { gained, giveBack };
    };
    const first = holding(pair, 'first');
    await first.gained;
    const second = holding(pair.other, 'second');
    await first.giveBack();
    await second.gained;
    assert.deepEqual(log, ['first gained', 'first lost', 'second gained']);
    await second.giveBack();
  });
});

describe('a PostgreSQL that goes away', { skip }, () => {
  const endConnections = (at: string, name: string): Promise<void> =>
    PostgresConnection.open({ url: at, name: 'the hand of fate' }).then(async (connection) => {
      await connection.run(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = $1',
        [name],
      );
      await connection.close();
    });

  test('a lost connection refuses what was under way, stores nothing of it, and is replaced', async () => {
    await using pair = await openPair();
    await pair.write(increment);
    const results = await Promise.allSettled([
      pair.write(increment),
      pair.write(function* () {
        yield* increment();
        yield* run("select pg_terminate_backend(pg_backend_pid()), 'now'");
      }),
    ]);
    for (const result of results)
      assert.equal(result.status === 'rejected' && result.reason.code, 'service.unavailable');
    assert.equal(await pair.write(increment), 2);
  });

  test('reads whose sessions are ended fail, each to its caller alone', async () => {
    await using pair = await openPair();
    const amounts = () => pair.read(() => rows('select amount from things order by thing_id'));
    let isEnding = true;
    const readOn = async (): Promise<void> => {
      // A failure that reaches no caller would end the process.
      while (isEnding) await amounts().catch(() => {});
    };
    const reading = Promise.all([readOn(), readOn(), readOn(), readOn()]);
    for (let round = 0; round < 15; round++) await endConnections(pair.path, 'workload-manager reader');
    isEnding = false;
    await reading;
    assert.deepEqual(await amounts(), [{ amount: 0 }, { amount: 0 }]);
  });

  test('a process whose listening ended hears of later commits again', async () => {
    await using pair = await openPair();
    let gaps = 0;
    const gap = new Promise<void>((resolve) => {
      pair.broadcast?.onGap(() => resolve(void gaps++));
    });
    await endConnections(pair.path, 'workload-manager listener');
    await gap;
    const heard = new Promise<void>((resolve) => void pair.onCommit(resolve));
    await pair.other.write(increment);
    await heard;
    assert.equal(gaps, 1);
  });

  test('locks are lost with their connection and won again', async () => {
    await using pair = await openPair();
    let gained = 0;
    const again = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    const giveBack = pair.locks.hold('the-lock', {
      gained: () => (++gained === 1 ? first.resolve() : again.resolve()),
      lost: async () => {},
    });
    await first.promise;
    await endConnections(pair.path, 'workload-manager locks');
    await again.promise;
    await giveBack();
  });

  test('what was answered survives the death of the whole server', { timeout: 120_000 }, async () => {
    const cluster = await startPostgresCluster();
    try {
      const made = await PostgresConnection.open({ url: cluster.url, name: 'test' });
      await made.run(`create table kept (id bigint primary key)`);
      await made.close();
      const database = await openPostgresDatabase(cluster.url);
      const answered: number[] = [];
      let next = 0;
      const writing = times(8, async () => {
        for (;;) {
          const id = next++;
          await database.write(() => run('insert into kept (id) values ($1)', [id]));
          answered.push(id);
          if (answered.length === 200) await cluster.kill();
        }
      });
      await assert.rejects(writing, { code: 'service.unavailable' });
      await assert.rejects(
        database.read(() => one('select 1')),
        { code: 'service.unavailable' },
      );
      await cluster.restart();
      const again = await openPostgresDatabase(cluster.url);
      const kept = await again.read(() => rows<{ id: number }>('select id from kept'));
      const ids = new Set(kept.map(({ id }) => id));
      assert.deepEqual(
        answered.filter((id) => !ids.has(id)),
        [],
      );
      await Promise.all([again.close(), database.close()]);
    } finally {
      await cluster.stop();
    }
  });
});

describe('an address of a database', { skip }, () => {
  test('that leads nowhere is refused without telling the password', async () => {
    await using database = await openTestDatabase({ migrated: false, engine: 'postgres' });
    const wrong = new URL(database.path);
    wrong.password = 'not-this-one';
    for (const url of [wrong.href, 'postgresql://wm:not-this-one@127.0.0.1:1/none'])
      await assert.rejects(openPostgresDatabase(url), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'service.unavailable');
        assert.doesNotMatch(`${error.message} ${error.stack}`, /not-this-one/);
        return true;
      });
  });

  test('of a database that sorts by language is refused, with the way to make a right one', async () => {
    await using database = await openTestDatabase({ migrated: false, engine: 'postgres' });
    const administration = await PostgresConnection.open({ url: database.path, name: 'test' });
    await administration.run(
      `create database sorts_by_language template template0 encoding 'UTF8' locale_provider icu icu_locale 'en' locale 'C.UTF-8'`,
    );
    const url = new URL(database.path);
    url.pathname = '/sorts_by_language';
    try {
      await assert.rejects(openPostgresDatabase(url.href), /sort by code point.*create database/);
    } finally {
      await administration.run('drop database sorts_by_language with (force)');
      await administration.close();
    }
  });

  test('leads to a database that is saved with pg_dump', async () => {
    await using database = await openTestDatabase({ migrated: false, engine: 'postgres' });
    await assert.rejects(database.backup('copy'), /pg_dump/);
  });
});

test('tokens of a migration take the form of the engine', () => {
  assert.deepEqual(statementsOf('create table a (id {{identity}}, b {{bytes}});', 'postgres'), [
    'create table a (id bigint generated by default as identity primary key, b bytea)',
  ]);
});
