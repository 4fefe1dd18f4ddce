import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobStatuses, payloadFinalStatuses, pilotStatuses } from '@wm/wms-core/vocabulary';
import { jobStatusLook, jobStatusLooks, pilotStatusLook, pilotStatusLooks } from './status-look.ts';

test('every job and pilot status has a look and there are no others', () => {
  assert.deepEqual(Object.keys(jobStatusLooks).toSorted(), jobStatuses.toSorted());
  assert.deepEqual(Object.keys(pilotStatusLooks).toSorted(), pilotStatuses.toSorted());
});

test('Completing is no unknown status, and only Done is green', () => {
  assert.equal(jobStatusLook('Completing').family, 'finishing');
  const green = jobStatuses.filter((status) => jobStatusLook(status).family === 'success');
  assert.deepEqual(green, ['Done']);
});

test('ends that mean different things differ in shape as well as colour', () => {
  const ends = payloadFinalStatuses.map((status) => jobStatusLook(status).shape);
  assert.equal(new Set(ends).size, ends.length);
});

test('a status from a newer server is shown, not refused', () => {
  assert.equal(jobStatusLook('Dreaming').shape, 'ring');
  assert.equal(pilotStatusLook('toString').shape, 'ring');
});
