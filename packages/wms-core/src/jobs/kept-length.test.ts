/** Whatever a submission accepts can be read again as long as the job lives, and what cannot be kept is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aConfiguration, aUser } from '../testing/builders.ts';
import { openJobWorld } from '../testing/job-world.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import { numberValue, withEntry } from './jdl/description.ts';
import { parseJdl } from './jdl/parse.ts';
import { processManifest } from './job-manifest.ts';
import { demandOf } from './job-requirements.ts';
import { manifestContext, prepareJobs } from './prepare-jobs.ts';

const job = (more: string): string => `[ Executable = "/bin/true";\n${more} ]`;
const attributes = (count: number): string => Array.from({ length: count }, (_, n) => `A${n} = 1;`).join(' ');
const roomy = aConfiguration({ jobDescription: { maxJdlBytes: 4_000_000 } });

const large: readonly [string, string, typeof roomy?][] = [
  ['nearly as many attributes as may be sent', job(attributes(996))],
  ['a list of 600 kB that nobody knows', job(`X = {${'a,'.repeat(300_000)}a};`)],
  ['arguments of nearly a megabyte', job(`Arguments = "${'a'.repeat(1_048_500)}";`)],
  ['two megabytes where the operator allows four', job(`Arguments = "${'a'.repeat(2_000_000)}";`), roomy],
];
for (const [what, jdl, configuration] of large)
  test(`a job with ${what} can be matched, rescheduled and matched again`, async () => {
    await using world = await openJobWorld(configuration ? { configuration } : {});
    const jobId = await world.submitOne(jdl);
    await world.matchOne();
    const [verdict] = await world.jobs.act(aUser(), 'reschedule', [jobId]);
    assert.equal(verdict?.ok, true, JSON.stringify(verdict));
    // Jobs that were rescheduled are held for a while.
    world.clock.advanceS(1000);
    const again = await world.matchOne();
    assert.equal(again.jobId, jobId);
    assert.equal(demandOf(again.jdl).requirements.vo, 'biomed');
  });

test('a description that grows beyond measure where it is kept is refused at its longest attribute', () => {
  const jdl = job(`Mine = ${'{'.repeat(9)}${'a,'.repeat(400_000)}${'}'.repeat(9)};`);
  assert.ok(parseJdl(jdl).errors.length === 0);
  assert.throws(
    () => prepareJobs([jdl], aUser(), aConfiguration()),
    (error) => {
      assert.ok(isWmsError(error));
      assert.equal(error.code, 'jdl.invalid');
      assert.deepEqual([error.details['attribute'], error.details['line']], ['Mine', 2]);
      assert.match(error.message, /most of them in Mine; at most 8388608 are kept \(8 times maxJdlBytes\)/);
      return true;
    },
  );
});

test('a long list is measured once, however many descriptions have it', () => {
  const { description } = parseJdl(job(`X = {${'a,'.repeat(300_000)}a};`));
  const context = manifestContext(aUser(), aConfiguration());
  const first = processManifest(description, context);
  assert.deepEqual(first.errors, []);
  const list = description.entries.find(({ name }) => name === 'X')?.value;
  assert.ok(list?.kind === 'list');
  // Whoever reads an item again fails.
  for (const item of list.items)
    Object.defineProperty(item, 'kind', { get: () => assert.fail('it is measured again') });
  assert.deepEqual(processManifest(withEntry(description, 'CPUTime', numberValue(1000)), context).errors, []);
});

const sweepOf = (list: string): string => job(`X = ${list}; Parameters = 2; Arguments = "%n";`);

test('the list of a sweep is bounded once, before its jobs are made', () => {
  const tooLong = sweepOf(`${'{'.repeat(9)}${'a,'.repeat(400_000)}${'}'.repeat(9)}`);
  assert.throws(
    () => prepareJobs([tooLong], aUser(), aConfiguration()),
    /a job of this sweep has up to \d+ bytes .* most of them in X/,
  );
  assert.equal(prepareJobs([sweepOf('{a, b}')], aUser(), aConfiguration()).length, 2);
});
