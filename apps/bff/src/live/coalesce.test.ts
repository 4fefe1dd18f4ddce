import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { CoreEvent } from '@wm/wms-core/vocabulary';
import { changedOf, createCoalescer } from './coalesce.ts';

const event = (sequence: number, noun: CoreEvent['noun'], id: string): CoreEvent => ({
  sequence,
  noun,
  id,
  vo: null,
  owner: null,
  ownerGroup: null,
});

test('many changes of one job are told once', () => {
  const changed = changedOf([
    event(1, 'job', '7'),
    event(2, 'job', '7'),
    event(3, 'pilot', 'ab'),
    event(4, 'job', '8'),
  ]);
  assert.deepEqual(changed, {
    type: 'changed',
    jobs: [7, 8],
    pilots: ['ab'],
    operations: [],
    notices: false,
    proxies: false,
    configuration: false,
  });
});

test('events of a short time become one message that carries the last sequence', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const sent: number[] = [];
    const coalescer = createCoalescer(100, (_changed, sequence) => sent.push(sequence));
    coalescer.add([event(1, 'job', '1')]);
    mock.timers.tick(60);
    coalescer.add([event(2, 'job', '2'), event(3, 'job', '3')]);
    mock.timers.tick(60);
    assert.deepEqual(sent, [3]);
    coalescer.add([event(4, 'job', '1')]);
    coalescer.close();
    mock.timers.tick(500);
    assert.deepEqual(sent, [3]);
  } finally {
    mock.timers.reset();
  }
});
