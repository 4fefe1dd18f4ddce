/** The `slurm-rest` computing element against a real slurmrestd on loopback. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
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
import { openCuttingWire } from './cutting-wire.ts';
import { elementContext, eventually, openElement, stayingPilot, submitted, unavailable } from './elements.ts';
import { restIsMissing, startSlurm, type SlurmCluster } from './slurm.ts';

describe('the slurm-rest type and a real slurmrestd', { skip: restIsMissing() }, () => {
  let cluster: SlurmCluster;
  before(async () => {
    cluster = await startSlurm({ hasRest: true });
  });
  after(() => cluster.close());

  const launched = (fields: Parameters<typeof aPilotLaunch>[0] = {}) =>
    aPilotLaunch({ batchQueue: 'short', ...fields });
  const opened = (context: ComputingElementContext, more: object = {}): ComputingElement =>
    openElement('slurm-rest', context, {
      endpoint: cluster.restUrl,
      user: 'root',
      keyFile: cluster.keyFile,
      folder: context.folder,
      nodeExecutable: process.execPath,
      ...more,
    });

  computingElementContract('slurm-rest', opened, { launch: { batchQueue: 'short' } });

  let count = 0;
  let nowMs = (): number => Date.now();
  const world = async (pilot = stayingPilot, more: object = {}) => {
    count += 1;
    const context = await elementContext(join(cluster.folder, `ce${count}`), pilot, () => nowMs());
    const there = (stamp: string, name = ''): string => join(context.folder, stamp, name);
    return { element: opened(context, more), context, there };
  };
  const job = (reference: string): string => reference.split('/').at(-2) ?? '';
  const stateOf = async (element: ComputingElement, reference: string) =>
    (await element.status([reference])).get(reference);

  it('a job asks for what its batch queue promises and carries nothing else', async () => {
    const { element, there } = await world(stayingPilot, { jobFields: { nice: 5 } });
    const launch = launched({ processors: 2, memoryMiB: 700, maxWallTimeS: 601, token: 'x.very-secret' });
    const reference = await submitted(element, launch);
    assert.match(reference, new RegExp(`^slurm-rest://127.0.0.1:\\d+/\\d+/${launch.stamp}$`));
    const text = cluster.run('scontrol', 'show', 'job', job(reference), '-o');
    for (const expected of [
      'JobName=wm-pilot',
      `Comment=${launch.stamp}`,
      'Partition=short',
      'TimeLimit=00:11:00',
      'NumCPUs=2',
      'MinMemoryNode=700M',
      'Requeue=0',
      'Nice=5',
      `WorkDir=${there(launch.stamp).slice(0, -1)}`,
    ])
      assert.ok(text.includes(expected), `${expected} in ${text}`);
    assert.equal((await stat(there(launch.stamp))).mode & 0o777, 0o700);
    assert.equal((await stat(there(launch.stamp, 'pilot.json'))).mode & 0o777, 0o600);
    await untilStatus(element, reference, ['Running']);
    const script = cluster.run('scontrol', 'write', 'batch_script', job(reference), '-');
    assert.equal(script.includes('very-secret'), false);
    await element.kill([reference]);
    await untilKilled(element, reference);
  });

  it('the reason keeps what Slurm says and the exit code of the pilot', async () => {
    const { element } = await world('process.exit(7)');
    const state = await untilStatus(element, await submitted(element, launched()), ['Failed']);
    assert.match(state.reason, /^Slurm: FAILED \(NonZeroExitCode\)\. The pilot ended with exit code 7\.$/);
  });

  it('a pilot that waits says what for, and may be killed', async () => {
    const { element } = await world(stayingPilot, { jobFields: { hold: true } });
    const reference = await submitted(element, launched());
    const state = await stateOf(element, reference);
    assert.equal(state?.status, 'Waiting');
    assert.match(state.reason, /^Slurm: PENDING \(JobHeldUser\)\.$/);
    const { waiting, running } = await element.ceStatus();
    assert.deepEqual({ waiting, running }, { waiting: 1, running: 0 });
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
    ['an unknown partition', { batchQueue: 'nope' }, {}, /[Ii]nvalid partition/],
    ['more memory than a node has', { memoryMiB: 1_000_000 }, {}, /node configuration is not available/],
    ['a partition that is closed', { batchQueue: 'closed' }, {}, /Required partition not available/],
    [
      'a feature that no node has',
      {},
      { jobFields: { constraints: 'el42' } },
      /Invalid feature specification/,
    ],
  ];
  for (const [name, fields, more, expected] of refusals) {
    it(`${name} is refused in Slurm's words, and nothing is left`, async () => {
      const { element, there } = await world(stayingPilot, more);
      const launches = [launched(fields), launched(fields)];
      const [first, second] = await element.submit(launches);
      assert.match(first?.ok === false ? first.reason : 'taken', expected);
      assert.match(second?.ok === false ? second.reason : 'taken', /^Not tried after a failure: /);
      for (const { stamp } of launches) assert.equal(existsSync(there(stamp)), false);
    });
  }

  it('batch queues may have fields of their own, such as another partition', async () => {
    const { element } = await world('process.exit(0)', { queueJobFields: { fast: { partition: 'short' } } });
    await untilStatus(element, await submitted(element, launched({ batchQueue: 'fast' })), ['Done']);
  });

  it('files of pilot and payloads may lie on the worker node, and go with the pilot', async () => {
    const scratch = join(cluster.folder, 'scratch');
    const { element } = await world('console.log(process.env.HOME)', { workFolder: scratch });
    const launch = launched();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Done']);
    const { stdout } = await element.output(reference, 1000);
    assert.equal(stdout.trim(), join(scratch, `wm-${launch.stamp}`));
    assert.equal(existsSync(stdout.trim()), false);
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
    const { element, there, context } = await world();
    const waits = launched();
    const running = await submitted(element, waits);
    const ended = launched();
    await mkdir(there(ended.stamp));
    await writeFile(there(ended.stamp, 'out'), '');
    await element.clean();
    assert.equal(existsSync(there(ended.stamp, 'out')), true);
    nowMs = () => Date.now() + 25 * 3_600_000;
    // Its tokens are of tomorrow as well; those of the file are not.
    const token = cluster.run('scontrol', 'token', 'username=root', 'lifespan=600');
    await writeFile(join(context.folder, 'token'), token);
    await opened(context, { keyFile: undefined, tokenFile: join(context.folder, 'token') }).clean();
    nowMs = () => Date.now();
    assert.equal(existsSync(there(ended.stamp)), false);
    assert.equal(existsSync(there(waits.stamp)), true);
    await element.kill([running]);
    await untilKilled(element, running);
  });

  it('a token that is not taken, and a service that is away, make no pilot change', async () => {
    const { element, context } = await world();
    const reference = await submitted(element, launched());
    await untilStatus(element, reference, ['Running']);
    const wrong = join(context.folder, 'wrong.key');
    await writeFile(wrong, 'x'.repeat(32));
    const stranger = opened(context, { keyFile: wrong });
    const silent = unavailable(/^slurmrestd at http:\S+ does not answer: /);
    await assert.rejects(stranger.status([reference]), silent);
    await assert.rejects(stranger.kill([reference]), silent);
    await assert.rejects(stranger.submit([launched()]), unavailable(/Unspecified error/));
    await cluster.stopRest();
    await assert.rejects(element.status([reference]), unavailable(/does not answer: .*ECONNREFUSED/));
    const launch = launched();
    for (const closed of [stranger, element]) await assert.rejects(closed.submit([launch]), silent);
    assert.equal(existsSync(join(context.folder, launch.stamp)), false);
    await cluster.startRest();
    await eventually(async () => {
      const state = await stateOf(element, reference).catch(() => undefined);
      return state?.status === 'Running' || undefined;
    });
    await element.kill([reference]);
    await untilKilled(element, reference);
  });

  it('a controller that is away makes no pilot change, and orders are refused', async () => {
    const { element } = await world();
    const reference = await submitted(element, launched());
    await untilStatus(element, reference, ['Running']);
    await cluster.stopController();
    const asked = await Promise.allSettled([
      element.status([reference]),
      element.kill([reference]),
      element.submit([launched()]),
    ]);
    await cluster.startController();
    for (const settled of asked)
      assert.match(
        settled.status === 'rejected' ? String(settled.reason) : 'answered',
        /slurmrestd at \S+ does not answer/,
      );
    await untilStatus(element, reference, ['Running']);
    await element.kill([reference]);
    await untilKilled(element, reference);
  });

  it('an order whose answer got lost is neither sent twice nor forgotten', async (t) => {
    const { context, there } = await world();
    const wire = await openCuttingWire(Number(new URL(cluster.restUrl).port));
    t.after(() => wire.close());
    const element = opened(context, { endpoint: `http://127.0.0.1:${wire.port}` });
    const [lost, untried] = [launched(), launched()];
    await element.ceStatus();
    wire.loseAnswerTo('/job/submit');
    const [first, second] = await element.submit([lost, untried]);
    assert.ok(second?.ok === false);
    assert.match(second.reason, /^Not tried after a failure/);
    assert.ok(first?.ok);
    assert.match(first.reference, new RegExp(`^slurm-rest://[^/]+/${lost.stamp}$`));
    assert.equal((await element.submit([lost]))[0]?.ok, false);
    await untilStatus(element, first.reference, ['Running']);
    const comments = cluster.run('squeue', '-h', '-o', '%k').split('\n');
    assert.equal(comments.filter((comment) => comment === lost.stamp).length, 1);
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
    assert.equal((await stateOf(element, launch.stamp))?.status, 'Aborted');
  });

  it('what the queue has forgotten is told by the files or unknown', async () => {
    const { element, there } = await world('process.exit(5)');
    const launch = launched();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Failed']);
    assert.equal((await readFile(there(launch.stamp, 'jobid'), 'utf8')).trim(), job(reference));
    await cluster.forgetJobs();
    const state = await stateOf(element, reference);
    assert.match(state?.reason ?? '', /^The pilot ended with exit code 5\. Slurm does not list its job/);
    await rm(there(launch.stamp, 'rc'));
    assert.equal((await stateOf(element, reference))?.status, 'Unknown');
  });
});
