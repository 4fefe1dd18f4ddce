import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJobDescription } from './job-description.ts';
import { commandLineMatcher, startStopSignal, warnAfterS } from './stop-signal.ts';
import type { Violation } from './watchdog.ts';

const stop = { signal: 10, pattern: '', beforeEndS: 1800, finishWithinS: 600 };

test('a job that says nothing of a stop signal gets none; one word of it brings the defaults', () => {
  assert.equal(readJobDescription('Executable = "x";').stopSignal, undefined);
  assert.deepEqual(readJobDescription('Executable = "x"; StopSigRegex = "sim";').stopSignal, {
    signal: 2,
    pattern: 'sim',
    beforeEndS: 1800,
    finishWithinS: 1800,
  });
});

test('the warning comes in time, but never in the first half of a short slot', () => {
  assert.equal(warnAfterS(stop, 86_400), 84_600);
  assert.equal(warnAfterS(stop, 1000), 500);
});

test('a pattern finds its processes, and a hostile one finds none instead of hanging the pilot', () => {
  assert.equal(commandLineMatcher('sim.*--run')('/opt/sim --seed 1 --run'), true);
  assert.equal(commandLineMatcher('^sim')('/opt/sim'), false);
  assert.equal(commandLineMatcher('')('anything'), true);
  assert.equal(commandLineMatcher('(')('anything'), false);
  assert.equal(commandLineMatcher('^(a+)+$')(`${'a'.repeat(40)}!`), false);
});

test('a payload that goes on after its warning is overdue', async () => {
  const sent: number[] = [];
  const violation = await new Promise<Violation>((overdue) => {
    startStopSignal({ ...stop, finishWithinS: 0.02 }, 0.02, { send: (signal) => sent.push(signal), overdue });
  });
  assert.deepEqual(sent, [10]);
  assert.match(violation.message, /stop signal 10/);
});
