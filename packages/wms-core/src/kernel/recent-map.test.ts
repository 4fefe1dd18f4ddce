import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecentMap } from './recent-map.ts';

const most = 8;
const keys = Array.from({ length: 20 }, (_, index) => index);
const action = fc.record({
  does: fc.constantFrom('set', 'set', 'set', 'set', 'delete'),
  key: fc.constantFrom(...keys),
});

test('what it knows is what was set last; it keeps the latest half for certain and never more than it may', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const map = new RecentMap<number, string>(most);
      const truth = new Map<number, string>();
      for (const [index, { does, key }] of actions.entries()) {
        truth.delete(key); // to the end of the order
        if (does === 'delete') {
          map.delete(key);
          continue;
        }
        truth.set(key, `value ${index}`);
        map.set(key, `value ${index}`);
      }
      const known = keys.filter((key) => map.get(key) !== undefined);
      assert.ok(known.length <= most);
      for (const key of known) assert.equal(map.get(key), truth.get(key));
      for (const key of [...truth.keys()].slice(-most / 2)) assert.ok(known.includes(key));
    }),
  );
});

test('a key that is set again takes the new value, wherever the old one was', () => {
  const map = new RecentMap<string, number>(2);
  for (const [key, value] of Object.entries({ a: 1, b: 2 })) map.set(key, value);
  map.set('a', 3);
  assert.equal(map.get('a'), 3);
  map.delete('a');
  assert.equal(map.get('a'), undefined);
  map.set('c', 4);
  map.clear();
  assert.equal(map.get('c'), undefined);
});
