/**
 * What every engine behind the database port must do, as tests: `describeDatabase('sqlite')`. Works that share a
 * group must give the answers and leave the rows that they would give and leave one after the other.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { addBatch, deleteBatch, insertBatch } from './batch.ts';
import {
  afterCommit,
  ask,
  defer,
  defineQuestion,
  glance,
  evict,
  load,
  nothing,
  one,
  rows,
  run,
  save,
  type Database,
  type Engine,
  type Work,
} from './database.ts';
import { defineEntity } from './entity.ts';
import { migrate } from './migrate.ts';

interface Thing {
  readonly thingId: number;
  readonly revision: number;
  readonly status: string;
  readonly amount: number | null;
}

const things = defineEntity<Thing>(
  'things',
  { id: 'thingId', revision: 'revision' },
  {
    thingId: ['thing_id', 'bigint'],
    revision: ['revision', 'bigint'],
    status: ['status', 'text', 'changes'],
    amount: ['amount', 'bigint', 'changes'],
  },
);

const newThings = insertBatch('things', {
  thing_id: 'bigint',
  revision: 'bigint',
  status: 'text',
  amount: 'bigint',
});
const rivalry = { rival: { table: 'members', keyColumns: 1 } };
const joining = insertBatch('members', { name: 'text' }, rivalry);
const leaving = deleteBatch('members', { name: 'text' }, rivalry);
const adding = addBatch('totals', { name: 'text' }, 'amount');

const schema = `
  create table notes (note_id {{identity}}, body text unique);
  create table things (thing_id bigint primary key, revision bigint not null, status text not null, amount bigint);
  create table members (name text primary key);
  create table totals (name text primary key, amount bigint not null);
  create table blobs (blob_id bigint primary key, bytes {{bytes}})`;

async function openWithTables(engine: Engine): Promise<TestDatabase> {
  const database = await openTestDatabase({ migrated: false, engine });
  await migrate(database, [{ name: '0001-tables', text: schema }]);
  return database;
}

const insert = (body: string) => run('insert into notes (body) values ($1)', [body]);
const bodies = (): Work<readonly { body: string }[]> => rows('select body from notes order by note_id');
const allThings = (): Work<readonly Thing[]> =>
  rows<Thing>('select thing_id as "thingId", revision, status, amount from things order by thing_id');

const makeThing = (thingId: number, status = 'new', amount: number | null = 0): Work<void> =>
  defer(newThings, [thingId, 0, status, amount]);

function* change(thingId: number, fields: Partial<Thing>): Work<Thing> {
  const thing = yield* load(things, thingId);
  if (!thing) throw new Error(`no thing ${thingId}`);
  return yield* save(things, thing, { ...thing, ...fields });
}

/** The claim of a matcher: one of many gets it. */
function* claim(thingId: number, by: string): Work<boolean> {
  const thing = yield* load(things, thingId);
  if (thing?.status !== 'new') return false;
  yield* save(things, thing, { ...thing, status: by });
  return true;
}

function* increment(thingId: number): Work<number> {
  const thing = yield* load(things, thingId);
  if (!thing) throw new Error(`no thing ${thingId}`);
  const saved = yield* save(things, thing, { ...thing, amount: (thing.amount ?? 0) + 1 });
  return saved.amount ?? 0;
}

const statusesOf = (results: readonly PromiseSettledResult<unknown>[]) => results.map(({ status }) => status);

export function describeDatabase(engine: Engine, options: { readonly skip?: string | false } = {}): void {
  describe(`a database on ${engine}`, { skip: options.skip ?? false }, () => {
    describeTransactions(engine);
    describeGathering(engine);
    describeMigrations(engine);
  });
}

