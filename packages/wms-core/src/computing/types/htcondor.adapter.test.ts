/**
 * The `htcondor` type and commands that answer as those of HTCondor are documented to
 * (`testing/recorded-htcondor.fake.ts`). Nothing here was run against a real HTCondor-CE.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startFakeTokenEndpoint } from '../../testing/fake-token-endpoint.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { ComputingElement, ComputingElementContext, PilotLaunch } from '../computing-element.ts';
import { aPilotLaunch, computingElementContract, untilStatus } from '../computing-element.contract.ts';
import { openComputingElement } from './index.ts';

const fake = join(import.meta.dirname, '..', '..', 'testing', 'recorded-htcondor.fake.ts');
const commands = ['condor_submit', 'condor_q', 'condor_history', 'condor_rm', 'condor_transfer_data'];
const patience = { everyMs: 100, forMs: 30_000 };

/** What a test that failed left running. */
const endJob = (ad: string): void => {
  const { Pid } = JSON.parse(readFileSync(ad, 'utf8')) as { Pid?: number };
  try {
    if (Pid !== undefined) process.kill(-Pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
};

describe('the htcondor type and recorded commands', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'wm-condor-'));
  });
  after(async () => {
    for await (const ad of glob(join(root, '*', 'jobs', '*', 'ad.json'))) endJob(ad);
    await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  /** A CE of its own, found by its commands. */
  const ce = async (name: string) => {
    const state = join(root, name);
    await mkdir(join(state, 'bin'), { recursive: true });
    for (const command of commands)
      await writeFile(
        join(state, 'bin', command),
        `#!/bin/sh\nNODE_COMPILE_CACHE='${root}/compiled' exec '${process.execPath}' '${fake}' '${state}' ${command} "$@"\n`,
        { mode: 0o755 },
      );
    const opened = (context: ComputingElementContext, more: object = {}): ComputingElement =>
      openComputingElement(
        {
          type: 'htcondor',
          queues: {},
          parameters: {
            endpoint: 'ce.example.org',
            tokenFile: '/etc/wm/token',
            binFolder: join(state, 'bin'),
            nodeExecutable: process.execPath,
            ...more,
          },
        },
        context,
      );
    return {
      state,
      opened,
      mishap: (text: string) => writeFile(join(state, 'mishap'), text),
      asked: async () => (await readFile(join(state, 'asked'), 'utf8')).trim().split('\n'),
      jobs: async () => {
        const names = existsSync(join(state, 'jobs')) ? await readdir(join(state, 'jobs')) : [];
        return names.map((id) => join(state, 'jobs', id));
      },
    };
  };

  /** The CE that all runs of the contract share. */
  let shared: Awaited<ReturnType<typeof ce>>;
  before(async () => {
    shared = await ce('shared');
  });
  computingElementContract('htcondor, recorded', (context) => shared.opened(context), { patience });

  let count = 0;
  let nowMs = (): number => Date.now();
  const contextIn = (state: string, pilotFile: string): ComputingElementContext => ({
    site: 'EGI.Test.org',
    name: 'ce',
    folder: join(state, 'own'),
    pilotFile,
    hiddenFolders: [],
    clock: { nowMs: () => nowMs() },
    log: silentLogger,
  });
  const world = async (pilot = 'setInterval(() => {}, 1000);', more: object = {}) => {
    count += 1;
    const there = await ce(`ce${count}`);
    const pilotFile = join(there.state, 'pilot.mjs');
    await writeFile(pilotFile, pilot);
    const context = contextIn(there.state, pilotFile);
    const own = (stamp: string, name = ''): string => join(context.folder, stamp, name);
    return { ...there, element: there.opened(context, more), own };
  };
  const submitted = async (element: ComputingElement, launch: PilotLaunch = aPilotLaunch()) => {
    const [verdict] = await element.submit([launch]);
    assert.ok(verdict?.ok, verdict?.ok === false ? verdict.reason : 'no verdict');
    return verdict.reference;
  };
  const stateOf = async (element: ComputingElement, reference: string) =>
    (await element.status([reference])).get(reference);
  const adOf = async (job: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(job, 'ad.json'), 'utf8')) as Record<string, unknown>;
  const change = async (job: string, values: object) =>
    writeFile(join(job, 'ad.json'), JSON.stringify({ ...(await adOf(job)), ...values }));
  const unavailable = (message: RegExp) => ({ code: 'service.unavailable', message });

  it('pilots that ask for the same are one order, with what the batch queue promises', async () => {
    const { element, asked, jobs, state, own } = await world(undefined, {
      queueSubmitLines: { long: ['batch_queue = verylong'] },
    });
    await writeFile(join(state, 'keep-idle'), '');
    const launches = [
      ...Array.from({ length: 3 }, () => aPilotLaunch({ batchQueue: 'long', maxWallTimeS: 601 })),
      aPilotLaunch({ processors: 4, memoryMiB: 2048, token: 'x.very-secret' }),
    ];
    const verdicts = await element.submit(launches);
    const references = verdicts.map((verdict) => (verdict.ok ? verdict.reference : verdict.reason));
    assert.deepEqual(
      references,
      ['1.0', '1.1', '1.2', '2.0'].map(
        (id, index) => `htcondor://ce.example.org:9619/${id}/${launches[index]?.stamp ?? ''}`,
      ),
    );
    const lines = await asked();
    assert.equal(lines.length, 2);
    assert.match(
      lines[0] ?? '',
      /^condor_submit -terse -pool ce.example.org:9619 -remote ce.example.org .* method=SCITOKENS$/,
    );
    const ads = await Promise.all((await jobs()).toSorted().map(adOf));
    assert.deepEqual(
      ads.map((ad) => [ad['RequestCpus'], ad['RequestMemory'], ad['MaxWallTime'], ad['BatchQueue']]),
      [...Array.from({ length: 3 }, () => [1, 512, 11, 'verylong']), [4, 2048, 1, undefined]],
    );
    assert.equal(JSON.stringify(ads).includes('very-secret'), false);
    for (const { stamp } of launches) {
      assert.equal((await stat(own(stamp))).mode & 0o777, 0o700);
      assert.equal(existsSync(own(stamp, 'pilot.json')), false);
    }
    const states = await element.status(references);
    assert.deepEqual([...new Set([...states.values()].map(({ reason }) => reason))], ['HTCondor: Idle.']);
    assert.deepEqual(await element.ceStatus(), { waiting: 4, running: 0 });
    assert.equal((await asked()).length, 4, 'one question for all of them');
    await element.kill(references);
    assert.deepEqual(await element.ceStatus(), { waiting: 0, running: 0 });
    assert.match(
      (await stateOf(element, references[0] ?? ''))?.reason ?? '',
      /^HTCondor: Removed \(via condor_rm/,
    );
  });

  it('a proxy opens the CE by SSL', async () => {
    const { element, asked } = await world(undefined, {
      tokenFile: undefined,
      proxyFile: '/etc/wm/proxy.pem',
    });
    await element.ceStatus();
    assert.match((await asked())[0] ?? '', /method=SSL$/);
  });

  it('the token of an OAuth client opens the CE by the environment of the commands, and lies nowhere', async () => {
    await using issuer = await startFakeTokenEndpoint(root, 'secret-of-the-ce');
    const { element, asked, state } = await world('console.log(JSON.stringify(process.env))', {
      tokenFile: undefined,
      tokenClient: issuer.tokenClient,
    });
    const reference = await submitted(element);
    await untilStatus(element, reference, ['Failed', 'Done'], patience);
    for (const line of await asked())
      assert.match(line, /method=SCITOKENS bearer=[0-9a-f]{64}$/, 'each of the commands has it');
    assert.equal(issuer.asked, 1);
    const { stdout } = await element.output(reference, 10_000);
    assert.equal(stdout.includes('secret-of-the-ce'), false, 'the pilot has it not');
    for await (const file of glob(join(state, '**'), { withFileTypes: true }))
      if (file.isFile()) {
        const text = await readFile(join(file.parentPath, file.name), 'latin1');
        assert.equal(text.includes('secret-of-the-ce'), false, file.name);
      }
  });

  it('the reason keeps the exit code, and the output comes after the end, once', async () => {
    const { element, asked } = await world("console.log('hello'); console.error('alas'); process.exit(7)");
    const reference = await submitted(element);
    const state = await untilStatus(element, reference, ['Failed', 'Done'], patience);
    assert.equal(state.status, 'Failed');
    assert.match(
      state.reason,
      /^HTCondor: Held 3\/55 \(.*OnExitHold.*\)\. The pilot ended with exit code 7\.$/,
    );
    assert.deepEqual(await element.output(reference, 100), { stdout: 'hello\n', stderr: 'alas\n' });
    assert.deepEqual(await element.output(reference, 4), { stdout: 'llo\n', stderr: 'las\n' });
    assert.equal((await asked()).filter((line) => line.startsWith('condor_transfer_data')).length, 1);
  });

  it('a pilot without Node.js says what is missing', async () => {
    const { element } = await world('// never runs', { nodeExecutable: '/no/such/node' });
    const reference = await submitted(element);
    assert.match(
      (await untilStatus(element, reference, ['Failed'], patience)).reason,
      /exit code 127.*nodeExecutable/,
    );
    assert.match((await element.output(reference, 1000)).stderr, /There is no \/no\/such\/node/);
  });

  it('a pilot that brings its Node.js needs none on the node', async () => {
    const there = await ce('brought');
    const [pilotFile, single] = [join(there.state, 'pilot.mjs'), join(there.state, 'pilot.run')];
    await writeFile(pilotFile, '// never runs');
    await writeFile(single, 'echo "brought $0"; test -s "$WM_PILOT_CONFIG"\n');
    const context: ComputingElementContext = {
      ...contextIn(there.state, pilotFile),
      singlePilotFile: () => Promise.resolve(single),
    };
    const element = there.opened(context, { nodeExecutable: 'bring' });
    const reference = await submitted(element);
    await untilStatus(element, reference, ['Done'], patience);
    assert.match((await element.output(reference, 1000)).stdout, /^brought \S+\/pilot-[0-9a-f]{16}\.run\n$/);
  });

  it('a refusal is told in the words of HTCondor, and nothing is left', async () => {
    const { element, own, mishap, jobs } = await world();
    const greedy = aPilotLaunch({ processors: 65 });
    const [refused, taken] = await element.submit([greedy, aPilotLaunch()]);
    assert.match(
      refused?.ok === false ? refused.reason : 'taken',
      /^Failed to commit job submission into the queue\. SUBMIT_REQUIREMENT: not more than 64 cores$/,
    );
    assert.equal(existsSync(own(greedy.stamp)), false);
    assert.ok(taken?.ok, 'the other order stands');
    await mishap('condor_submit unauthorised');
    const [other] = await element.submit([aPilotLaunch()]);
    assert.match(other?.ok === false ? other.reason : 'taken', /^AUTHENTICATE:1003:Failed to authenticate/);
    assert.equal((await jobs()).length, 1);
    await element.kill([taken.reference]);
  });

  it('an order whose reply got lost is found by its stamp, and not sent twice', async () => {
    const { element, mishap, jobs } = await world();
    await mishap('condor_submit lost-reply');
    const launch = aPilotLaunch();
    const reference = await submitted(element, launch);
    assert.equal(reference, `htcondor://ce.example.org:9619/${launch.stamp}`);
    await mishap('');
    assert.equal((await element.submit([launch]))[0]?.ok, false);
    assert.equal((await jobs()).length, 1);
    await untilStatus(element, reference, ['Running'], patience);
    await element.kill([reference]);
    await untilStatus(element, reference, ['Aborted'], patience);
  });

  it('an order that never became a job waits for a while and is given up then', async () => {
    const { element, mishap, own } = await world();
    await mishap('condor_submit lost');
    const launch = aPilotLaunch();
    const reference = await submitted(element, launch);
    assert.equal((await stateOf(element, reference))?.status, 'Waiting');
    await utimes(own(launch.stamp), 0, 0);
    assert.deepEqual(await stateOf(element, reference), {
      status: 'Aborted',
      reason: 'condor_submit gave no answer, and HTCondor has no job of it.',
    });
  });

  it('a CE that is away makes no pilot change', async () => {
    const { element, mishap } = await world();
    const reference = await submitted(element);
    await mishap('all away');
    const silent = unavailable(
      /HTCondor-CE ce.example.org:9619 does not answer: Failed to connect to queue manager/,
    );
    await assert.rejects(element.status([reference]), silent);
    await assert.rejects(element.kill([reference]), silent);
    await assert.rejects(element.output(reference, 10), silent);
    await assert.rejects(element.ceStatus(), silent);
    await assert.rejects(element.clean(), silent);
    await mishap('');
    await untilStatus(element, reference, ['Running'], patience);
    await element.kill([reference]);
  });

  it('a history that is closed leaves pilots unknown, with its words', async () => {
    const { element, mishap, jobs } = await world();
    const reference = await submitted(element);
    await element.kill([reference]);
    await mishap('condor_history unauthorised');
    const state = await stateOf(element, reference);
    assert.equal(state?.status, 'Unknown');
    assert.match(state.reason, /history is closed: AUTHENTICATE:1003/);
    await mishap('');
    for (const job of await jobs()) await rm(job, { recursive: true });
    assert.deepEqual(await stateOf(element, reference), {
      status: 'Unknown',
      reason: 'HTCondor has no job of it in its queue, nor in its history.',
    });
  });

  it('cleaning removes what nobody will release and what is old, and keeps what waits or runs', async () => {
    const { element, jobs, state, own } = await world();
    await writeFile(join(state, 'keep-idle'), '');
    const launches = Array.from({ length: 5 }, () => aPilotLaunch());
    await element.submit(launches);
    const [idle, hopeless, old, spooling, never] = (await jobs()).toSorted();
    const nowS = Math.floor(Date.now() / 1000);
    const day = nowS - 90_000;
    await change(hopeless ?? '', { JobStatus: 5, HoldReasonCode: 26, HoldReason: 'too much memory' });
    await change(old ?? '', { JobStatus: 4, ExitCode: 0, EnteredCurrentStatus: day });
    await change(spooling ?? '', { JobStatus: 5, HoldReasonCode: 16 });
    await change(never ?? '', { JobStatus: 5, HoldReasonCode: 16, EnteredCurrentStatus: day });
    const told = await element.status(launches.map(({ stamp }) => stamp));
    assert.deepEqual(
      [...told.values()].map(({ status }) => status),
      ['Waiting', 'Aborted', 'Done', 'Waiting', 'Aborted'],
    );
    await element.clean();
    assert.deepEqual(
      [idle, hopeless, old, spooling, never].map((job = '') => existsSync(join(job, 'left'))),
      [false, true, true, false, true],
    );
    nowMs = () => Date.now() + 25 * 3_600_000;
    await element.clean();
    nowMs = () => Date.now();
    assert.deepEqual(
      launches.map(({ stamp }) => existsSync(own(stamp))),
      [true, false, false, true, false],
    );
  });
});
