/** The `ssh` computing element against a real sshd on loopback. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  aPilotLaunch,
  computingElementContract,
  untilStatus,
  type ComputingElement,
  type ComputingElementContext,
} from '@wm/wms-core/computing-contract';
import { elementContext, eventually, openElement, stayingPilot, submitted, unavailable } from './elements.ts';
import { sshdIsMissing, startSshServer, type SshServer } from './sshd.ts';

const skip = sshdIsMissing();

describe('the ssh type and a real sshd', { skip }, () => {
  let server: SshServer;
  before(async () => {
    server = await startSshServer();
  });
  after(() => server.close());

  const opened = (context: ComputingElementContext, more: object = {}, host: object = {}): ComputingElement =>
    openElement('ssh', context, {
      host: {
        address: '127.0.0.1',
        port: server.port,
        user: server.user,
        identityFile: server.identityFile,
        keepConnectionS: 5,
        ...host,
      },
      folder: join(context.folder, 'there'),
      nodeExecutable: process.execPath,
      ...more,
    });

  computingElementContract('ssh', opened, {
    credentialFile: ({ folder }, stamp) => join(folder, 'there', stamp, 'pilot.json'),
  });

  let count = 0;
  let nowMs = Date.now();
  const world = async (pilot = stayingPilot) => {
    count += 1;
    const context = await elementContext(join(server.folder, `ce${count}`), pilot, () => nowMs);
    const there = (stamp: string, name = ''): string => join(context.folder, 'there', stamp, name);
    return { context, folder: context.folder, there };
  };

  it('references name host and port', async () => {
    const { context } = await world();
    const element = opened(context);
    const launch = aPilotLaunch();
    assert.equal(await submitted(element, launch), `ssh://127.0.0.1:${server.port}/${launch.stamp}`);
    await element.kill([launch.stamp], true);
  });

  it('folder and credential on the host are for the account alone', async () => {
    const { context, there } = await world();
    const element = opened(context);
    const launch = aPilotLaunch();
    await submitted(element, launch);
    assert.equal((await stat(there(launch.stamp))).mode & 0o777, 0o700);
    assert.equal((await stat(there(launch.stamp, 'pilot.json'))).mode & 0o777, 0o600);
    await element.kill([launch.stamp], true);
    assert.equal(existsSync(there(launch.stamp, 'work')), false);
  });

  it('the file of the pilot is uploaded once, and again when it is gone or another one', async () => {
    const { context, folder } = await world('process.exit(0)');
    const pilots = async () =>
      (await readdir(join(folder, 'there'))).filter((name) => name.startsWith('pilot-'));
    const element = opened(context);
    await submitted(element);
    const [first = ''] = await pilots();
    const file = join(folder, 'there', first);
    assert.equal(await readFile(file, 'utf8'), 'process.exit(0)');
    const { ino } = await stat(file);
    await submitted(element);
    assert.equal((await stat(file)).ino, ino);
    await rm(file);
    await submitted(element);
    assert.deepEqual(await pilots(), [first]);
    await writeFile(context.pilotFile, 'process.exit(1)');
    await submitted(opened(context));
    assert.equal((await pilots()).length, 2);
  });

  it('a pilot that ignores TERM is ended by force, with payloads that left its session', async () => {
    const { context, there } = await world(`
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => {});
      const payload = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      writeFileSync(process.env.HOME + '/../payload', payload.pid + '\\n');
      setInterval(() => {}, 1000);`);
    const element = opened(context, { killGraceS: 1 });
    const launch = aPilotLaunch();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Running']);
    const payload = await eventually(async () => {
      const text = await readFile(there(launch.stamp, 'payload'), 'utf8').catch(() => '');
      return text.endsWith('\n') ? Number(text) : undefined;
    });
    await element.kill([reference]);
    assert.equal(
      (await readFile(`/proc/${payload}/cmdline`, 'latin1').catch(() => '')).includes('1000'),
      false,
    );
    assert.equal((await element.status([reference])).get(reference)?.status, 'Aborted');
  });

  it('another process that got the number of an ended pilot is neither taken for it nor killed', async () => {
    const { context, there } = await world('process.exit(0)');
    const element = opened(context);
    const launch = aPilotLaunch();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Done']);
    const [, began] = (await readFile(there(launch.stamp, 'pid'), 'utf8')).split(' ');
    await writeFile(there(launch.stamp, 'pid'), `${process.pid} ${began}`);
    assert.equal((await element.status([reference])).get(reference)?.status, 'Done');
    await element.kill([reference], true);
  });

  it('output outlives the pilot for the time set', async () => {
    const { context, there } = await world('console.log("é".repeat(100))');
    const element = opened(context);
    const launch = aPilotLaunch();
    const reference = await submitted(element, launch);
    await untilStatus(element, reference, ['Done']);
    await element.clean();
    assert.equal((await element.output(reference, 10)).stdout.slice(-3), 'éé\n');
    nowMs = Date.now() + 25 * 3_600_000;
    await element.clean();
    nowMs = Date.now();
    assert.equal(existsSync(there(launch.stamp)), false);
    assert.deepEqual(await element.output(reference, 10), { stdout: '', stderr: '' });
  });

  it('a pilot without Node.js says what is missing', async () => {
    const { context } = await world();
    const element = opened(context, { nodeExecutable: '/no/such/node' });
    await assert.rejects(
      element.submit([aPilotLaunch()]),
      unavailable(/there is no \/no\/such\/node in the PATH/),
    );
  });

  it('a hundred pilots are one call, and so are their states', async () => {
    const { context } = await world('process.exit(0)');
    const element = opened(context);
    const launches = Array.from({ length: 100 }, () => aPilotLaunch());
    const verdicts = await element.submit(launches);
    assert.deepEqual(
      verdicts.map(({ stamp, ok }) => [stamp, ok]),
      launches.map(({ stamp }) => [stamp, true]),
    );
    const references = launches.map(({ stamp }) => stamp);
    await eventually(async () =>
      [...(await element.status(references)).values()].every(({ status }) => status === 'Done')
        ? true
        : undefined,
    );
  });

  it('a host that is away makes no pilot change, and it goes on when the host is back', async () => {
    const { context } = await world();
    const element = opened(context, {}, { keepConnectionS: 0 });
    const reference = await submitted(element);
    await server.stop();
    await assert.rejects(element.status([reference]), unavailable(/nothing listens there.*port/));
    await assert.rejects(element.kill([reference]), unavailable(/could not be asked/));
    await assert.rejects(element.submit([aPilotLaunch()]), unavailable(/could not be asked/));
    await server.start();
    await untilStatus(element, reference, ['Running']);
    await element.kill([reference], true);
  });

  it('a folder that is away makes no pilot change', async () => {
    const { context, folder, there } = await world(`
      import { writeFileSync } from 'node:fs';
      writeFileSync(process.env.HOME + '/../begun', '');
      setInterval(() => {}, 1000);`);
    const element = opened(context);
    const launch = aPilotLaunch();
    const reference = await submitted(element, launch);
    // Not before its program is read, which lies there too.
    await eventually(async () => existsSync(there(launch.stamp, 'begun')) || undefined);
    await rename(join(folder, 'there'), join(folder, 'away'));
    await assert.rejects(element.status([reference]), unavailable(/its folder \S+there is not there/));
    await rename(join(folder, 'away'), join(folder, 'there'));
    await untilStatus(element, reference, ['Running']);
    await element.kill([reference], true);
  });

  it('another host key is refused, and what helps is said', async () => {
    const { context, folder } = await world();
    const element = opened(context, {}, { keepConnectionS: 0 });
    await element.ceStatus();
    await server.stop();
    await server.changeHostKey();
    await server.start();
    await assert.rejects(element.ceStatus(), unavailable(/host key is not the known one.*known_hosts/));
    await rm(join(folder, 'known_hosts'));
    assert.equal((await element.ceStatus()).running, 0);
  });

  it('a host that has another key than the configured one is never trusted', async () => {
    const right = opened((await world()).context, {}, { hostKeys: [server.hostKey()] });
    assert.equal((await right.ceStatus()).running, 0);
    const { context } = await world();
    const wrong = opened(
      context,
      {},
      { hostKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] },
    );
    await assert.rejects(wrong.ceStatus(), unavailable(/host key is not the known one/));
  });

  it('a log-in that is refused says what to check', async () => {
    const { context } = await world();
    const stranger = opened(context, {}, { user: 'nobody' });
    await assert.rejects(stranger.ceStatus(), unavailable(/refused the log-in.*authorized_keys/));
  });

  it('a log-in shell may be asked for', async () => {
    const { context } = await world();
    assert.equal((await opened(context, {}, { loginShell: true }).ceStatus()).running, 0);
  });
});
