import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arcVerdict, type SeenBefore } from './arc-states.ts';

const before: SeenBefore = { wasKilledByUs: false, isOurs: true, isStaged: true, submittedAtMs: 0 };
const limits = { killingLimitMs: 600_000, inputLimitMs: 900_000 };
const verdict = (state: string, more: Partial<SeenBefore> = {}, nowMs = 1000, code = 200) =>
  arcVerdict({ code, reason: 'OK', state }, { ...before, ...more }, limits, nowMs);

describe('the state of a job at A-REX', () => {
  const table = {
    Waiting: ['ACCEPTING', 'ACCEPTED', 'PREPARING', 'PREPARED', 'SUBMITTING', 'QUEUING'],
    Running: ['RUNNING', 'HELD', 'EXITINGLRMS', 'OTHER', 'EXECUTED', 'FINISHING', 'KILLING'],
    Done: ['FINISHED'],
    Failed: ['FAILED'],
    Aborted: ['KILLED', 'WIPED'],
    Unknown: ['', 'SOMETHING-NEW'],
  } as const;
  for (const [status, states] of Object.entries(table))
    it(`counts as ${status} when it is ${states.join(', ')}`, () => {
      for (const state of states) {
        const { state: pilot, isFinal } = verdict(state);
        assert.equal(pilot.status, status, state);
        assert.equal(isFinal, ['Done', 'Failed', 'Aborted'].includes(status));
      }
    });

  it('says who killed it', () => {
    assert.match(verdict('KILLED').state.reason, /at the site/);
    assert.match(verdict('KILLED', { wasKilledByUs: true }).state.reason, /as asked/);
  });

  it('cannot be KILLING for ever', () => {
    const first = verdict('KILLING', {}, 5000);
    assert.equal(first.killingSinceMs, 5000);
    const justBefore = verdict('KILLING', { killingSinceMs: 5000 }, 605_000);
    assert.deepEqual([justBefore.state.status, justBefore.killingSinceMs], ['Running', 5000]);
    const after = verdict('KILLING', { killingSinceMs: 5000 }, 605_001);
    assert.deepEqual([after.state.status, after.isFinal], ['Aborted', true]);
  });

  it('cannot wait for ever for input files that never came', () => {
    assert.equal(verdict('PREPARING', { isStaged: false }, 900_000).state.status, 'Waiting');
    const late = verdict('PREPARING', { isStaged: false }, 900_001);
    assert.deepEqual([late.state.status, late.isStuck], ['Aborted', true]);
    assert.equal(verdict('PREPARING', { isStaged: true }, 900_001).state.status, 'Waiting');
    assert.equal(verdict('QUEUING', { isStaged: false }, 900_001).state.status, 'Waiting');
  });

  it('is the end when the service does not know a job of ours any more', () => {
    const gone = verdict('None', {}, 0, 404);
    assert.deepEqual([gone.state.status, gone.isFinal], ['Aborted', true]);
  });

  it('says nothing when the job belongs to another identity: to us it looks as if it were not there', () => {
    const foreign = verdict('None', { isOurs: false }, 0, 404);
    assert.deepEqual([foreign.state.status, foreign.isFinal], ['Unknown', false]);
  });

  it('says nothing when the service has trouble with it', () => {
    assert.equal(verdict('RUNNING', {}, 0, 500).state.status, 'Unknown');
  });
});
