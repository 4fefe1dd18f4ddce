/**
 * Many jobs over a real Slurm and a real A-REX at once, with pilots killed, batch jobs cancelled and daemons restarted.
 * `WM_TESTBED_JOBS` sets their number (`npm run prove -- --only testbed` takes 1,000 and writes the report).
 */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { arexIsMissing, startArex } from '../arex.ts';
import { eventually } from '../elements.ts';
import { JobRun } from '../job-run.ts';
import { slurmIsMissing, startSlurm } from '../slurm.ts';
import { disturbances, pilotsLeft, type DisturbedSites } from './disturbances.ts';
import { openPayloadLedger } from './payload-ledger.ts';
import { disturbedReport } from './report.ts';

const jobs = Number(process.env['WM_TESTBED_JOBS'] ?? 40);
const seed = Number(process.env['WM_TESTBED_SEED'] ?? 20_261_126);
/** One thing happens whenever so many jobs more have ended. */
const jobsBetween = Math.max(5, Math.floor(jobs / 100));

/** Small and repeatable (mulberry32). */
function picker(from: number): (count: number) => number {
  let state = from;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * count);
  };
}

/** Of two endings of jobs; a restarted A-REX and a resting queue take their time. */
const patienceS = 300;

const queue = {
  maxWallTimeS: 3600,
  processors: 2,
  memoryMiB: 1024,
  maxTotalPilots: 4,
  maxWaitingPilots: 4,
};

describe('jobs on disturbed sites', { skip: slurmIsMissing() || arexIsMissing() }, () => {
  it('all become final, none runs twice at once, and no pilot is left anywhere', async (t) => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'wm-disturbed-'));
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
    await chmod(folder, 0o755);
    const ledger = stack.use(await openPayloadLedger());
    const slurm = await startSlurm();
    stack.defer(() => slurm.close());
    const arex = await startArex(folder);
    stack.defer(() => arex.end());
    const { endpoint, nodeExecutable } = arex;
    const { proxy: proxyFile, trustFolder: caFolder } = arex.certificates;
    const run = await JobRun.start(
      await mkdtemp(join(folder, 'wm-')),
      {
        'EGI.Slurm.org': {
          type: 'slurm',
          parameters: {
            nodeExecutable: process.execPath,
            slurmConf: slurm.configurationFile,
            folder: join(slurm.folder, 'pilots'),
          },
          queues: { short: queue },
        },
        'EGI.Arc.org': {
          type: 'arc',
          parameters: { endpoint, proxyFile, caFolder, nodeExecutable },
          queues: { fork: queue },
        },
      },
      { pilotIdleStopS: 5, pilotHeartbeatS: 5, stalledAfterS: 20, lostAfterS: 60, matchedTimeoutS: 60 },
    );
    stack.defer(() => run.stop());
    const sites: DisturbedSites = { slurm, arex, pick: picker(seed) };

    const startedAtMs = Date.now();
    const ids = await run.submit(
      `[ JobName = "Disturbed_%n"; Executable = "/bin/bash"; Arguments = "-c '${ledger.command}'"; CPUTime = 600; Parameters = ${jobs}; ]`,
    );
    assert.equal(ids.length, jobs);
    const done = new Map<string, number>();
    const untilFinal = async (count: number): Promise<void> => {
      try {
        await eventually(async () => ((await run.finalJobs()) >= count ? true : undefined), patienceS);
      } catch (cause) {
        const disturbed = JSON.stringify(Object.fromEntries(done.entries()));
        throw new Error(`Not ${count} final after ${disturbed}: ${await run.describe()}`, { cause });
      }
    };
    for (let turn = 1; turn * jobsBetween < jobs; turn += 1) {
      await untilFinal(turn * jobsBetween);
      const { name, act } = disturbances[turn % disturbances.length]!;
      if (await act(sites)) done.set(name, (done.get(name) ?? 0) + 1);
    }
    await untilFinal(jobs);
    const statuses = await run.countByStatus();
    const tookS = Math.round((Date.now() - startedAtMs) / 1000);
    await eventually(() => (pilotsLeft(sites) === 0 && ledger.running() === 0 ? true : undefined), 180);
    // The server hears of it by its next polls.
    await eventually(async () => ((await run.openPilots()) === 0 ? true : undefined), 120);

    const figures = {
      jobs,
      statuses,
      failures: await run.failures(),
      payloads: ledger.started(),
      double: ledger.doubles().length,
      disturbances: Object.fromEntries(done),
      pilotsLeft: pilotsLeft(sites),
      tookS,
      seed,
    };
    t.diagnostic(JSON.stringify(figures));
    const report = process.env['WM_TESTBED_REPORT'];
    if (report !== undefined) await writeFile(report, disturbedReport(figures, new Date()));
    assert.deepEqual(ledger.doubles(), [], 'no job had two payloads at once');
    const { Done: good = 0, Failed: failed = 0 } = statuses;
    assert.equal(good + failed, jobs);
    assert.ok(ledger.ended() >= good, 'what is Done had a payload that came to its end');
  });
});
