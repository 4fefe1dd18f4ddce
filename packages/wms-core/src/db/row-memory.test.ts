import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defineEntity } from './entity.ts';
import { RowMemory } from './row-memory.ts';

interface Thing {
  readonly id: number;
  readonly revision: number;
}

const columns = { id: ['id', 'bigint'], revision: ['revision', 'bigint'] } as const;
const things = defineEntity<Thing>('things', { id: 'id', revision: 'revision' }, columns);
const counters = defineEntity<Thing>('counters', { id: 'id', revision: 'revision' }, columns, {
  isRemembered: false,
});

const most = 8;
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('keep' as const), id: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('forget' as const), id: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('lose' as const), id: fc.integer({ min: 1, max: 30 }) }),
  },
);

test('what it knows is what was kept last; it keeps the latest half for certain and never more than it may', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const memory = new RowMemory(most);
      const truth = new Map<number, Thing>();
      let revision = 0;
      for (const { does, id } of actions) {
        truth.delete(id); // to the end of the order
        if (does === 'keep') truth.set(id, { id, revision: ++revision });
        if (does === 'keep') memory.keep(things, id, { id, revision });
        if (does === 'forget') memory.forget(things, id);
        if (does === 'lose') memory.keep(things, id, undefined);
      }
      const known = Array.from({ length: 30 }, (_, index) => memory.find(things, index + 1));
      assert.ok(known.filter((row) => row !== undefined).length <= most);
      for (const [index, row] of known.entries()) if (row) assert.deepEqual(row, truth.get(index + 1));
      for (const [id, row] of [...truth].slice(-most / 2)) assert.deepEqual(memory.find(things, id), row);
    }),
  );
});

test('rows that everybody changes all the time are not kept', () => {
  const memory = new RowMemory();
  memory.keep(counters, 1, { id: 1, revision: 1 });
  assert.equal(memory.find(counters, 1), undefined);
});
