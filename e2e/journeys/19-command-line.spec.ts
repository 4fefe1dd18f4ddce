/** From a terminal alone, but for one look at a browser: log in, submit, see it Done, fetch the output, kill, log out. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleCli } from '@wm/cli/bundle';
import { expect, test } from '../fixtures.ts';
import { DevicePage } from '../pages/device-page.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { endlessJob } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** The one file of the command line, in a folder that is the person's whole home. */
function terminal(cli: string, folder: string) {
  function start(...words: readonly string[]): {
    readonly child: ChildProcess;
    readonly end: Promise<Ended>;
  } {
    const child = spawn(process.execPath, [cli, ...words], {
      cwd: folder,
      env: { XDG_RUNTIME_DIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => lines.push(line));
    const end = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, lines })));
    return { child, end };
  }
  return { start, run: (...words: readonly string[]): Promise<Ended> => start(...words).end };
}

function firstLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('The command has no output.'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('http')) resolve(line);
    });
    child.once('close', () => reject(new Error('The command ended without a link.')));
  });
}

test('a job from log-in to its output, without the portal', async ({ page, user }, info) => {
  const folder = info.outputPath();
  const cli = join(folder, 'dirac.mjs');
  await writeFile(join(folder, 'say.sh'), '#!/bin/sh\necho "Hello $1"\n', { mode: 0o755 });
  await bundleCli(cli);
  const { start, run } = terminal(cli, folder);

  const logIn = start('dirac-login', user.group, '--issuer', serverUrl());
  await page.goto(await firstLink(logIn.child));
  await new StandInPage(page).logInAs(user.userName);
  const device = new DevicePage(page);
  await expect(device.code).toBeVisible();
  await device.approve.click();
  await expect(device.complete).toBeVisible();
  const loggedIn = await logIn.end;
  expect(loggedIn.code, loggedIn.lines.join('\n')).toBe(0);
  expect(loggedIn.lines).toContain(`username     : ${user.userName}`);
  expect(loggedIn.lines).toContain(`DIRAC group  : ${user.group}`);
  const tokenFile = join(folder, `bt_u${process.getuid?.()}`);
  expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);

  await writeFile(
    join(folder, 'hello.jdl'),
    `JobName = "From a terminal"; Executable = "say.sh"; Arguments = "World"; InputSandbox = {"say.sh"};
     StdOutput = "std.out"; StdError = "std.err"; OutputSandbox = {"std.out", "std.err"};`,
  );
  const submitted = await run('dirac-wms-job-submit', 'hello.jdl');
  expect(submitted.code, submitted.lines.join('\n')).toBe(0);
  const id = /^JobID = (\d+)$/.exec(submitted.lines[0] ?? '')?.[1] ?? '';
  await expect
    .poll(async () => (await run('dirac-wms-job-status', id)).lines[0], { timeout: 40_000 })
    .toMatch(new RegExp(`^JobID=${id} Status=Done; MinorStatus=.*; ApplicationStatus=.*; Site=.*;$`));
  const fetched = await run('dirac-wms-job-get-output', id);
  expect(fetched.lines).toEqual([`Job output sandbox retrieved in ${id}/`]);
  expect(await readFile(join(folder, id, 'std.out'), 'utf8')).toBe('Hello World\n');

  await writeFile(join(folder, 'endless.jdl'), endlessJob('To be killed'));
  const endless = await run('dirac-wms-job-submit', 'endless.jdl');
  const endlessId = /^JobID = (\d+)$/.exec(endless.lines[0] ?? '')?.[1] ?? '';
  expect((await run('dirac-wms-job-kill', endlessId)).lines).toEqual([`Killed jobs ${endlessId}`]);

  expect((await run('dirac-logout')).code).toBe(0);
  const after = await run('dirac-wms-job-status', id);
  expect(after.code).toBe(1);
  expect(after.lines[0]).toMatch(/You are not logged in\. Log in first: dirac-login/);
});
