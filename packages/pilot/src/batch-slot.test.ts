import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotEndsAtMs, slurmSeconds } from './batch-slot.ts';

test("Slurm's spans are read, and what is none is not", () => {
  const cases: readonly [string, number | undefined][] = [
    ['1-02:03:04\n', 93_784],
    ['02:03:04', 7384],
    ['59:30', 3570],
    ['0:07', 7],
    ['UNLIMITED', undefined],
    ['NOT_SET', undefined],
    ['', undefined],
  ];
  for (const [text, seconds] of cases) assert.equal(slurmSeconds(text), seconds, text);
});

test('the end of the slot is what Slurm says, from its variable first', async () => {
  const never = (): Promise<string> => assert.fail('not asked');
  assert.equal(
    await slotEndsAtMs({ SLURM_JOB_END_TIME: '1795766400', SLURM_JOB_ID: '7' }, never),
    1_795_766_400_000,
  );
  const before = Date.now();
  const endMs = await slotEndsAtMs({ SLURM_JOB_ID: '7' }, async (jobId) => (jobId === '7' ? '10:00' : ''));
  assert.ok(endMs !== undefined && endMs >= before + 600_000 && endMs <= Date.now() + 600_000);
});

test('elsewhere, or when Slurm does not answer, nothing is known', async () => {
  assert.equal(await slotEndsAtMs({}), undefined);
  assert.equal(await slotEndsAtMs({ SLURM_JOB_ID: '7' }, async () => ''), undefined);
});
