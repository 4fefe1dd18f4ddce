/**
 * The demonstration on real computing elements, to try by hand: local, SSH, Slurm and ARC on loopback, until Ctrl-C.
 * `npm run testbed`. Sites whose software is not here are left out.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyboxIsMissing, makeImageFolder } from '@wm/pilot/testing/container-images';
import { startServer } from '../world/server.ts';
import { arexIsMissing, startArex } from './arex.ts';
import { everySite, siteNames } from './every-site.ts';
import { writeConfiguration } from './job-run.ts';
import { restIsMissing, slurmIsMissing, startSlurm } from './slurm.ts';
import { sshdIsMissing, startSshServer } from './sshd.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const asked = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});

const missing = slurmIsMissing() || sshdIsMissing();
if (missing !== false) {
  say(`The testbed ${missing}.`);
  process.exit(1);
}

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), 'wm-by-hand-'));
stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
await chmod(folder, 0o755);
const cluster = await startSlurm({ hasRest: restIsMissing() === false });
stack.defer(() => cluster.close());
const sshd = await startSshServer({ SLURM_CONF: cluster.configurationFile });
stack.defer(() => sshd.close());
const arex = arexIsMissing() === false ? await startArex(folder) : undefined;
if (arex !== undefined) stack.defer(() => arex.end());
const image = busyboxIsMissing ? undefined : makeImageFolder();
if (image !== undefined) stack.defer(() => image.remove());
const sites = everySite({ cluster, sshd, ...(arex === undefined ? {} : { arex }) });
const configuration = await writeConfiguration(await mkdtemp(join(folder, 'wm-')), sites);
const server = await startServer({ environment: { WM_CONFIG: configuration } });
stack.defer(() => server.stop());

say(`\n  ${server.url}\n`);
for (const site of Object.keys(sites)) say(`  ${site.padEnd(14)} ${siteNames[site]}`);
if (image !== undefined) say(`\n  An image for ContainerImage: ${image.path}`);
say('\nCtrl-C ends everything.');
await asked;
