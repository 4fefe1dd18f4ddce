import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunningLimit } from '../configuration/schema.ts';
import { anOffer, someRequirements } from '../testing/builders.ts';
import { mayServe, openQueues } from './open-queues.ts';
import { RunningLimits } from './running-limits.ts';

const offer = anOffer();
const aQueue = (fields: Parameters<typeof someRequirements>[0] = {}) => ({
  ...someRequirements(fields),
  taskQueueId: 1,
  priority: 1,
  waitingJobs: 1,
});
const gates = (limits: readonly RunningLimit[], held: readonly string[] = []) => ({
  limits: new RunningLimits(() => limits),
  isHeld: ({ owner }: { readonly owner: string }) => held.includes(owner),
});

test('a queue is open unless its owner is held or a limit of the place says no', () => {
  const limits = [
    { owner: 'bob', maxRunning: 0 },
    { site: 'EGI.Other.org', maxRunning: 0 },
  ];
  const isOpen = openQueues(gates(limits, ['eve']), offer, 0);
  assert.equal(isOpen(aQueue({ owner: 'ada' })), true);
  assert.equal(isOpen(aQueue({ owner: 'bob' })), false, 'at a limit');
  assert.equal(isOpen(aQueue({ owner: 'eve' })), false, 'held');
  const elsewhere = openQueues(gates(limits), { ...offer, site: 'EGI.Other.org' }, 0);
  assert.equal(elsewhere(aQueue({ owner: 'ada' })), false, 'the limit of that site');
});

test('a pilot may be given jobs that fit it and are open', () => {
  assert.equal(mayServe(gates([]), aQueue(), offer, 0), true);
  assert.equal(mayServe(gates([]), aQueue({ memoryMiB: 1_000_000 }), offer, 0), false);
  assert.equal(mayServe(gates([{ maxRunning: 0 }]), aQueue(), offer, 0), false);
});
