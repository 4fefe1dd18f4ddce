/** The `slurm` computing element with its commands behind ssh, and with an accounting database. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
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
import { elementContext, eventually, openElement, stayingPilot, submitted, unavailable } from './elements.ts';
import { accountingIsMissing, slurmIsMissing, startSlurm, type SlurmCluster } from './slurm.ts';
import { sshdIsMissing, startSshServer, type SshServer } from './sshd.ts';

const launched = () => aPilotLaunch({ batchQueue: 'short' });

describe('the slurm type behind a real sshd', { skip: slurmIsMissing() || sshdIsMissing() }, () => {
  let cluster: SlurmCluster;
  let server: SshServer;
  before(async () => {
    cluster = await startSlurm();
    server = await startSshServer({ SLURM_CONF: cluster.configurationFile });
  });
  after(async () => {
    await server.close();
    await cluster.close();
  });

  const opened = (context: ComputingElementContext, host: object = {}): ComputingElement =>
    openElement('slurm', context, {
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
    });

  computingElementContract('slurm over ssh', opened, {
    launch: { batchQueue: 'short' },
    credentialFile: ({ folder }, stamp) => join(folder, 'there', stamp, 'pilot.json'),
  });

  it('a host that is away makes no pilot change', async () => {
    const context = await elementContext(join(cluster.folder, 'away'), stayingPilot);
    const element = opened(context, { keepConnectionS: 0 });
    const reference = await submitted(element, launched());
    assert.match(reference, new RegExp(`^slurm://127.0.0.1:${server.port}/\\d+/`));
    await server.stop();
    await assert.rejects(
      element.status([reference]),
      unavailable(/could not be asked: nothing listens there/),
    );
    await assert.rejects(element.submit([launched()]), unavailable(/could not be asked/));
    await server.start();
    await untilStatus(element, reference, ['Running']);
    await element.kill([reference]);
    await untilKilled(element, reference);
  });
});

describe('the slurm type with accounting', { skip: accountingIsMissing() }, () => {
  let cluster: SlurmCluster;
  before(async () => {
    cluster = await startSlurm({ hasAccounting: true });
  });
  after(() => cluster.close());

  const opened = async (name: string, pilot: string) => {
    const context = await elementContext(join(cluster.folder, name), pilot);
    const parameters = { slurmConf: cluster.configurationFile, nodeExecutable: process.execPath };
    return { context, element: openElement('slurm', context, parameters) };
  };
  const isAccounted = (reference: string, state: RegExp) =>
    eventually(
      () =>
        state.test(cluster.run('sacct', '-nPX', '-j', reference.split('/').at(-2) ?? '', '-o', 'State')) ||
        undefined,
    );

  it('what the queue has forgotten is told by the accounting', async () => {
    const { element, context } = await opened('ended', 'process.exit(5)');
    const ended = await submitted(element, launched());
    await untilStatus(element, ended, ['Failed']);
    const stays = await opened('stays', stayingPilot);
    const killed = await submitted(stays.element, launched());
    await untilStatus(stays.element, killed, ['Running']);
    await stays.element.kill([killed]);
    await untilKilled(stays.element, killed);
    await isAccounted(ended, /FAILED/);
    await isAccounted(killed, /CANCELLED by \d+/);
    await cluster.forgetJobs();
    await rm(join(context.folder, ended.split('/').at(-1) ?? '', 'rc'));
    const states = await element.status([ended, killed]);
    assert.deepEqual(states.get(ended), { status: 'Failed', reason: 'Slurm: FAILED (exit code 5:0).' });
    assert.equal(states.get(killed)?.status, 'Aborted');
    assert.match(states.get(killed)?.reason ?? '', /^Slurm: CANCELLED by \d+/);
  });
});
