/** A certificate on the person's own computer: a proxy made and stored from a terminal, without a log-in; then jobs run. */
import { spawn } from 'node:child_process';
import { copyFile, chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleCli } from '@wm/cli/bundle';
import { expect, test } from '../fixtures.ts';
import { JobLaunchpad } from '../pages/job-launchpad.ts';
import { JobMonitor } from '../pages/job-monitor.ts';
import { withoutProxies } from '../world/seed.ts';
import { dataFolder, serverUrl } from '../world/server-under-test.ts';

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const authority = join('demo-authority', 'trust');

/** The one file of the command line, in a folder that is the person's whole home. */
const run = (cli: string, folder: string, ...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const certificate = join(folder, 'usercert.pem');
    const child = spawn(process.execPath, [cli, ...words], {
      cwd: folder,
      env: {
        WM_URL: serverUrl(),
        HOME: folder,
        XDG_RUNTIME_DIR: folder,
        X509_USER_CERT: certificate,
        X509_USER_KEY: certificate,
        X509_USER_PROXY: join(folder, 'proxy.pem'),
        X509_CERT_DIR: join(dataFolder(), authority),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (output += part.toString('utf8')));
    child.once('close', (code) => resolve({ code, output }));
  });

test.use({ hasProxy: false });

test('a proxy stored from a terminal lets a job run', async ({ desktop, user }, info) => {
  await withoutProxies(user);
  const folder = info.outputPath();
  const cli = join(folder, 'dirac.mjs');
  const certificate = join(folder, 'usercert.pem');
  await bundleCli(cli);
  await copyFile(join(dataFolder(), 'demo-authority', `${user.userName}.pem`), certificate);
  await chmod(certificate, 0o600);

  const made = await run(cli, folder, 'dirac-proxy-init', '-g', user.group, '-U');
  expect(made.code, made.output).toBe(0);
  expect(made.output).toContain(`DIRAC group  : ${user.group}`);
  expect(made.output).toContain('Proxies uploaded:');
  expect((await stat(join(folder, 'proxy.pem'))).mode & 0o777).toBe(0o600);
  const checked = await run(cli, folder, 'dirac-proxy-info', '-v', '-m');
  expect(checked.code, checked.output).toBe(0);
  expect(checked.output).toContain('== Proxies uploaded ==');

  await desktop.open('Job Launchpad');
  const launchpad = new JobLaunchpad(desktop.window('Job Launchpad'));
  const [jobId = 0] = await launchpad.submit();
  await launchpad.showJob.click();
  await new JobMonitor(desktop.window('Job Monitor')).showsStatus(jobId, 'Done');

  const gone = await run(cli, folder, 'dirac-proxy-destroy', '-a');
  expect(gone.output).toContain('Local proxy deleted.');
  expect((await user.client.call('GET /bff/proxies/status', {})).reason).toBe('NONE');
});