function describeTransactions(engine: Engine): void {
  test('a write is answered only after another connection can read it', async () => {
    await using database = await openWithTables(engine);
    await using other = await database.openAnother();
    const seen = await database.write(() => insert('kept')).then(() => other.read(bodies));
    assert.deepEqual(seen, [{ body: 'kept' }]);
  });

  test('one bad operation of a group is undone alone', async () => {
    await using database = await openWithTables(engine);
    const results = await Promise.allSettled([
      database.write(() => insert('first')),
      database.write(function* () {
        yield* insert('half done');
        yield* insert('first');
      }),
      database.write(() => insert('last')),
    ]);
    assert.deepEqual(statusesOf(results), ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual(await database.read(bodies), [{ body: 'first' }, { body: 'last' }]);
  });

  test('a write that throws alone leaves nothing behind', async () => {
    await using database = await openWithTables(engine);
    const failing = database.write(function* () {
      yield* insert('gone');
      throw new Error('no');
    });
    await assert.rejects(failing, /no/);
    assert.deepEqual(await database.read(bodies), []);
  });

  test('effects run after the commit and before the answer, and never for work rolled back', async () => {
    await using database = await openWithTables(engine);
    const log: string[] = [];
    const stop = database.onCommit(() => log.push('committed'));
    await Promise.allSettled([
      database
        .write(function* () {
          yield* afterCommit(() => log.push('effect'));
          yield* insert('a');
        })
        .then(() => log.push('answer')),
      database.write(function* () {
        yield* afterCommit(() => log.push('never'));
        yield* insert('a');
      }),
    ]);
    stop();
    assert.deepEqual(log, ['effect', 'committed', 'answer']);
  });

  test('work may catch the failure of one of its statements', async () => {
    await using database = await openWithTables(engine);
    await database.write(() => insert('a'));
    const answer = await database.write(function* () {
      try {
        yield* insert('a');
        return 'inserted';
      } catch {
        yield* insert('b');
        return 'was there';
      }
    });
    assert.equal(answer, 'was there');
    assert.deepEqual(await database.read(bodies), [{ body: 'a' }, { body: 'b' }]);
  });

  test('a work that gives up before it changes anything disturbs nobody', async () => {
    await using database = await openWithTables(engine);
    const results = await Promise.allSettled([
      database.write(() => insert('a')),
      database.write(function* () {
        const found = yield* rows('select body from notes');
        if (found.length > 0) throw new Error('there is one');
      }),
      database.write(() => insert('b')),
    ]);
    assert.deepEqual(statusesOf(results), ['fulfilled', 'rejected', 'fulfilled']);
  });

  test('heavy reads run beside the writer, see what is committed and cannot write', async () => {
    await using database = await openWithTables(engine);
    await database.write(() => insert('seen'));
    assert.deepEqual(await database.readHeavy(bodies), [{ body: 'seen' }]);
    await assert.rejects(
      database.readHeavy(() => insert('not here')),
      /readonly|read-only/i,
    );
    assert.deepEqual(await database.readHeavy(() => one('select $2 as second, $1 as first', ['a', 'b'])), {
      second: 'b',
      first: 'a',
    });
  });

  test('a read sees one state, whatever is written meanwhile', async () => {
    await using database = await openWithTables(engine);
    const counts = await database.read(function* () {
      const before = yield* one<{ n: number }>('select count(*) as n from notes');
      void database.write(() => insert('meanwhile'));
      const after = yield* one<{ n: number }>('select count(*) as n from notes');
      return [before?.n, after?.n];
    });
    assert.deepEqual(counts, [0, 0]);
  });

  test('the same question for many keys is answered to each for his own, in the order it asks for', async () => {
    await using database = await openWithTables(engine);
    await database.write(function* () {
      for (const [id, status] of [
        [1, 'new'],
        [2, 'old'],
        [3, 'new'],
        [4, 'it\'s, {odd} \\ "here"'],
      ] as const)
        yield* makeThing(id, status, -id);
    });
    const ofStatus = defineQuestion({
      select: 'thing_id as "thingId", amount',
      from: 'things',
      key: ['status', 'text'],
      rest: 'and amount < 0 order by thing_id desc',
    });
    const ofId = defineQuestion({ select: 'status', from: 'things', key: ['thing_id', 'bigint'] });
    const two = function* (status: string, thingId: number) {
      return [yield* ask(ofStatus, status), yield* ask(ofId, thingId)];
    };
    const questions = [
      ['new', 1],
      ['old', 2],
      ['new', 9],
      ['nobody', 3],
      ['it\'s, {odd} \\ "here"', 1],
    ] as const;
    const asked = () => questions.map(([status, id]) => database.read(() => two(status, id)));
    const answers = [
      [
        [
          { thingId: 3, amount: -3 },
          { thingId: 1, amount: -1 },
        ],
        [{ status: 'new' }],
      ],
      [[{ thingId: 2, amount: -2 }], [{ status: 'old' }]],
      [
        [
          { thingId: 3, amount: -3 },
          { thingId: 1, amount: -1 },
        ],
        [],
      ],
      [[], [{ status: 'new' }]],
      [[{ thingId: 4, amount: -4 }], [{ status: 'new' }]],
    ];
    assert.deepEqual(await Promise.all(asked()), answers);
    assert.deepEqual(await database.read(() => two('old', 2)), answers[1], 'one alone');
    assert.deepEqual(await database.write(() => two('old', 2)), answers[1], 'in a write');
  });

  test('a question that fails, fails for those alone who ask it', async () => {
    await using database = await openWithTables(engine);
    await database.write(() => makeThing(1));
    const ofId = defineQuestion({ select: 'status', from: 'things', key: ['thing_id', 'bigint'] });
    const wrong = defineQuestion({ select: 'nothing_such', from: 'things', key: ['thing_id', 'bigint'] });
    const results = await Promise.allSettled(
      [wrong, ofId, wrong, ofId].map((question) => database.read(() => ask(question, 1))),
    );
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed')),
      ['failed', [{ status: 'new' }], 'failed', [{ status: 'new' }]],
    );
  });

  test('a read that needs nothing of the database is answered', async () => {
    await using database = await openWithTables(engine);
    assert.equal(await database.read(() => nothing(7)), 7);
  });

  test('values come back as they went in', async () => {
    await using database = await openWithTables(engine);
    const bytes = new Uint8Array([0, 1, 34, 92, 255]);
    const text = 'quote " back \\ comma , brace {} ü 😀';
    await database.write(function* () {
      yield* run('insert into blobs (blob_id, bytes) values ($1, $2)', [2 ** 53 - 1, bytes]);
      yield* run('insert into blobs (blob_id, bytes) values ($1, $2)', [2, null]);
      yield* makeThing(1, text, null);
    });
    assert.deepEqual(await database.read(() => rows('select blob_id, bytes from blobs order by blob_id')), [
      { blob_id: 2, bytes: null },
      { blob_id: 2 ** 53 - 1, bytes },
    ]);
    assert.deepEqual(await database.read(allThings), [
      { thingId: 1, revision: 0, status: text, amount: null },
    ]);
  });

  test('closing commits what waits and refuses what comes later', async () => {
    const database = await openWithTables(engine);
    const waiting = database.write(() => insert('in time'));
    const closing = database.close();
    await waiting;
    await closing;
    await assert.rejects(
      database.write(() => insert('late')),
      { code: 'service.unavailable' },
    );
  });
}

