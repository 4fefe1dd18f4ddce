import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOffer, someRequirements } from '../testing/builders.ts';
import { fits } from './match.ts';
import { TaskQueueIndex } from './task-queue-index.ts';

const indexWith = (weightOf: (taskQueueId: number) => number) =>
  new TaskQueueIndex({
    fits,
    weights: (_vo, demands) =>
      new Map(demands.map(({ taskQueue: { taskQueueId: id } }) => [id, weightOf(id)])),
  });

const one = (taskQueueId: number, jobs = 1) => ({ taskQueueId, userPriority: 1, jobs });

test('a queue of twice the weight is drawn twice as often', () => {
  const index = indexWith((id) => id);
  index.entered(one(1), someRequirements({ owner: 'ada' }));
  index.entered(one(2), someRequirements({ owner: 'bob' }));
  const steps = 300;
  const drawn = Array.from(
    { length: steps },
    (_, step) => index.draw(anOffer(), () => step / steps)?.taskQueueId,
  );
  assert.equal(drawn.filter((id) => id === 2).length, 200);
});

test('a queue is drawn while jobs wait in it, and not when it was found empty', () => {
  const index = indexWith(() => 1);
  assert.equal(
    index.draw(anOffer(), () => 0),
    undefined,
  );
  index.entered(one(7, 2), someRequirements());
  assert.equal(
    index.draw(anOffer(), () => 0, new Set([7])),
    undefined,
  );
  index.left(one(7));
  assert.equal(index.draw(anOffer(), () => 0)?.waitingJobs, 1);
  index.left(one(7));
  assert.equal(
    index.draw(anOffer(), () => 0),
    undefined,
  );
  assert.deepEqual(index.all(), []);
});

test('what is remembered of an offer is forgotten when a new kind of queue appears', () => {
  const index = indexWith(() => 1);
  const offer = anOffer({ memoryMiB: 3000 });
  index.entered(one(1), someRequirements({ memoryMiB: 4000 }));
  assert.equal(
    index.draw(offer, () => 0),
    undefined,
  );
  index.entered(one(2), someRequirements({ memoryMiB: 2500 }));
  assert.equal(index.draw(offer, () => 0)?.taskQueueId, 2);
  assert.equal(
    index.draw(anOffer({ memoryMiB: 2400 }), () => 0),
    undefined,
  );
});

test('an offer at the exact size of a requirement fits', () => {
  const index = indexWith(() => 1);
  index.entered(one(1), someRequirements({ cpuTimeS: 86_400, diskMiB: 100 }));
  assert.equal(index.draw(anOffer({ cpuTimeLeftS: 86_400, diskMiB: 100 }), () => 0.5)?.taskQueueId, 1);
  assert.equal(
    index.draw(anOffer({ cpuTimeLeftS: 86_399, diskMiB: 100 }), () => 0.5),
    undefined,
  );
});

test('listeners hear of jobs that enter', () => {
  const index = indexWith(() => 1);
  const heard: number[] = [];
  const stop = index.onEntered((taskQueue, jobs) => heard.push(taskQueue.taskQueueId, jobs));
  index.entered(one(3, 4), someRequirements());
  stop();
  index.entered(one(3), someRequirements());
  assert.deepEqual(heard, [3, 4]);
});
