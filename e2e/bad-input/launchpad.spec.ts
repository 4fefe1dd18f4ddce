/** What can go wrong in the Job Launchpad: told at its place, and nothing is submitted or stored. */
import { randomBytes } from 'node:crypto';
import { untilStatus } from '../world/seed.ts';
import { outputOf } from './archives.ts';
import { expect, test } from './strict-test.ts';
import { jobsOf } from './strict-world.ts';

test('a broken description is marked at its line and column, and cannot be sent', async ({
  openDesktop,
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const before = await jobsOf(user);
  const launchpad = await (await openDesktop(user)).openLaunchpad();
  await launchpad.pasteJdl('JobName = "broken";\nExecutable = "/bin/ls";\nArguments "x";');
  await expect(launchpad.jdlView).toContainText(/1 to mend · line 3: Arguments needs = and a value/);
  await expect(launchpad.jdl.locator('.cm-lintRange-error')).toHaveText('Arguments');
  await expect(launchpad.submitButton).toHaveAttribute('aria-disabled', 'true');
  await expect(launchpad.submitButton).toHaveAccessibleDescription(/Line 3: Arguments needs = and a value/);
  await launchpad.root.page().keyboard.press('ControlOrMeta+Enter');
  await launchpad.pasteJdl('JobName = "mended"; Executable = "/bin/ls"; Site = "EGI.Idle.org";');
  const jobIds = await launchpad.submit();
  expect((await jobsOf(user)).filter((jobId) => !before.includes(jobId))).toEqual(jobIds);
});

test('a description of 10 MB is told the limit, and cannot be sent', async ({ openDesktop, strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const launchpad = await (await openDesktop(user)).openLaunchpad();
  await launchpad.pasteJdl(`Executable = "/bin/ls"; Arguments = "${'x'.repeat(10_000_000)}";`);
  await expect(launchpad.jdlView).toContainText(/larger than 1048576 bytes/);
  await expect(launchpad.submitButton).toHaveAttribute('aria-disabled', 'true');
});

test('an input file that is missing is named, and nothing can be sent before it is there', async ({
  openDesktop,
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const launchpad = await (await openDesktop(user)).openLaunchpad();
  await launchpad.pasteJdl(
    'Executable = "absent.sh"; InputSandbox = {"absent.sh"}; Site = "EGI.Idle.org"; JobName = "absent";',
  );
  await expect(launchpad.files).toContainText('missing: add it here');
  await expect(launchpad.submitButton).toHaveAttribute('aria-disabled', 'true');
  await expect(launchpad.submitButton).toHaveAccessibleDescription(
    /absent\.sh is not here: add the file below/,
  );
  await launchpad.chooseFile({ name: 'absent.sh', text: '#!/bin/sh\n' });
  await expect(launchpad.files).not.toContainText('missing');
  expect(await launchpad.submit()).toHaveLength(1);
});

test('files that are too large are refused with the limit, before and after packing, and nothing is stored', async ({
  openDesktop,
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const [jobs, stored] = [await jobsOf(user), await strict.sandboxFiles()];
  const launchpad = await (await openDesktop(user)).openLaunchpad();
  await launchpad.pasteJdl('JobName = "large"; Executable = "/bin/ls"; Site = "EGI.Idle.org";');
  await launchpad.chooseFile({ name: 'enormous.dat', text: 'x'.repeat(1_200_000) });
  await expect(launchpad.root).toContainText(
    'enormous.dat (1.1 MiB) was refused: all files together may have 1 MiB.',
  );
  await expect(launchpad.files).toHaveCount(0);
  await launchpad.chooseFile({ name: 'noise.dat', text: randomBytes(450_000).toString('base64') });
  await expect(launchpad.files).toContainText('noise.dat');
  await launchpad.submitButton.click();
  await expect(launchpad.root).toContainText(
    /Nothing was submitted. The packed input sandbox has \d+ KiB; at most 256 KiB are allowed/,
  );
  expect(await jobsOf(user)).toEqual(jobs);
  expect(await strict.sandboxFiles()).toEqual(stored);
});

test('a file whose name climbs out is taken by its last part alone', async ({ openDesktop, strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const launchpad = await (await openDesktop(user)).openLaunchpad();
  await launchpad.pasteJdl('JobName = "climbs"; Executable = "/bin/ls"; Site = "EGI.Idle.org";');
  await launchpad.dropFile({ name: '../../.ssh/climbed.txt', text: 'climbed' });
  await expect(launchpad.jdl).toContainText('InputSandbox = {"climbed.txt"};');
  const [jobId = 0] = await launchpad.submit();
  const { files } = await user.client.call('GET /bff/jobs/:jobId/sandbox/:kind', {
    params: { jobId, kind: 'input' },
  });
  expect(files.map(({ name }) => name)).toEqual(['climbed.txt']);
});

test('names in Cyrillic and with quotes travel from the Launchpad to the job and back unchanged', async ({
  openDesktop,
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const launchpad = await (await openDesktop(user)).openLaunchpad();
  const quoted = `it's "quoted" и по-русски.txt`;
  await launchpad.pasteJdl(
    String.raw`JobName = "Опыт"; Executable = "запуск.sh"; StdOutput = "вывод"; OutputSandbox = {"вывод", "it's \"quoted\" и по-русски.txt"}; Site = "EGI.Real.org"; CPUTime = 600;`,
  );
  await launchpad.dropFile({
    name: 'запуск.sh',
    text: '#!/bin/sh\nls\nfor f in it*; do echo more >> "$f"; done\n',
  });
  await launchpad.dropFile({ name: quoted, text: 'что-то\n' });
  await expect(launchpad.files).toHaveCount(2);
  await expect(launchpad.jdl).toContainText(String.raw`"it's \"quoted\" и по-русски.txt"`);
  const [jobId = 0] = await launchpad.submit();
  await untilStatus(strict.url, user, jobId, 'Done', 'Failed');
  const files = await outputOf(strict.url, user, jobId);
  expect(files.get(quoted)?.toString()).toBe('что-то\nmore\n');
  expect(files.get('вывод')?.toString()).toContain(quoted);
});

test('without a proxy nothing is submitted, and the way to one is a click away', async ({
  openDesktop,
  strict,
}) => {
  const user = await strict.visitor();
  const desktop = await openDesktop(user);
  const launchpad = await desktop.openLaunchpad();
  await launchpad.askProxyUntil('Not Valid');
  await launchpad.pasteJdl('JobName = "none"; Executable = "/bin/ls"; Site = "EGI.Idle.org";');
  await launchpad.submitButton.click();
  await expect(launchpad.root).toContainText(
    'Nothing was submitted. No proxy of yours is stored. Get one here, or upload one.',
  );
  expect(await jobsOf(user)).toEqual([]);
  await launchpad.root.getByRole('button', { name: 'Proxy Upload' }).last().click();
  await expect(desktop.window('Proxy Upload')).toBeVisible();
});