function describeGathering(engine: Engine): void {
  test('works of a group see what those before them saved and deferred', async () => {
    await using database = await openWithTables(engine);
    const answers = await Promise.all([
      database.write(() => makeThing(1)),
      database.write(() => increment(1)),
      database.write(() => increment(1)),
      database.write(() => one('select amount, revision from things where thing_id = 1')),
    ]);
    assert.deepEqual(answers.slice(1), [1, 2, { amount: 2, revision: 2 }]);
  });

  test('a plain statement sees what was deferred before it, in the same work', async () => {
    await using database = await openWithTables(engine);
    const found = await database.write(function* () {
      yield* makeThing(1);
      yield* change(1, { status: 'changed' });
      return yield* rows('select status from things');
    });
    assert.deepEqual(found, [{ status: 'changed' }]);
  });

  test('a glance sees what is committed, whatever the works of its group still hold back', async () => {
    await using database = await openWithTables(engine);
    await database.write(() => makeThing(1));
    const [, seen] = await Promise.all([
      database.write(() => makeThing(2)),
      database.write(() => glance<{ thingId: number }>('select thing_id as "thingId" from things')),
    ]);
    assert.ok(seen.some(({ thingId }) => thingId === 1));
    assert.equal((await database.read(allThings)).length, 2);
  });

  test('a row changed by a plain statement is read again after it was evicted', async () => {
    await using database = await openWithTables(engine);
    await database.write(() => makeThing(1));
    await database.write(() => load(things, 1));
    const read = await database.write(function* () {
      yield* run(`update things set status = 'plain', revision = revision + 1 where thing_id = 1`);
      yield* evict(things, 1);
      return yield* load(things, 1);
    });
    assert.equal(read?.status, 'plain');
    assert.equal(await database.write(() => increment(1)), 1);
  });

  test('a work that fails takes along what it saved and deferred, and nothing else', async () => {
    await using database = await openWithTables(engine);
    await database.write(() => makeThing(1));
    const results = await Promise.allSettled([
      database.write(() => increment(1)),
      database.write(function* () {
        yield* increment(1);
        yield* defer(joining, ['nobody']);
        throw new Error('no');
      }),
      database.write(() => makeThing(1)), // breaks the primary key when it is written at last
      database.write(() => increment(1)),
    ]);
    assert.deepEqual(statusesOf(results), ['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    assert.deepEqual(await database.read(allThings), [{ thingId: 1, revision: 2, status: 'new', amount: 2 }]);
    assert.deepEqual(await database.read(() => rows('select name from members')), []);
  });

  test('rows that come, go and come again end as the last work left them', async () => {
    await using database = await openWithTables(engine);
    await Promise.all([
      database.write(() => defer(joining, ['a'])),
      database.write(() => defer(joining, ['b'])),
      database.write(() => defer(leaving, ['a'])),
      database.write(() => defer(leaving, ['b'])),
      database.write(() => defer(joining, ['a'])),
    ]);
    assert.deepEqual(await database.read(() => rows('select name from members')), [{ name: 'a' }]);
  });

  test('amounts of one key add up over a group', async () => {
    await using database = await openWithTables(engine);
    await Promise.all([1, 2, 3, -4].map((amount) => database.write(() => defer(adding, ['x', amount]))));
    assert.deepEqual(await database.read(() => rows('select name, amount from totals')), [
      { name: 'x', amount: 2 },
    ]);
  });

  test('of many that claim the same thing one gets it', async () => {
    await using database = await openWithTables(engine);
    await database.write(() => makeThing(1));
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => database.write(() => claim(1, `pilot ${index}`))),
    );
    assert.equal(claims.filter(Boolean).length, 1);
  });

  test('works of a group leave what they would leave one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 25 }), async (operations) => {
        await using together = await openWithTables(engine);
        await using apart = await openWithTables(engine);
        const prepared = (database: Database) =>
          database.write(function* () {
            for (const id of [1, 2]) yield* makeThing(id);
          });
        await prepared(together);
        await prepared(apart);
        const answersTogether = await Promise.allSettled(
          operations.map((each) => together.write(() => perform(each))),
        );
        const answersApart: PromiseSettledResult<unknown>[] = [];
        for (const each of operations)
          answersApart.push(...(await Promise.allSettled([apart.write(() => perform(each))])));
        assert.deepEqual(answersTogether.map(valueOf), answersApart.map(valueOf));
        assert.deepEqual(await together.read(everything), await apart.read(everything));
      }),
      { numRuns: Number(process.env['WM_PROPERTY_RUNS'] ?? 15) },
    );
  });
}

