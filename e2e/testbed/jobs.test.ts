/** Whole journeys: real jobs, real pilots, a real server, on the server's machine and behind a real Slurm and a real sshd. */
import { after, before, describe, it } from 'node:test';
import { busyboxIsMissing, makeImageFolder } from '@wm/pilot/testing/container-images';
import { everySite, siteNames } from './every-site.ts';
import { JobRun, type SubmittedJob } from './job-run.ts';
import { restIsMissing, slurmIsMissing, startSlurm, type SlurmCluster } from './slurm.ts';
import { sshdIsMissing, startSshServer, type SshServer } from './sshd.ts';

// ARC has a test of its own beside the type's.
const sites = Object.keys(siteNames).filter(
  (site) => site !== 'EGI.Arc.org' && (site !== 'EGI.Rest.org' || restIsMissing() === false),
);

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
    run = await JobRun.start(cluster.folder, everySite({ cluster, sshd }));
    // All sites work at the same time; a minute instead of three.
    for (const site of sites) submitted.set(site, await run.submitEveryJob(site, image?.path));
  });
  after(async () => {
    await run.stop();
    await sshd.close();
    await cluster.close();
    image?.remove();
  });

  for (const site of sites)
    it(`all end as they should on ${siteNames[site]}, also those beyond a limit`, async () => {
      await run.allEndAsExpected(submitted.get(site) ?? []);
    });
});
