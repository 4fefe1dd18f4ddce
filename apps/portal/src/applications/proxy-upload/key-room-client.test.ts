import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Question } from './key-room.ts';
import { openKeyRoom, type WorkerLike } from './key-room-client.ts';

interface FakeWorker extends WorkerLike {
  readonly asked: Question[];
  isEnded: boolean;
}

function fakeWorker(answer?: (question: Question) => unknown): FakeWorker {
  const worker: FakeWorker = {
    asked: [],
    isEnded: false,
    onmessage: null,
    onerror: null,
    terminate: () => void (worker.isEnded = true),
    postMessage: (question) => {
      worker.asked.push(question);
      const data = answer?.(question);
      if (data !== undefined) queueMicrotask(() => worker.onmessage?.(new MessageEvent('message', { data })));
    },
  };
  return worker;
}

const certificate = { subjectDn: '/CN=Jane', issuerDn: '/CN=CA', notAfterMs: 1, others: [] };

test('file and passphrase go to the worker, names come back', async () => {
  const worker = fakeWorker(() => ({ kind: 'opened', certificate }));
  const room = openKeyRoom(() => worker);
  assert.deepEqual(await room.open(new ArrayBuffer(4), 'secret'), certificate);
  assert.equal(worker.asked[0]?.kind, 'open');
  room.close();
  assert.equal(worker.isEnded, true);
});

test('a fault of the file arrives with its reason and sentence', async () => {
  const worker = fakeWorker(() => ({ kind: 'failed', reason: 'P12_PASSPHRASE', message: 'No.' }));
  await assert.rejects(openKeyRoom(() => worker).open(new ArrayBuffer(4), ''), {
    reason: 'P12_PASSPHRASE',
    message: 'No.',
  });
});

test('a worker that does not answer in time is ended', async () => {
  const worker = fakeWorker();
  await assert.rejects(openKeyRoom(() => worker, 5).open(new ArrayBuffer(4), ''), {
    reason: 'P12_ITERATIONS',
  });
  assert.equal(worker.isEnded, true);
});

test('closing the room ends what is under way', async () => {
  const worker = fakeWorker();
  const room = openKeyRoom(() => worker);
  const opening = room.open(new ArrayBuffer(4), '');
  room.close();
  await assert.rejects(opening, { reason: 'P12_MALFORMED' });
  room.close();
});

test('a worker that breaks is told as a fault, not waited for', async () => {
  const worker = fakeWorker();
  const opening = openKeyRoom(() => worker).open(new ArrayBuffer(4), '');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- there is no ErrorEvent here, and none is looked at
  worker.onerror?.(new Event('error') as ErrorEvent);
  await assert.rejects(opening, { reason: 'P12_MALFORMED' });
  assert.equal(worker.isEnded, true);
});