type Operation =
  | { readonly kind: 'increment' | 'make' | 'status' | 'plain'; readonly id: number }
  | { readonly kind: 'join' | 'leave' | 'add'; readonly name: string }
  | { readonly kind: 'fail'; readonly id: number; readonly isLate: boolean }
  | { readonly kind: 'catch'; readonly name: string };

const id = fc.integer({ min: 1, max: 3 });
const name = fc.constantFrom('a', 'b');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('increment', 'make', 'status', 'plain'), id }),
  fc.record({ kind: fc.constantFrom('join', 'leave', 'add'), name }),
  fc.record({ kind: fc.constant('fail'), id, isLate: fc.boolean() }),
  fc.record({ kind: fc.constant('catch'), name }),
) as fc.Arbitrary<Operation>;

function* perform(operation: Operation): Work<unknown> {
  switch (operation.kind) {
    case 'increment':
      return yield* increment(operation.id);
    case 'make':
      return yield* makeThing(operation.id);
    case 'status':
      return yield* rows('select status, amount, revision from things where thing_id = $1', [operation.id]);
    case 'plain':
      yield* run('update things set amount = amount * 2, revision = revision + 1 where thing_id = $1', [
        operation.id,
      ]);
      return yield* evict(things, operation.id);
    case 'join':
      return yield* defer(joining, [operation.name]);
    case 'leave':
      return yield* defer(leaving, [operation.name]);
    case 'add':
      return yield* defer(adding, [operation.name, 1]);
    case 'fail':
      if (operation.isLate) yield* change(operation.id, { status: 'never' });
      throw new Error('failed');
    case 'catch':
      try {
        yield* run('insert into members (name) values ($1)', [operation.name]);
        return 'joined';
      } catch {
        return 'was a member';
      }
  }
}

const valueOf = (result: PromiseSettledResult<unknown>): unknown =>
  result.status === 'fulfilled' ? { value: result.value } : 'refused';

function* everything(): Work<unknown> {
  return [
    yield* allThings(),
    yield* rows('select name from members order by name'),
    yield* rows('select name, amount from totals order by name'),
  ];
}

function describeMigrations(engine: Engine): void {
  test('migrations are applied once, and a changed one is refused', async () => {
    await using database = await openTestDatabase({ migrated: false, engine });
    const first = {
      name: '0001-a',
      text: 'create table a (x integer); -- of a; only\ncreate table b (y text);',
    };
    assert.deepEqual(await migrate(database, [first]), ['0001-a']);
    assert.deepEqual(await migrate(database, [first]), []);
    await assert.rejects(migrate(database, [{ ...first, text: 'create table c (z text)' }]), {
      code: 'configuration.invalid',
    });
  });

  test('a migration that fails half way leaves nothing', async () => {
    await using database = await openTestDatabase({ migrated: false, engine });
    await assert.rejects(
      migrate(database, [{ name: '0001-a', text: 'create table a (x integer); nonsense' }]),
    );
    const right = [{ name: '0001-a', text: 'create table a (x integer)' }];
    assert.deepEqual(await migrate(database, right), ['0001-a']);
  });
}
