/** Whole journeys: real jobs, real pilots, a real server, and sites behind a real Slurm and a real sshd. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { after, before, describe, it } from 'node:test';
import { unpackTar } from 'modern-tar';
import { uploadDemoProxy } from '../world/demo-proxy.ts';
import { logIn, type HttpUser } from '../world/http-user.ts';
import { startServer, type RunningServer } from '../world/server.ts';
import { eventually } from './elements.ts';
import { restIsMissing, slurmIsMissing, startSlurm, type SlurmCluster } from './slurm.ts';
import { sshdIsMissing, startSshServer, type SshServer } from './sshd.ts';

/** The demo with other sites. */
const configurationOf = async (cluster: SlurmCluster, sshd: SshServer): Promise<string> => {
  const demo = await readFile(join(import.meta.dirname, '..', '..', 'config', 'demo.yaml'), 'utf8');
  const [head = ''] = demo.split(/^sites:$/m);
  const tail = /^launchpad:$[^]*/m.exec(demo)?.[0] ?? '';
  const host = {
    address: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    identityFile: sshd.identityFile,
    hostKeys: [sshd.hostKey()],
    keepConnectionS: 5,
  };
  const nodeExecutable = process.execPath;
  const queues = (more: object) => ({
    // The cluster has three nodes, each for one pilot, and those of a site stay idle for a while.
    short: { maxWallTimeS: 3600, processors: 2, memoryMiB: 1024, maxTotalPilots: 1, ...more },
  });
  const element = (type: string, parameters: object) => ({
    vos: ['vo.access.egi.eu'],
    computingElements: {
      [`${type}.testbed`]: {
        type,
        parameters: { nodeExecutable, ...parameters },
        queues: queues({ tags: ['MultiProcessor'] }),
      },
    },
  });
  const far = element('slurm', { host, folder: join(sshd.folder, 'far') }).computingElements['slurm.testbed'];
  const sites = {
    'EGI.Ssh.org': element('ssh', { host, folder: join(sshd.folder, 'near') }),
    'EGI.Slurm.org': element('slurm', {
      slurmConf: cluster.configurationFile,
      folder: join(cluster.folder, 'pilots'),
    }),
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
    'EGI.Far.org': { vos: ['vo.access.egi.eu'], computingElements: { 'far.testbed': far } },
  };
  return `${head}sites: ${JSON.stringify(sites)}\n${tail}`;
};

const descriptionOf = (site: string, more: string): string => `[
  JobName = "Helloworld"; Executable = "/bin/sh"; Arguments = "-c 'echo Hello World'";
  StdOutput = "std.out"; StdError = "std.err"; OutputSandbox = {"std.out", "std.err"}; CPUTime = 600; Site = "${site}"; ${more}
]`;

describe('jobs on sites behind Slurm and ssh', { skip: slurmIsMissing() || sshdIsMissing() }, () => {
  let cluster: SlurmCluster;
  let sshd: SshServer;
  let server: RunningServer;
  let user: HttpUser;
  before(async () => {
    cluster = await startSlurm({ hasRest: restIsMissing() === false });
    sshd = await startSshServer({ SLURM_CONF: cluster.configurationFile });
    const file = join(cluster.folder, 'configuration.yaml');
    await writeFile(file, await configurationOf(cluster, sshd));
    server = await startServer({ environment: { WM_CONFIG: file } });
    user = await logIn(server.url, 'mkolar', 'access_user');
    await uploadDemoProxy(server.url, user);
  });
  after(async () => {
    await server.stop();
    await sshd.close();
    await cluster.close();
  });

  const statusOf = async (jobId: number): Promise<string> => {
    const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
    return `${String(attributes['Status'])} ${String(attributes['Site'])}`;
  };
  const ended = (jobIds: readonly number[]): Promise<readonly string[]> =>
    eventually(async () => {
      const told = await Promise.all(jobIds.map(statusOf));
      return told.every((status) => /^(Done|Failed|Killed|Deleted) /.test(status)) ? told : undefined;
    });
  const outputOf = async (jobId: number): Promise<string> => {
    const sandbox = await user.client.call('GET /bff/jobs/:jobId/sandbox/:kind', {
      params: { jobId, kind: 'output' },
    });
    const response = await fetch(new URL(sandbox.archives[0]?.url ?? '', server.url));
    const entries = await unpackTar(gunzipSync(Buffer.from(await response.arrayBuffer())));
    return new TextDecoder().decode(entries.find(({ header }) => header.name === 'std.out')?.data);
  };

  const sites = [
    ['EGI.Ssh.org', false],
    ['EGI.Slurm.org', false],
    ['EGI.Far.org', false],
    ['EGI.Rest.org', restIsMissing()],
  ] as const;
  for (const [site, skip] of sites) {
    it(`a job, a sweep of four and a job on two processors end on ${site}`, { skip }, async () => {
      const orders = [
        [descriptionOf(site, ''), descriptionOf(site, 'NumberOfProcessors = 2;')],
        [descriptionOf(site, 'Parameters = 4;')],
      ];
      const jobIds: number[] = [];
      for (const body of orders) {
        const jobs = await user.client.call('POST /api/jobs/jdl', { body });
        jobIds.push(...jobs.map(({ JobID }) => JobID));
      }
      assert.equal(jobIds.length, 6);
      assert.deepEqual(
        await ended(jobIds),
        Array.from(jobIds, () => `Done ${site}`),
      );
      for (const jobId of jobIds) assert.equal(await outputOf(jobId), 'Hello World\n');
    });
  }
});
