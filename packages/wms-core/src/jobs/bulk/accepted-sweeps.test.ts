/** A bulk stands by what was accepted, whatever the rules of sweeps became since. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../db/database.ts';
import { aUser, openJobWorld, type JobWorld } from '../../testing/index.ts';
import { readJdl } from '../jdl/parse.ts';
import { planParametricJobs } from '../parametric-jobs.ts';

/** As an older server stored it. */
async function storeAccepted(world: JobWorld, jdl: string): Promise<number> {
  const { bulkId, firstJobId } = await world.bulks.submit(aUser(), {
    jdls: ['Executable = "/bin/echo"; Parameters = 2;'],
  });
  await world.database.write(() =>
    run('update bulks set jdls = $2, digest = $3 where bulk_id = $1', [bulkId, JSON.stringify([jdl]), jdl]),
  );
  return firstJobId;
}

const accepted: readonly (readonly [string, string, string])[] = [
  ['Parameters = 2; ParameterStart = "0x10";', '16.0', '16.0'],
  ['Parameters = 2; ParameterStart = " 5 ";', '5.0', '5.0'],
  ['Parameters = 2; ParameterStep = "0b11";', '1', '4.0'],
  ['Parameters = {{"a", {"b"}}, "c"};', 'a', 'c'],
  ['Parameters = {[x = 1;], "c"};', '', 'c'],
  ['Parameters.A = {1, 2, 3}; Parameters.a = {"x", "y"};', 'x', 'y'],
];
for (const [sweep, ...values] of accepted)
  test(`jobs of a bulk that was accepted with ${sweep} are made, matched and rescheduled`, async () => {
    const jdl = `Executable = "/bin/echo"; Arguments = "%${sweep.includes('.a') ? '(a)' : ''}s"; ${sweep}`;
    assert.notDeepEqual(planParametricJobs(readJdl(jdl).description, 10).errors, [], 'refused today');
    await using world = await openJobWorld();
    const firstJobId = await storeAccepted(world, jdl);
    await world.bulkExpansion.drain();
    for (const value of values) {
      const job = await world.matchOne();
      assert.equal(/Arguments = "(.*)";/.exec(job.jdl)?.[1], value);
    }
    const [verdict] = await world.jobs.act(aUser(), 'reschedule', [firstJobId]);
    assert.equal(verdict?.ok, true, JSON.stringify(verdict));
    // Jobs that were rescheduled are held for a while.
    world.clock.advanceS(1000);
    assert.equal((await world.matchOne()).jobId, firstJobId);
  });
