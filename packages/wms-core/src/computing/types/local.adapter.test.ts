import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '../../kernel/logger.ts';
import type { ComputingElement } from '../computing-element.ts';
import { aPilotLaunch, computingElementContract, untilStatus } from '../computing-element.contract.ts';
import { localComputingElement } from './local.adapter.ts';

const opened = (
  context: Parameters<typeof localComputingElement.open>[0],
  killGraceS = 5,
): ComputingElement =>
  localComputingElement.open(context, localComputingElement.parameters.parse({ killGraceS }));

computingElementContract('local', opened);

/** Ignores TERM, and its payload sits in a session of its own, whose number is there whole or not at all. */
const stubbornPilot = `
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
process.on('SIGTERM', () => {});
const payload = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
const number = process.env.HOME + '/../payload';
writeFileSync(number + '.new', String(payload.pid));
renameSync(number + '.new', number);
setInterval(() => {}, 1000);
`;

describe('pilots as local processes', () => {
  let base: string;
  let nowMs = Date.now();
  const context = () => ({
    site: 'EGI.Test.org',
    name: 'ce',
    folder: join(base, 'ce'),
    pilotFile: join(base, 'pilot.mjs'),
    hiddenFolders: [],
    clock: { nowMs: () => nowMs },
    log: silentLogger,
  });
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'wm-local-'));
    await writeFile(join(base, 'pilot.mjs'), stubbornPilot);
  });
  after(() => rm(base, { recursive: true, force: true, maxRetries: 20 }));

  const started = async (element: ComputingElement) => {
    const launch = aPilotLaunch();
    const [verdict] = await element.submit([launch]);
    assert.ok(verdict?.ok);
    const folder = join(base, 'ce', launch.stamp);
    while (!existsSync(join(folder, 'payload')) || !existsSync(join(folder, 'pid'))) await delay(10);
    const payload = Number(await readFile(join(folder, 'payload'), 'utf8'));
    return { reference: verdict.reference, folder, payload };
  };

  const runs = async (pid: number): Promise<boolean> =>
    existsSync('/proc/self')
      ? (await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')) !== ''
      : true;

  it('the file with the credential is for the owner alone', async () => {
    const element = opened(context(), 0);
    const { reference, folder } = await started(element);
    assert.equal((await stat(join(folder, 'pilot.json'))).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    await element.kill([reference]);
  });

  it('a pilot that ignores TERM is ended by force, with payloads that left its session', async () => {
    const element = opened(context(), 0.2);
    const { reference, payload } = await started(element);
    assert.equal(await runs(payload), true);
    await element.kill([reference]);
    assert.equal(await runs(payload), false);
    assert.equal((await element.status([reference])).get(reference)?.status === 'Running', false);
  });

  it('a pilot whose processes were all killed counts as aborted, and its payloads end', async (t) => {
    if (!existsSync('/proc/self')) return t.skip('needs /proc');
    const element = opened(context(), 0);
    const ended = Promise.withResolvers<string>();
    element.onEnd?.(ended.resolve);
    const { reference, folder, payload } = await started(element);
    const shell = Number(await readFile(join(folder, 'pid'), 'utf8'));
    process.kill(-shell, 'SIGKILL');
    assert.equal(await ended.promise, reference);
    assert.equal((await untilStatus(element, reference, ['Aborted'])).status, 'Aborted');
    while (await runs(payload)) await delay(20);
  });

  it('another process that got the number of an ended pilot is not taken for it', async () => {
    const element = opened(context(), 0);
    const { reference, folder } = await started(element);
    await element.kill([reference]);
    await writeFile(join(folder, 'pid'), String(process.pid));
    assert.notEqual((await element.status([reference])).get(reference)?.status, 'Running');
    await element.kill([reference]);
  });

  it('output outlives the pilot for the time set, the working folder does not', async () => {
    const element = opened(context(), 0);
    const { reference, folder } = await started(element);
    await element.kill([reference]);
    assert.equal(existsSync(join(folder, 'work')), false);
    await element.clean();
    assert.equal(existsSync(join(folder, 'out')), true);
    nowMs += 25 * 3_600_000;
    await element.clean();
    assert.equal(existsSync(folder), false);
  });

  it('a stamp that could climb out of the folder is refused', async () => {
    const [verdict] = await opened(context()).submit([aPilotLaunch({ stamp: '../evil' })]);
    assert.equal(verdict?.ok, false);
    assert.equal(existsSync(join(base, 'evil')), false);
  });
});
