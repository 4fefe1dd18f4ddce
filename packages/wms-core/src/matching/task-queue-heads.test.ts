import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { TaskQueueHeads, type QueuedJob } from './task-queue-heads.ts';

const queue = 7;
const job = (jobId: number, rank = 0): QueuedJob => ({ jobId, rank });

/** Jobs in the order in which they would be taken. */
function order(heads: TaskQueueHeads): readonly number[] {
  const found: number[] = [];
  for (let next = heads.next(queue); typeof next === 'number'; next = heads.next(queue)) {
    found.push(next);
    heads.take(queue, next);
  }
  for (const jobId of found) heads.release(jobId);
  return found;
}

function read(heads: TaskQueueHeads, jobs: readonly QueuedJob[]): void {
  heads.finishReading(heads.startReading(queue), jobs);
}

test('a queue that was never read is unknown, one without jobs has none', () => {
  const heads = new TaskQueueHeads();
  equal(heads.next(queue), 'unknown');
  read(heads, []);
  equal(heads.next(queue), undefined);
});

test('a job that somebody holds is passed over until it is released', () => {
  const heads = new TaskQueueHeads();
  read(heads, [job(1), job(2)]);
  heads.take(queue, 1);
  equal(heads.next(queue), 2);
  heads.release(1);
  equal(heads.next(queue), 1);
});

test('what was read is all there is only when it is less than was asked for', () => {
  const heads = new TaskQueueHeads();
  const reading = heads.startReading(queue);
  heads.finishReading(
    reading,
    Array.from({ length: reading.limit }, (_, index) => job(index + 1)),
  );
  for (let jobId = 1; jobId <= reading.limit; jobId++) heads.left(queue, jobId);
  equal(heads.next(queue), 'unknown');
});

test('jobs in hand do not use up what is read', () => {
  const heads = new TaskQueueHeads();
  const { limit } = heads.startReading(queue);
  heads.take(queue, 1);
  heads.take(queue, 2);
  equal(heads.startReading(queue).limit, limit + 2);
});

test('a higher priority goes before, a job listed twice stands once', () => {
  const heads = new TaskQueueHeads();
  read(heads, [job(1), job(2)]);
  heads.entered(queue, job(3, -5));
  heads.entered(queue, job(2));
  heads.entered(queue, job(4));
  deepEqual(order(heads), [3, 1, 2, 4]);
});

test('a job that enters while the queue is read stands in it, whether the answer has it or not', () => {
  for (const answer of [[job(1)], [job(1), job(2)]]) {
    const heads = new TaskQueueHeads();
    const reading = heads.startReading(queue);
    heads.entered(queue, job(2));
    heads.finishReading(reading, answer);
    deepEqual(order(heads), [1, 2]);
  }
});

test('a job that leaves while the queue is read is not given out again', () => {
  const heads = new TaskQueueHeads();
  const reading = heads.startReading(queue);
  heads.left(queue, 1);
  heads.finishReading(reading, [job(1), job(2)]);
  deepEqual(order(heads), [2]);
});

test('two that read the same queue both hear of what happens to it', () => {
  const heads = new TaskQueueHeads();
  const [one, other] = [heads.startReading(queue), heads.startReading(queue)];
  heads.entered(queue, job(9));
  heads.finishReading(other, [job(1)]);
  heads.finishReading(one, [job(1)]);
  deepEqual(order(heads), [1, 9]);
});

test('an answer from before many jobs entered, or before all was forgotten, is not believed', () => {
  for (const disturb of [
    (heads: TaskQueueHeads) => heads.grown(queue),
    (heads: TaskQueueHeads) => heads.clear(),
  ]) {
    const heads = new TaskQueueHeads();
    const reading = heads.startReading(queue);
    disturb(heads);
    heads.finishReading(reading, [job(1)]);
    equal(heads.next(queue), 'unknown');
  }
});

test('a question that failed leaves what was known', () => {
  const heads = new TaskQueueHeads();
  read(heads, [job(1)]);
  heads.finishReading(heads.startReading(queue), undefined);
  deepEqual(order(heads), [1]);
});
