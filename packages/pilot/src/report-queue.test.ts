import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobReport } from '@wm/wms-core/vocabulary';
import { createReportQueue } from './report-queue.ts';

const report = (jobId: number): JobReport => ({ jobId, attempt: 1, atMs: jobId });

test('a report that is added while the last answer arrives is not left behind', async () => {
  // The fault would be a matter of a few microtasks, so every distance is tried.
  for (let steps = 0; steps < 20; steps += 1) {
    const sent: number[] = [];
    const queue = createReportQueue(
      async (batch) => {
        sent.push(...batch.map(({ jobId }) => jobId));
        if (batch[0]?.jobId === 1) void later(steps).then(() => queue.add(report(2)));
        return [];
      },
      () => undefined,
      (error) => assert.fail(String(error)),
    );
    queue.add(report(1));
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await queue.settled();
    assert.deepEqual(sent, [1, 2], `after ${steps} steps`);
  }
});

async function later(steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await Promise.resolve();
}

test('reports of one turn share a call and keep their order', async () => {
  const batches: number[][] = [];
  const queue = createReportQueue(
    async (batch) => {
      batches.push(batch.map(({ jobId }) => jobId));
      return [];
    },
    () => undefined,
    (error) => assert.fail(String(error)),
  );
  for (const jobId of [3, 1, 2]) queue.add(report(jobId));
  await queue.settled();
  assert.deepEqual(batches, [[3, 1, 2]]);
});

test('reports the server will not take are told, and the next ones still leave', async () => {
  const faults: unknown[] = [];
  const sent: number[] = [];
  const queue = createReportQueue(
    async (batch) => {
      if (batch[0]?.jobId === 1) throw new Error('no');
      sent.push(...batch.map(({ jobId }) => jobId));
      return [];
    },
    () => undefined,
    (error) => faults.push(error),
  );
  queue.add(report(1));
  await queue.settled();
  queue.add(report(2));
  await queue.settled();
  assert.equal(faults.length, 1);
  assert.deepEqual(sent, [2]);
});
