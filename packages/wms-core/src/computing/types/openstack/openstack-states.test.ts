import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Machine } from './openstack-answers.ts';
import { absentVerdict, hasEnded, machineStatuses, machineVerdict } from './openstack-states.ts';

const machine = (status: string, fields: Partial<Machine> = {}): Machine => ({
  ...{ id: 'i', stamp: 's', status, task: '', fault: '', element: '', endsAtS: undefined, ...fields },
});
const silent = { exitCode: undefined, hasText: false };

describe('how a pilot in a cloud is', () => {
  it('every status that Nova documents has a meaning', () => {
    const words = `ACTIVE BUILD DELETED ERROR HARD_REBOOT MIGRATING PASSWORD PAUSED REBOOT REBUILD RESCUE RESIZE REVERT_RESIZE
      SHELVED SHELVED_OFFLOADED SHUTOFF SOFT_DELETED SUSPENDED UNKNOWN VERIFY_RESIZE`;
    const missing = words.split(/\s+/).filter((word) => machineStatuses[word] === undefined);
    assert.deepEqual(missing, []);
  });

  const cases: readonly (readonly [string, Machine, Parameters<typeof machineVerdict>[1], string, RegExp])[] =
    [
      ['boots', machine('BUILD', { task: 'spawning' }), silent, 'Waiting', /^OpenStack: BUILD, spawning\.$/],
      ['runs', machine('ACTIVE'), silent, 'Running', /^OpenStack: ACTIVE\.$/],
      ['was stopped by others', machine('SUSPENDED'), silent, 'Running', /SUSPENDED/],
      ['ended well', machine('SHUTOFF'), { exitCode: '0', hasText: true }, 'Done', /exit code 0/],
      ['ended badly', machine('SHUTOFF'), { exitCode: '3', hasText: true }, 'Failed', /exit code 3/],
      [
        'was cut short',
        machine('SHUTOFF'),
        { exitCode: undefined, hasText: true },
        'Aborted',
        /before the pilot/,
      ],
      ['ended in a cloud without console', machine('SHUTOFF'), silent, 'Done', /no console to tell/],
      [
        'never came',
        machine('ERROR', { fault: 'No valid host.' }),
        silent,
        'Failed',
        /ERROR: No valid host\.$/,
      ],
      ['is in a state this table does not know', machine('DREAMING'), silent, 'Unknown', /DREAMING/],
    ];
  for (const [name, one, console, status, reason] of cases) {
    it(`it ${name}`, () => {
      const verdict = machineVerdict(one, console);
      assert.equal(verdict.status, status);
      assert.match(verdict.reason, reason);
    });
  }

  it('what has ended costs quota', () => {
    assert.deepEqual(
      ['ACTIVE', 'BUILD', 'SHUTOFF', 'ERROR', 'DREAMING'].map((status) => hasEnded(machine(status))),
      [false, false, true, true, false],
    );
  });

  it('one that is not listed never was, was ended by us or others, or is looked for', () => {
    const known = { id: 'i', wasKilledByUs: false, ageS: 5 };
    const reasons = [
      absentVerdict(undefined),
      absentVerdict({ ...known, wasKilledByUs: true }),
      absentVerdict(known),
      absentVerdict({ ...known, id: undefined }),
      absentVerdict({ ...known, id: undefined, ageS: 601 }),
    ].map(({ status, reason }) => `${status} ${reason}`);
    const expected = [
      /^Aborted .*no such pilot/,
      /^Aborted .*as asked/,
      /^Aborted .*by others/,
      /^Waiting /,
      /^Aborted /,
    ];
    for (const [index, pattern] of expected.entries()) assert.match(reasons[index] ?? '', pattern);
  });
});
