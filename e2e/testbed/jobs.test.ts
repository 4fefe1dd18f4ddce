/** Whole journeys: real jobs, real pilots, a real server, on the server's machine and behind a real Slurm and a real sshd. */
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { busyboxIsMissing, makeImageFolder } from '@wm/pilot/testing/container-images';
import { JobRun, type Sites, type SubmittedJob } from './job-run.ts';
import { restIsMissing, slurmIsMissing, startSlurm, type SlurmCluster } from './slurm.ts';
import { sshdIsMissing, startSshServer, type SshServer } from './sshd.ts';

const names = {
  'EGI.Local.org': 'the machine of the server',
  'EGI.Ssh.org': 'another host through SSH',
  'EGI.Slurm.org': 'Slurm through its commands',
  'EGI.Far.org': 'Slurm through its commands over SSH',
  ...(restIsMissing() === false ? { 'EGI.Rest.org': 'Slurm through slurmrestd' } : {}),
};

const queuesOf = (maxTotalPilots: number) => ({
  short: {
    maxWallTimeS: 3600,
    processors: 2,
    memoryMiB: 1024,
    maxTotalPilots,
    tags: ['MultiProcessor', 'ContainerFolder'],
  },
});

const sitesOf = (cluster: SlurmCluster, sshd: SshServer): Sites => {
  const host = {
    address: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    identityFile: sshd.identityFile,
    hostKeys: [sshd.hostKey()],
    keepConnectionS: 5,
  };
  const nodeExecutable = process.execPath;
  const slurmConf = cluster.configurationFile;
  const element = (type: string, parameters: object) => ({
    type,
    parameters: { nodeExecutable, ...parameters },
    // The cluster has three nodes, each for one pilot, and those of a site stay idle for a while.
    queues: queuesOf(type.startsWith('slurm') ? 1 : 2),
  });
  return {
    'EGI.Local.org': element('local', {}),
    'EGI.Ssh.org': element('ssh', { host, folder: join(sshd.folder, 'near') }),
    'EGI.Slurm.org': element('slurm', { slurmConf, folder: join(cluster.folder, 'pilots') }),
    ...(cluster.restUrl === ''
      ? {}
      : {
          'EGI.Rest.org': element('slurm-rest', {
            endpoint: cluster.restUrl,
            user: 'root',
            keyFile: cluster.keyFile,
            folder: join(cluster.folder, 'rest-pilots'),
          }),
        }),
    'EGI.Far.org': element('slurm', { host, folder: join(sshd.folder, 'far') }),
  };
};

describe('jobs on real computing elements', { skip: slurmIsMissing() || sshdIsMissing() }, () => {
  let cluster: SlurmCluster;
  let sshd: SshServer;
  let image: ReturnType<typeof makeImageFolder> | undefined;
  let run: JobRun;
  const submitted = new Map<string, readonly SubmittedJob[]>();
  before(async () => {
    image = busyboxIsMissing ? undefined : makeImageFolder();
    cluster = await startSlurm({ hasRest: restIsMissing() === false });
    sshd = await startSshServer({ SLURM_CONF: cluster.configurationFile });
    run = await JobRun.start(cluster.folder, sitesOf(cluster, sshd));
    // All sites work at the same time; a minute instead of three.
    for (const site of Object.keys(names)) submitted.set(site, await run.submitEveryJob(site, image?.path));
  });
  after(async () => {
    await run.stop();
    await sshd.close();
    await cluster.close();
    image?.remove();
  });

  for (const [site, name] of Object.entries(names))
    it(`all end as they should on ${name}, also those beyond a limit`, async () => {
      await run.allEndAsExpected(submitted.get(site) ?? []);
    });
});
