import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timelineOf } from './job-timeline.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 20, 14, 0, second)).toISOString();
const record = (Status: string, second: number, MinorStatus = '') => ({
  Status,
  MinorStatus,
  ApplicationStatus: 'Unknown',
  StatusTime: at(second),
  Source: 'JobManager',
  Attempt: 1,
});
const nowMs = Date.UTC(2026, 10, 20, 14, 0, 40);

test('stays follow each other and fill the whole', () => {
  const line = timelineOf([record('Waiting', 0), record('Running', 10), record('Done', 20)], nowMs);
  assert.deepEqual(
    line?.stays.map(({ status, startMs, endMs }) => [status, endMs - startMs]),
    [
      ['Waiting', 10_000],
      ['Running', 10_000],
    ],
  );
});

test('a status left at once has no bar', () => {
  const line = timelineOf([record('Received', 0), record('Waiting', 0), record('Done', 5)], nowMs);
  assert.deepEqual(
    line?.stays.map((stay) => stay.status),
    ['Waiting'],
  );
});

test('a change of the minor status alone makes no new stay', () => {
  const line = timelineOf([record('Running', 0, 'a'), record('Running', 5, 'b'), record('Done', 10)], nowMs);
  assert.equal(line?.stays.length, 1);
});

test('a job that still runs stays until now', () => {
  const line = timelineOf([record('Waiting', 0), record('Running', 20)], nowMs);
  assert.equal(line?.endMs, nowMs);
  assert.equal(line?.stays.at(-1)?.endMs, nowMs);
});

test('a rescheduled job shows both rounds', () => {
  const line = timelineOf(
    [record('Waiting', 0), record('Failed', 10), record('Rescheduled', 12), record('Waiting', 13)],
    nowMs,
  );
  assert.deepEqual(
    line?.stays.map((stay) => stay.status),
    ['Waiting', 'Rescheduled', 'Waiting'],
  );
});

test('what a job does after its end does not stretch its life', () => {
  const line = timelineOf([record('Running', 0), record('Done', 10), record('Deleted', 30)], nowMs);
  assert.equal((line?.endMs ?? 0) - (line?.startMs ?? 0), 10_000);
});

test('without records there is no timeline', () => {
  assert.equal(timelineOf([], nowMs), undefined);
});
