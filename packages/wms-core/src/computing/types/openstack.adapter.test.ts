/**
 * The `openstack` type and a server that answers as Keystone and Nova are documented to
 * (`testing/recorded-openstack.fake.ts`). Nothing here was run against a real OpenStack.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { silentLogger } from '../../kernel/logger.ts';
import { startFakeOpenstack, type FakeOpenstack } from '../../testing/recorded-openstack.fake.ts';
import type { ComputingElement, ComputingElementContext, PilotLaunch } from '../computing-element.ts';
import { aPilotLaunch, computingElementContract, untilStatus } from '../computing-element.contract.ts';
import { openComputingElement } from './index.ts';

describe('the openstack type and a recorded cloud', () => {
  let root: string;
  let cloud: FakeOpenstack;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'wm-cloud-'));
    cloud = await startFakeOpenstack(join(root, 'machines'));
    await writeFile(join(root, 'credential'), JSON.stringify({ id: 'one', secret: 'right' }));
  });
  after(async () => {
    await cloud.close();
    await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  afterEach(() => {
    cloud.mishap = () => undefined;
    cloud.boots = true;
    cloud.quota = 20;
    cloud.pageSize = 1000;
  });

  const opened = (context: ComputingElementContext, more: object = {}): ComputingElement =>
    openComputingElement(
      {
        type: 'openstack',
        queues: {},
        parameters: {
          authUrl: cloud.authUrl,
          applicationCredentialFile: join(root, 'credential'),
          image: 'image',
          flavor: 'm1.small',
          nodeExecutable: process.execPath,
          ...more,
        },
      },
      context,
    );

  computingElementContract('openstack, recorded', opened);

  let count = 0;
  let aheadMs = 0;
  const world = async (pilot = 'setInterval(() => {}, 1000);', more: object = {}) => {
    count += 1;
    const folder = join(root, `ce${count}`);
    const pilotFile = join(root, `pilot${count}.mjs`);
    await writeFile(pilotFile, pilot);
    const context: ComputingElementContext = {
      site: 'EGI.Test.org',
      name: `ce${count}`,
      folder,
      pilotFile,
      hiddenFolders: [],
      clock: { nowMs: () => Date.now() + aheadMs },
      log: silentLogger,
    };
    cloud.asked.length = 0;
    return { element: opened(context, more), context, folder };
  };
  const submitted = async (element: ComputingElement, launch: PilotLaunch = aPilotLaunch()) => {
    const [verdict] = await element.submit([launch]);
    assert.ok(verdict?.ok, verdict?.ok === false ? verdict.reason : 'no verdict');
    return verdict.reference;
  };
  const stateOf = async (element: ComputingElement, reference: string) =>
    (await element.status([reference])).get(reference);
  const machineOf = (reference: string) => {
    const stamp = reference.slice(-32);
    const machine = [...cloud.machines.values()].find(({ order }) => order.name.endsWith(stamp));
    assert.ok(machine, `no machine of ${stamp}`);
    return machine;
  };
  const unavailable = (message: RegExp) => ({ code: 'service.unavailable', message });

  it('a machine is of the size of its batch queue, and its name and metadata hold the stamp and no secret', async () => {
    cloud.boots = false;
    const { element, context } = await world(undefined, {
      queueFlavors: { big: 'm1.large' },
      networks: ['net-1'],
      keyName: 'key',
    });
    const launch = aPilotLaunch({ batchQueue: 'big', token: 'x.very-secret', maxWallTimeS: 3600 });
    const reference = await submitted(element, launch);
    const { id, order } = machineOf(reference);
    assert.equal(reference, `openstack://${new URL(cloud.authUrl).host}/${id}/${launch.stamp}`);
    const { user_data: data, metadata, ...rest } = order;
    assert.deepEqual(rest, {
      name: `wm-pilot-${launch.stamp}`,
      imageRef: 'image',
      flavorRef: 'm1.large',
      config_drive: true,
      networks: [{ uuid: 'net-1' }],
      key_name: 'key',
    });
    assert.equal(metadata['wm_element'], `EGI.Test.org/${context.name}`);
    const leftS = Number(metadata['wm_ends_at_s']) - Date.now() / 1000;
    assert.ok(leftS > 5300 && leftS <= 5402, String(leftS));
    const script = gunzipSync(Buffer.from(data, 'base64')).toString('utf8');
    assert.match(script, /^shutdown -P \+90 /m);
    assert.deepEqual(await stateOf(element, reference), { status: 'Waiting', reason: 'OpenStack: BUILD.' });
    const { waiting, running } = await element.ceStatus();
    assert.deepEqual({ waiting, running }, { waiting: 1, running: 0 });
    await element.kill([reference], true);
    assert.match((await stateOf(element, reference))?.reason ?? '', /deleted, as asked/);
  });

  it('all pilots are one question a page', async () => {
    cloud.boots = false;
    const { element } = await world();
    const verdicts = await element.submit(Array.from({ length: 5 }, () => aPilotLaunch()));
    const references = verdicts.map((verdict) => (verdict.ok ? verdict.reference : verdict.reason));
    cloud.asked.length = 0;
    cloud.pageSize = 2;
    const states = await element.status(references);
    assert.equal([...states.values()].filter(({ status }) => status === 'Waiting').length, 5);
    assert.ok(cloud.asked.every((line) => line.startsWith('GET /servers/detail?name=wm-pilot-')));
    assert.ok(cloud.asked.length <= 4, cloud.asked.join('\n'));
    await element.kill(references, true);
  });

  it('a machine that has ended tells how on its console, is kept in mind and deleted', async () => {
    const { element } = await world("console.log('hello'); console.error('alas'); process.exit(7)");
    const reference = await submitted(element);
    const { id } = machineOf(reference);
    const state = await untilStatus(element, reference, ['Failed', 'Done']);
    assert.deepEqual(state, {
      status: 'Failed',
      reason: 'OpenStack: SHUTOFF. The pilot ended with exit code 7.',
    });
    assert.equal(cloud.machines.has(id), false);
    cloud.asked.length = 0;
    assert.deepEqual(await stateOf(element, reference), state);
    assert.deepEqual(await element.output(reference, 100), { stdout: 'hello\n', stderr: 'alas\n' });
    assert.deepEqual(await element.output(reference, 3), { stdout: 'lo\n', stderr: 'as\n' });
    assert.deepEqual(cloud.asked, []);
  });

  it('output is there while the machine runs, and kept when it is killed', async () => {
    const { element } = await world("console.log('here'); setInterval(() => {}, 1000);");
    const reference = await submitted(element);
    for (let asked = 0; asked < 500 && (await element.output(reference, 100)).stdout === ''; asked += 1)
      await untilStatus(element, reference, ['Running']);
    assert.equal((await element.output(reference, 100)).stdout, 'here\n');
    await element.kill([reference]);
    assert.equal((await element.output(reference, 100)).stdout, 'here\n');
  });

  it('an image without Node.js is told', async () => {
    const { element } = await world('// never runs', { nodeExecutable: '/no/such/node' });
    const reference = await submitted(element);
    assert.match((await untilStatus(element, reference, ['Failed'])).reason, /exit code 127.*nodeExecutable/);
    assert.match((await element.output(reference, 1000)).stderr, /There is no \/no\/such\/node/);
  });

  it('a quota that is used up is told in the words of OpenStack, and the others are not tried', async () => {
    cloud.boots = false;
    const { element, folder } = await world();
    cloud.quota = cloud.machines.size + 1;
    const launches = Array.from({ length: 3 }, () => aPilotLaunch());
    const [first, second, third] = await element.submit(launches);
    assert.ok(first?.ok);
    const quota = /Quota exceeded for instances: Requested 1/;
    assert.match(second?.ok === false ? second.reason : 'taken', quota);
    assert.match(third?.ok === false ? third.reason : 'taken', /^Not tried after a failure: Quota exceeded/);
    assert.equal(existsSync(join(folder, launches[1]?.stamp ?? '')), false);
    assert.equal((await element.ceStatus()).slots, 0);
    await element.kill([first.reference], true);
    const bad = await world(undefined, { image: 'nope' });
    const [refused] = await bad.element.submit([aPilotLaunch()]);
    assert.match(refused?.ok === false ? refused.reason : 'taken', /^Image nope could not be found\.$/);
  });

  it('a pilot that is too large to be told is refused', async () => {
    const noise = Array.from({ length: 80_000 }, (_, index) => ((index * 2654435761) >>> 8).toString(36));
    const { element } = await world(`// ${noise.join('')}`);
    const [verdict] = await element.submit([aPilotLaunch()]);
    assert.match(verdict?.ok === false ? verdict.reason : 'taken', /has \d+ bytes; OpenStack takes 65535/);
  });

  it('an error of the cloud keeps its words, and its machine goes', async () => {
    cloud.boots = false;
    const { element } = await world();
    const reference = await submitted(element);
    const machine = machineOf(reference);
    machine.status = 'ERROR';
    machine.fault = { message: 'No valid host was found.', code: 500 };
    assert.deepEqual(await stateOf(element, reference), {
      status: 'Failed',
      reason: 'OpenStack: ERROR: No valid host was found.',
    });
    assert.equal(cloud.machines.has(machine.id), false);
  });

  it('an order whose reply got lost is found by its name, and not sent twice', async () => {
    const { element } = await world();
    cloud.mishap = (method, path) =>
      method === 'POST' && path.endsWith('/servers') ? 'cut-after' : undefined;
    const launch = aPilotLaunch();
    const [first, second] = await element.submit([launch, aPilotLaunch()]);
    cloud.mishap = () => undefined;
    assert.ok(first?.ok);
    assert.equal(first.reference, `openstack://${new URL(cloud.authUrl).host}/${launch.stamp}`);
    assert.match(second?.ok === false ? second.reason : 'taken', /^Not tried after a failure/);
    assert.equal((await element.submit([launch]))[0]?.ok, false);
    await untilStatus(element, first.reference, ['Running']);
    assert.equal(
      [...cloud.machines.values()].filter(({ order }) => order.name.endsWith(launch.stamp)).length,
      1,
    );
    await element.kill([first.reference]);
    await untilStatus(element, first.reference, ['Aborted']);
  });

  it('an order that never became a machine waits for a while and is given up then', async () => {
    const { element, folder } = await world();
    cloud.mishap = (method) => (method === 'POST' ? { status: 503, body: {} } : undefined);
    const reference = await submitted(element);
    cloud.mishap = () => undefined;
    assert.equal((await stateOf(element, reference))?.status, 'Waiting');
    await utimes(join(folder, reference.slice(-32)), 0, 0);
    assert.match((await stateOf(element, reference))?.reason ?? '', /gave no answer and has no machine/);
  });

  it('a cloud that is away, or does not let us in, makes no pilot change', async () => {
    const { element, context } = await world();
    const reference = await submitted(element);
    cloud.mishap = () => ({
      status: 503,
      body: { serviceUnavailable: { message: 'maintenance', code: 503 } },
    });
    const silent = unavailable(/^OpenStack at 127.0.0.1:\d+ does not answer: \w+ got 503 maintenance$/);
    const launch = aPilotLaunch();
    for (const ask of [
      () => element.status([reference]),
      () => element.kill([reference]),
      () => element.ceStatus(),
      () => element.clean(),
      () => element.submit([launch]),
    ])
      await assert.rejects(ask, silent);
    cloud.mishap = () => undefined;
    const wrong = join(root, 'wrong');
    await writeFile(wrong, JSON.stringify({ id: 'one', secret: 'wrong' }));
    const refusal = unavailable(/the log-in got 401 The application credential is not valid\./);
    await assert.rejects(opened(context, { applicationCredentialFile: wrong }).status([reference]), refusal);
    await writeFile(wrong, 'no JSON');
    const unreadable = unavailable(/wrong should hold \{"id": "…", "secret": "…"\}/);
    await assert.rejects(opened(context, { applicationCredentialFile: wrong }).ceStatus(), unreadable);
    const gone = opened(context, { authUrl: 'http://127.0.0.1:1/v3' });
    await assert.rejects(gone.status([reference]), unavailable(/does not answer: .*ECONNREFUSED|bad port/));
    await untilStatus(element, reference, ['Running']);
    await element.kill([reference]);
  });

  it('a token that is not taken any more is replaced without a word', async () => {
    const { element } = await world();
    await element.ceStatus();
    const before = cloud.logIns.length;
    await element.ceStatus();
    assert.equal(cloud.logIns.length, before);
    cloud.endTokens();
    await element.ceStatus();
    assert.ok(cloud.logIns.length > before);
  });

  it('a token of EGI Check-in opens the cloud too', async () => {
    const tokenFile = join(root, 'token');
    await writeFile(tokenFile, 'good\n');
    const oidc = { tokenFile, identityProvider: 'egi.eu', projectId: 'project' };
    const { element } = await world(undefined, { applicationCredentialFile: undefined, oidc });
    await element.ceStatus();
    assert.deepEqual(cloud.logIns.at(-1), {
      auth: {
        identity: { methods: ['token'], token: { id: 'unscoped' } },
        scope: { project: { id: 'project' } },
      },
    });
    await writeFile(tokenFile, 'old');
    const other = await world(undefined, { applicationCredentialFile: undefined, oidc });
    await assert.rejects(other.element.ceStatus(), unavailable(/the log-in with egi.eu got 401/));
  });

  it('cleaning deletes machines that ended, are too old or were to be killed, and forgets old records', async () => {
    cloud.boots = false;
    const { element, folder } = await world();
    const verdicts = await element.submit(
      Array.from({ length: 2 }, () => aPilotLaunch({ maxWallTimeS: 100_000 })),
    );
    const [ended = '', waits = ''] = verdicts.map((verdict) => (verdict.ok ? verdict.reference : ''));
    const old = await submitted(element, aPilotLaunch({ maxWallTimeS: 1 }));
    machineOf(ended).status = 'SHUTOFF';
    aheadMs = 3_600_000;
    await element.clean();
    const left = [...cloud.machines.values()].map(({ order }) => order.name.slice(-32));
    assert.deepEqual(left, [waits.slice(-32)]);
    assert.match((await stateOf(element, ended))?.reason ?? '', /no console to tell/);
    assert.match((await stateOf(element, old))?.reason ?? '', /gone/);
    aheadMs = 26 * 3_600_000;
    await element.clean();
    aheadMs = 0;
    assert.deepEqual(
      [ended, old, waits].map((reference) => existsSync(join(folder, reference.slice(-32)))),
      [false, false, true],
    );
    await element.kill([waits], true);
  });
});
