import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobActions, jobStatuses, type JobStatus } from '@wm/wms-core/vocabulary';
import {
  actionAvailability,
  actionByState,
  outputAvailability,
  peekAvailability,
  questionFor,
  type Viewer,
} from './job-actions.ts';

const viewer: Viewer = { userName: 'mkolar', group: 'access_user', properties: ['NormalUser'] };
const job = (status: JobStatus, owner = 'mkolar', ownerGroup = 'access_user') => ({
  status,
  owner,
  ownerGroup,
});
const allowedFor = (action: 'kill' | 'delete' | 'reschedule'): JobStatus[] =>
  jobStatuses.filter((status) => actionByState(action, status).allowed);

test('kill is offered where the state table has a way to Killed', () => {
  for (const status of ['Done', 'Failed', 'Killed', 'Completed', 'Deleted'] as const)
    assert.ok(!allowedFor('kill').includes(status), status);
  assert.ok(allowedFor('kill').includes('Running'));
});

test('delete is offered for everything that is not deleted', () => {
  assert.deepEqual(
    jobStatuses.filter((status) => !allowedFor('delete').includes(status)),
    ['Deleted'],
  );
});

test('Failed and Killed jobs can be rescheduled, Done ones say why not', () => {
  assert.ok(allowedFor('reschedule').includes('Failed'));
  assert.ok(allowedFor('reschedule').includes('Killed'));
  assert.deepEqual(actionByState('reschedule', 'Done'), { allowed: false, reason: 'already Done' });
});

test('a job of somebody else is not offered, unless the group shares or the viewer administrates', () => {
  const foreign = job('Running', 'jdoe');
  assert.deepEqual(actionAvailability('kill', foreign, viewer), { allowed: false, reason: 'not yours' });
  for (const property of ['JobSharing', 'JobAdministrator'])
    assert.ok(actionAvailability('kill', foreign, { ...viewer, properties: [property] }).allowed);
});

test('a job of one’s own is offered whichever group of the VO it was submitted in, as the server allows', () => {
  const ofOtherGroup = job('Running', viewer.userName, 'other_group');
  assert.ok(actionAvailability('kill', ofOtherGroup, viewer).allowed);
  const foreignOfOtherGroup = job('Running', 'jdoe', 'other_group');
  const sharing = { ...viewer, properties: ['JobSharing'] };
  assert.equal(actionAvailability('kill', foreignOfOtherGroup, sharing).allowed, false);
});

test('reset is for administrators, remove for what has ended', () => {
  const mine = job('Failed');
  assert.equal(actionAvailability('reset', mine, viewer).allowed, false);
  assert.ok(actionAvailability('reset', mine, { ...viewer, properties: ['JobAdministrator'] }).allowed);
  assert.ok(actionByState('remove', 'Deleted').allowed);
  assert.deepEqual(actionByState('remove', 'Running'), {
    allowed: false,
    reason: 'not while Running; kill it first',
  });
});

test('output is offered after the run, a look at standard output as soon as it starts', () => {
  assert.deepEqual(outputAvailability('Running'), { allowed: false, reason: 'not finished' });
  assert.ok(outputAvailability('Failed').allowed);
  assert.ok(peekAvailability('Running').allowed);
  assert.deepEqual(peekAvailability('Waiting'), { allowed: false, reason: 'has not started' });
});

test('a question is put for more than one job and for what no undo brings back, more than 100 need the number', () => {
  assert.equal(questionFor('kill', ['Waiting'], 1), 'none');
  assert.equal(questionFor('kill', ['Running'], 1), 'ask');
  assert.equal(questionFor('kill', ['Waiting', 'Waiting'], 2), 'ask');
  assert.equal(questionFor('delete', ['Done', 'Waiting'], 2), 'none');
  assert.equal(questionFor('delete', ['Done', 'Running'], 2), 'ask');
  assert.equal(questionFor('delete', [undefined], 1), 'ask');
  assert.equal(questionFor('remove', ['Done'], 1), 'ask');
  assert.equal(questionFor('kill', [], 100), 'ask');
  assert.equal(questionFor('delete', [], 101), 'type-number');
});

test('every action has an answer for every status', () => {
  for (const action of jobActions)
    for (const status of jobStatuses) {
      const answer = actionByState(action, status);
      assert.ok(answer.allowed || answer.reason.length > 0);
    }
});
