/** One site for each way to a real computing element of the testbed, as configured. Asked by the jobs' tests and the testbed to try by hand. */
import { join } from 'node:path';
import type { Arex } from './arex.ts';
import type { Sites } from './job-run.ts';
import type { SlurmCluster } from './slurm.ts';
import type { SshServer } from './sshd.ts';

export interface Services {
  readonly cluster: SlurmCluster;
  readonly sshd: SshServer;
  readonly arex?: Arex;
}

/** What a site is, by its name. */
export const siteNames: Readonly<Record<string, string>> = {
  'EGI.Local.org': 'the machine of the server',
  'EGI.Ssh.org': 'another host through SSH',
  'EGI.Slurm.org': 'Slurm through its commands',
  'EGI.Far.org': 'Slurm through its commands over SSH',
  'EGI.Rest.org': 'Slurm through slurmrestd',
  'EGI.Arc.org': 'an ARC CE',
};

const queueOf = (maxTotalPilots: number) => ({
  maxWallTimeS: 3600,
  processors: 2,
  memoryMiB: 1024,
  maxTotalPilots,
  tags: ['MultiProcessor', 'ContainerFolder'],
});

/** The cluster has three nodes, each for one pilot, and those of a site stay idle for a while. */
const element = (type: string, parameters: object, queue = 'short') => ({
  type,
  parameters: { nodeExecutable: process.execPath, ...parameters },
  queues: { [queue]: queueOf(type.startsWith('slurm') ? 1 : 2) },
});

function restSite(cluster: SlurmCluster): Sites {
  if (cluster.restUrl === '') return {};
  const { restUrl: endpoint, keyFile } = cluster;
  const folder = join(cluster.folder, 'rest-pilots');
  return { 'EGI.Rest.org': element('slurm-rest', { endpoint, user: 'root', keyFile, folder }) };
}

function arcSite(arex: Arex | undefined): Sites {
  if (arex === undefined) return {};
  const { endpoint, nodeExecutable } = arex;
  const { proxy: proxyFile, trustFolder: caFolder } = arex.certificates;
  return { 'EGI.Arc.org': element('arc', { endpoint, proxyFile, caFolder, nodeExecutable }, 'fork') };
}

export function everySite({ arex, cluster, sshd }: Services): Sites {
  const host = {
    address: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    identityFile: sshd.identityFile,
    hostKeys: [sshd.hostKey()],
    keepConnectionS: 5,
  };
  const slurmConf = cluster.configurationFile;
  return {
    'EGI.Local.org': element('local', {}),
    // One site gets the pilot that can do without a Node.js of the node.
    'EGI.Ssh.org': element('ssh', { host, folder: join(sshd.folder, 'near'), nodeExecutable: 'bring' }),
    'EGI.Slurm.org': element('slurm', { slurmConf, folder: join(cluster.folder, 'pilots') }),
    ...restSite(cluster),
    'EGI.Far.org': element('slurm', { host, folder: join(sshd.folder, 'far') }),
    ...arcSite(arex),
  };
}
