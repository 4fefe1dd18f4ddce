import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerInTime } from './answer-in-time.ts';

const never = new Promise<string>(() => undefined);

test('an answer in time is the answer, a fault is a fault, silence is null', async () => {
  // Keeps the process alive: the wait itself does not.
  const alive = setInterval(() => undefined, 1000);
  try {
    assert.equal(await answerInTime(Promise.resolve('here'), 60_000), 'here');
    await assert.rejects(answerInTime(Promise.reject(new Error('away')), 60_000), /away/);
    assert.equal(await answerInTime(never, 1), null);
  } finally {
    clearInterval(alive);
  }
});
