/** The `slurm` computing element against a real Slurm on loopback. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  aPilotLaunch,
  computingElementContract,
  untilKilled,
  untilStatus,
  type ComputingElement,
  type ComputingElementContext,
} from '@wm/wms-core/computing-contract';
import { elementContext, eventually, openElement, stayingPilot, submitted } from './elements.ts';
import { JobRun } from './job-run.ts';
import { slurmIsMissing, startSlurm, type SlurmCluster } from './slurm.ts';

describe('the slurm type and a real Slurm', { skip: slurmIsMissing() }, () => {
  let cluster: SlurmCluster;
  before(async () => {
    cluster = await startSlurm();
  });
  after(() => cluster.close());

  const launched = (fields: Parameters<typeof aPilotLaunch>[0] = {}) =>
    aPilotLaunch({ batchQueue: 'short', ...fields });
  const opened = (context: ComputingElementContext, more: object = {}): ComputingElement =>
    openElement('slurm', context, {
      slurmConf: cluster.configurationFile,
      nodeExecutable: process.execPath,
      ...more,
    });

  computingElementContract('slurm', opened, { launch: { batchQueue: 'short' } });

  let count = 0;
  let nowMs = (): number => Date.now();
  const world = async (pilot = stayingPilot, more: object = {}) => {
    count += 1;
    const context = await elementContext(join(cluster.folder, `ce${count}`), pilot, () => nowMs());
    const there = (stamp: string, name = ''): string => join(context.folder, stamp, name);
    return { element: opened(context, more), context, there };
  };
  const job = (reference: string): string => reference.split('/').at(-2) ?? '';
  const shown = (reference: string): string => cluster.run('scontrol', 'show', 'job', job(reference), '-o');
  const stateOf = async (element: ComputingElement, reference: string) =>
    (await element.status([reference])).get(reference);

  it('a job asks for what its batch queue promises and carries nothing else', async () => {
    const { element, there } = await world();
    const launch = launched({ processors: 2, memoryMiB: 700, maxWallTimeS: 601, token: 'x.very-secret' });
    const reference = await submitted(element, launch);
    assert.match(reference, new RegExp(`^slurm://[^/]+/\\d+/${launch.stamp}$`));
    const text = shown(reference);
    for (const expected of [
      'JobName=wm-pilot',
      `Comment=${launch.stamp}`,
      'Partition=short',
      'TimeLimit=00:11:00',
      'NumCPUs=2',
      'MinMemoryNode=700M',
      'Requeue=0',
      `WorkDir=${there(launch.stamp).slice(0, -1)}`,
    ])
      assert.ok(text.includes(expected), `${expected} in ${text}`);
    assert.equal((await stat(there(launch.stamp))).mode & 0o777, 0o700);
    assert.equal((await stat(there(launch.stamp, 'pilot.json'))).mode & 0o777, 0o600);
    await untilStatus(element, reference, ['Running']);
    assert.equal(
      cluster.run('scontrol', 'write', 'batch_script', job(reference), '-').includes('very-secret'),
      false,
    );
    await element.kill([reference]);
    await untilKilled(element, reference);
  });

  it('the reason keeps what Slurm says and the exit code of the pilot', async () => {
    const { element } = await world('process.exit(7)');
    const state = await untilStatus(element, await submitted(element, launched()), ['Failed']);
    assert.match(state.reason, /^Slurm: FAILED \(NonZeroExitCode\)\. The pilot ended with exit code 7\.$/);
  });

  it('a pilot that waits says what for, and may be killed', async () => {
    const { element } = await world(stayingPilot, { submitOptions: ['--hold'] });
    const reference = await submitted(element, launched());
    assert.deepEqual(await stateOf(element, reference), {
      status: 'Waiting',
      reason: 'Slurm: PENDING (JobHeldUser).',
    });
    const { waiting, running } = await element.ceStatus();
    assert.deepEqual({ waiting, running }, { waiting: 1, running: 0 });
    await element.kill([reference], true);
    await untilKilled(element, reference);
  });

  it('a pilot that can never start says so, with what would help', async () => {
    const { element } = await world(stayingPilot);
    const reference = await submitted(element, launched({ maxWallTimeS: 7200 }));
    const state = await eventually(async () => {
      const now = await stateOf(element, reference);
      return now?.isHopeless === true ? now : undefined;
    });
    // Slurm checks in two places, each with a word of its own.
    assert.match(
      state.reason,
      /^Slurm: PENDING \(Partition(?:TimeLimit|Config)\)\. .*lower .*maxWallTimeS of the queue\.$/,
    );
    await element.kill([reference], true);
    await untilKilled(element, reference);
  });

  it('tells the processors that are free', async () => {
    const { element } = await world();
    const before = (await element.ceStatus()).slots ?? 0;
    const reference = await submitted(element, launched({ processors: 2 }));
    await untilStatus(element, reference, ['Running']);
    assert.equal((await element.ceStatus()).slots, before - 2);
    await element.kill([reference]);
    await untilKilled(element, reference);
  });

  const refusals: readonly (readonly [string, object, object, RegExp])[] = [
    ['an unknown partition', { batchQueue: 'nope' }, {}, /invalid partition specified: nope/],
    ['more memory than a node has', { memoryMiB: 1_000_000 }, {}, /node configuration is not available/],
    ['a partition that is closed', { batchQueue: 'closed' }, {}, /Required partition not available/],
    [
      'a feature that no node has',
      {},
      { submitOptions: ['--constraint=el42'] },
      /Invalid feature specification/,
    ],
    [
      'an option that sbatch does not know',
      {},
      { submitOptions: ['--no-such-option'] },
      /unrecognized option/,
    ],
  ];
  for (const [name, fields, more, expected] of refusals) {
    it(`${name} is refused in Slurm's words, and nothing is left`, async () => {
      const { element, there } = await world(stayingPilot, more);
      const launches = [launched(fields), launched(fields)];
      const verdicts = await element.submit(launches);
      for (const verdict of verdicts) assert.match(verdict.ok ? 'taken' : verdict.reason, expected);
      for (const { stamp } of launches) assert.equal(existsSync(there(stamp)), false);
    });
  }

  it('batch queues may have options of their own, such as another partition', async () => {
    const { element } = await world('process.exit(0)', {
      queueSubmitOptions: { fast: ['--partition=short'] },
    });
    await untilStatus(element, await submitted(element, launched({ batchQueue: 'fast' })), ['Done']);
  });

  it('files of pilot and payloads may lie on the worker node, and go with the pilot', async () => {
    const scratch = join(cluster.folder, 'scratch');
    const { element, there } = await world('console.log(process.env.HOME)', { workFolder: scratch });
    const launch = launched();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Done']);
    const { stdout } = await element.output(reference, 1000);
    assert.equal(stdout.trim(), join(scratch, `wm-${launch.stamp}`));
    assert.equal(existsSync(stdout.trim()), false);
    assert.equal(existsSync(there(launch.stamp, 'pilot.json')), false);
  });

  it('a pilot without Node.js says what is missing', async () => {
    const { element } = await world(stayingPilot, { nodeExecutable: '/no/such/node' });
    const state = await untilStatus(element, await submitted(element, launched()), ['Failed']);
    assert.match(state.reason, /exit code 127.*nodeExecutable must name a Node.js/);
  });

  it('a pilot gets TERM and may say good-bye', async () => {
    const { element } = await world(`
      process.on('SIGTERM', () => { console.log('good-bye'); process.exit(0); });
      console.log('here');
      setInterval(() => {}, 1000);`);
    const reference = await submitted(element, launched());
    await eventually(async () => (await element.output(reference, 100)).stdout.includes('here') || undefined);
    await element.kill([reference]);
    await untilKilled(element, reference);
    assert.match((await element.output(reference, 100)).stdout, /good-bye/);
  });

  it('output is kept for the time set and jobs of the queue are never touched', async () => {
    const { element, there } = await world();
    const [ended, waits] = [launched(), launched()];
    const reference = await submitted(element, ended);
    await eventually(() => existsSync(there(ended.stamp, 'out')) || undefined);
    await element.kill([reference]);
    await untilKilled(element, reference);
    const running = await submitted(element, waits);
    await element.clean();
    assert.equal(existsSync(there(ended.stamp, 'out')), true);
    nowMs = () => Date.now() + 25 * 3_600_000;
    await element.clean();
    nowMs = () => Date.now();
    assert.equal(existsSync(there(waits.stamp)), true);
    await element.kill([running]);
    await untilKilled(element, running);
  });

  it('a daemon that is down makes no pilot change, and orders are refused', async () => {
    const { element } = await world();
    const reference = await submitted(element, launched());
    await untilStatus(element, reference, ['Running']);
    await cluster.stopController();
    const [status, kill, submit] = await Promise.allSettled([
      element.status([reference]),
      element.kill([reference]),
      element.submit([launched(), launched()]),
    ]);
    await cluster.startController();
    const silent = /Slurm on \S+ does not answer: .*Unable to contact slurm controller/;
    assert.match(status.status === 'rejected' ? String(status.reason) : 'answered', silent);
    assert.match(kill.status === 'rejected' ? String(kill.reason) : 'answered', silent);
    const reasons =
      submit.status === 'fulfilled'
        ? submit.value.map((verdict) => (verdict.ok ? 'taken' : verdict.reason))
        : [];
    assert.match(reasons[0] ?? '', /^Batch job submission failed: Unable to contact slurm controller/);
    assert.match(reasons[1] ?? '', /^Not tried after a failure: .*Unable to contact/);
    await untilStatus(element, reference, ['Running']);
    await element.kill([reference]);
    await untilKilled(element, reference);
  });

  it('an order whose answer got lost is neither sent twice nor forgotten', async () => {
    const { element, there } = await world();
    await element.ceStatus();
    const [lost, untried] = [launched(), launched()];
    cluster.pause();
    const [first, second] = await element.submit([lost, untried]).finally(() => cluster.goOn());
    assert.ok(second?.ok === false);
    assert.match(second.reason, /Not tried.*timed out/);
    assert.ok(first?.ok);
    assert.match(first.reference, new RegExp(`^slurm://[^/]+/${lost.stamp}$`));
    assert.equal((await element.submit([lost]))[0]?.ok, false);
    await untilStatus(element, first.reference, ['Running']);
    const jobs = cluster
      .run('squeue', '-h', '-o', '%k')
      .split('\n')
      .filter((comment) => comment === lost.stamp);
    assert.equal(jobs.length, 1);
    await element.kill([first.reference]);
    await untilKilled(element, first.reference);
    assert.equal(existsSync(there(lost.stamp, 'pilot.json')), false);
  });

  it('an order that never became a job waits for a while and is given up then', async () => {
    const { element, there } = await world();
    const launch = launched();
    await mkdir(there(launch.stamp));
    assert.equal((await stateOf(element, launch.stamp))?.status, 'Waiting');
    await utimes(there(launch.stamp), 0, 0);
    assert.deepEqual(await stateOf(element, launch.stamp), {
      status: 'Aborted',
      reason: 'sbatch gave no answer, and Slurm has no job of it.',
    });
  });

  it('the portal shows what a pilot wrote, as it runs and after its end', async () => {
    const site = 'EGI.Slurm.org';
    const folder = join(cluster.folder, 'portal');
    await mkdir(folder);
    const parameters = {
      slurmConf: cluster.configurationFile,
      folder: join(folder, 'pilots'),
      nodeExecutable: process.execPath,
    };
    const short = { maxWallTimeS: 3600, maxTotalPilots: 1, processors: 1, memoryMiB: 512 };
    const sites = { [site]: { type: 'slurm', parameters, queues: { short } } };
    const run = await JobRun.start(folder, sites, { pilotIdleStopS: 15 });
    try {
      await run.showsPilotOutput(site);
    } finally {
      await run.stop();
    }
  });

  it('a job that starts after it was given up ends by itself', async () => {
    const { element, there } = await world(stayingPilot, { submitOptions: ['--hold'] });
    const launch = launched();
    const reference = await submitted(element, launch);
    await writeFile(there(launch.stamp, 'stop'), '');
    cluster.run('scontrol', 'release', job(reference));
    assert.equal((await untilStatus(element, reference, ['Failed', 'Done', 'Aborted'])).status, 'Failed');
  });

  it('a pilot whose node dies has failed and is not started again', async () => {
    const { element, there } = await world();
    const launch = launched();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Running']);
    const node = /BatchHost=(\w+)/.exec(shown(reference))?.[1] ?? '';
    await cluster.stopNode(node);
    cluster.run('scontrol', 'update', `NodeName=${node}`, 'State=DOWN', 'Reason=test');
    const state = await untilStatus(element, reference, ['Failed']);
    assert.match(state.reason, /^Slurm: NODE_FAIL/);
    await cluster.startNode(node);
    assert.match((await stateOf(element, reference))?.reason ?? '', /NODE_FAIL/);
    assert.equal(existsSync(there(launch.stamp, 'rc')), false);
  });

  it('without accounting, what the queue has forgotten is told by the files or unknown', async () => {
    const { element, there } = await world('process.exit(5)');
    const launch = launched();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Failed']);
    await cluster.forgetJobs();
    assert.deepEqual(await stateOf(element, reference), {
      status: 'Failed',
      reason: 'The pilot ended with exit code 5. Slurm does not list its job any more.',
    });
    await rm(there(launch.stamp, 'rc'));
    assert.equal((await stateOf(element, reference))?.status, 'Unknown');
  });
});
