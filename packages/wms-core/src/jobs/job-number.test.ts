import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aConfiguration, aUser } from '../testing/builders.ts';
import { openJobWorld } from '../testing/job-world.ts';

const labels = 'JobName = "run_%j"; JobGroup = "g%j"; ProcessingType = "p%j";';
const one = `[ Executable = "/bin/true"; ${labels} ]`;
const named = (jobId: number) => [jobId, `run_${jobId}`, `g${jobId}`];

test('%j is the number of the job in its row, its counters and its description, one by one and as a bulk', async () => {
  for (const bulkAboveJobs of [100, 1]) {
    await using world = await openJobWorld({
      configuration: aConfiguration({ jobDescription: { bulkAboveJobs } }),
    });
    for (const jdls of [[one, one], [one.replace(' ]', ' Parameters = 2; ]')]]) {
      const submitted = await world.jobs.submit(aUser(), { jdls });
      await world.bulkExpansion.drain();
      const jobIds = submitted.map(({ jobId }) => jobId);
      for (const jobId of jobIds) {
        const { attributes } = await world.monitoring.job(aUser(), jobId);
        assert.deepEqual([jobId, attributes['JobName'], attributes['JobGroup']], named(jobId));
        const jdl = await world.monitoring.jdl(aUser(), jobId, 'processed');
        assert.match(jdl, new RegExp(`JobName = "run_${jobId}";[^]*JobGroup = "g${jobId}"`));
      }
    }
    const counted = await world.monitoring.summary(aUser(), ['JobGroup'], []);
    assert.deepEqual(
      new Map(counted.map((row) => [row['JobGroup'], row['count']])),
      new Map([1, 2, 3, 4].map((jobId) => [`g${jobId}`, 1])),
    );
  }
});
