import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PilotStateAtElement } from '../computing/computing-element.ts';
import { createBackOff } from './pilot-back-off.ts';
import { pilotVerdict } from './pilot-verdict.ts';
import type { PolledPilot } from './pilot-verdict.ts';

const nowMs = 10_000_000;
const aPilot = (fields: Partial<PolledPilot> = {}): PolledPilot => ({
  status: 'Running',
  statusReason: '',
  submittedAtMs: nowMs - 60_000,
  registeredAtMs: nowMs - 50_000,
  lastUpdateAtMs: nowMs - 50_000,
  lastSeenAtMs: nowMs - 1000,
  maxWallTimeS: 3600,
  ...fields,
});
const fresh: Partial<PolledPilot> = { status: 'Submitted', registeredAtMs: null };

describe('what the state at the computing element means', () => {
  const cases: readonly (readonly [string, Partial<PolledPilot>, PilotStateAtElement['status'], string])[] = [
    ['a pilot that runs and is heard of goes on', {}, 'Running', ''],
    ['a pilot in the batch queue waits', fresh, 'Waiting', 'Waiting'],
    ['a started pilot runs, even before it registers', fresh, 'Running', 'Running'],
    [
      'a pilot that does not register in time is ended',
      { registeredAtMs: null, lastUpdateAtMs: nowMs - 601_000 },
      'Running',
      'Aborted kill failed',
    ],
    [
      'its time to register begins when it starts, however long it waited',
      { registeredAtMs: null, status: 'Waiting', submittedAtMs: 0, lastUpdateAtMs: 0 },
      'Running',
      'Running',
    ],
    [
      'a pilot that started a minute ago may still register',
      { registeredAtMs: null, submittedAtMs: 0, lastUpdateAtMs: nowMs - 60_000 },
      'Running',
      '',
    ],
    ['a pilot that ends before it registers has failed', fresh, 'Done', 'Aborted failed'],
    ['a pilot that ended without a good-bye has its exit told', {}, 'Failed', 'Failed'],
    ['a killed pilot is aborted, and what it left behind ends', {}, 'Aborted', 'Aborted kill'],
    ['a silent pilot is ended', { lastSeenAtMs: nowMs - 901_000 }, 'Running', 'Deleted kill'],
    ['a pilot past its time is ended', { registeredAtMs: nowMs - 3_901_000 }, 'Running', 'Deleted kill'],
    ['a pilot the element does not know is Unknown first', {}, 'Unknown', 'Unknown'],
    ['an unknown pilot is not given up at once', { status: 'Unknown' }, 'Unknown', ''],
    [
      'an unknown pilot is given up after an hour',
      { status: 'Unknown', lastUpdateAtMs: nowMs - 3_601_000, lastSeenAtMs: nowMs - 3_601_000 },
      'Unknown',
      'Aborted kill',
    ],
    [
      'an unknown pilot that shows up in the batch queue waits',
      { ...fresh, status: 'Unknown' },
      'Waiting',
      'Waiting',
    ],
    ['an unknown pilot that shows up again runs', { status: 'Unknown' }, 'Running', 'Running'],
  ];
  for (const [sentence, fields, status, expected] of cases) {
    it(sentence, () => {
      const { move, kill, failed } = pilotVerdict(aPilot(fields), { status, reason: 'So.' }, nowMs, 900);
      const words = [move?.status ?? '', kill === true ? 'kill' : '', failed === true ? 'failed' : ''];
      assert.equal(words.filter((word) => word !== '').join(' '), expected);
    });
  }

  const hopeless: PilotStateAtElement = {
    status: 'Waiting',
    reason: 'Slurm: PENDING (PartitionTimeLimit).',
    isHopeless: true,
  };

  it('a pilot that its batch system can never start makes room, says why, and lets its queue rest', () => {
    const waits = aPilot({ ...fresh, status: 'Waiting', submittedAtMs: 0, lastUpdateAtMs: nowMs - 601_000 });
    assert.deepEqual(pilotVerdict(waits, hopeless, nowMs, 900), {
      move: { status: 'Aborted', reason: 'It could never start. Slurm: PENDING (PartitionTimeLimit).' },
      kill: true,
      failed: true,
    });
  });

  it('the batch system may change its mind in the first ten minutes', () => {
    const waits = aPilot({ ...fresh, status: 'Waiting', lastUpdateAtMs: nowMs - 599_000 });
    assert.deepEqual(pilotVerdict(waits, hopeless, nowMs, 900), { note: hopeless.reason });
  });
});

describe('why a pilot waits', () => {
  const waits = (statusReason: string, reason: string) =>
    pilotVerdict(
      aPilot({ status: 'Waiting', registeredAtMs: null, statusReason }),
      { status: 'Waiting', reason },
      nowMs,
      900,
    );

  it('is told anew when the batch system changes its mind, and only then', () => {
    assert.deepEqual(waits('Slurm: PENDING (Priority).', 'Slurm: PENDING (PartitionTimeLimit).'), {
      note: 'Slurm: PENDING (PartitionTimeLimit).',
    });
    assert.deepEqual(waits('Slurm: PENDING (Priority).', 'Slurm: PENDING (Priority).'), {});
    assert.deepEqual(waits('x'.repeat(255), 'x'.repeat(300)), {});
  });
});

describe('the rest of a batch queue after failures', () => {
  it('doubles with every failure, counts pilots sent together once, and ends with a success', () => {
    const backOff = createBackOff();
    const because = (reason: string) => ({ reason, vo: 'biomed' });
    assert.equal(backOff.blockedUntilMs('q'), 0);
    backOff.failed('q', 0, because('a fault'));
    backOff.failed('q', 5000, because('the same fault'));
    assert.equal(backOff.blockedUntilMs('q'), 10_000);
    backOff.failed('q', 10_000, because('another fault'));
    assert.deepEqual(backOff.failure('q'), because('another fault'));
    assert.equal(backOff.blockedUntilMs('q'), 30_000);
    for (let atMs = 30_000; atMs < 1e9; atMs = backOff.blockedUntilMs('q'))
      backOff.failed('q', atMs, because('again'));
    assert.ok(backOff.blockedUntilMs('q') - 1e9 <= 3_600_000);
    backOff.succeeded('q');
    assert.equal(backOff.blockedUntilMs('q'), 0);
  });
});
