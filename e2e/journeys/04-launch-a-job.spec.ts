/** Step 4 of the tutorial: Proxy Status, the job list, form and JDL, input sandbox, Submit. */
import { expect, test } from '../fixtures.ts';
import { JobMonitor } from '../pages/job-monitor.ts';
import { inputAndOutputSandbox, simpleJob, testJobScript } from '../world/egi-guide.ts';
import { withoutProxies, withProxy } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { tutorialImage } from '../world/tutorial-images.ts';

test.describe('Launch a job', { tag: '@smoke' }, () => {
  test('Helloworld goes from Proxy Status to a green Done', async ({ desktop, page, user }) => {
    await withoutProxies(user);
    const launchpad = await desktop.openLaunchpad();
    await launchpad.askProxyUntil('Not Valid');
    await withProxy(serverUrl(), user);
    await launchpad.askProxyUntil('Valid');
    await launchpad.choose('Helloworld');
    await expect(launchpad.field('Executable *')).toHaveValue('/bin/echo');
    await expect(launchpad.field('Arguments')).toHaveValue('Hello World');
    await expect(launchpad.jdl).toContainText('Executable = "/bin/echo";');
    await tutorialImage(page, 'tutorial-3-launchpad');
    const [jobId = 0] = await launchpad.submit();
    await launchpad.showJob.click();
    const monitor = new JobMonitor(desktop.window('Job Monitor'));
    await monitor.showsStatus(jobId, 'Done');
  });

  test('form and JDL say the same, whichever is changed', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Helloworld');
    await launchpad.field('Arguments').fill('Hello Moon');
    await expect(launchpad.jdl).toContainText('Arguments = "Hello Moon";');
    await launchpad.pasteJdl('JobName = "Tide"; Executable = "/bin/date"; Arguments = "-u";');
    await expect(launchpad.field('JobName')).toHaveValue('Tide');
    await expect(launchpad.field('Arguments')).toHaveValue('-u');
    await launchpad.pasteJdl('JobName = "Tide";\nExecutable = ;');
    await expect(launchpad.jdlView).toContainText(/line 2/);
    await expect(launchpad.submitButton).toHaveAttribute('aria-disabled', 'true');
  });

  test('parameters are added by name and shown in the JDL', async ({ desktop, page }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Helloworld');
    await launchpad.root.getByRole('button', { name: 'Add Parameters' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'JobGroup' }).click();
    await page.keyboard.press('Escape');
    await launchpad.field('JobGroup').fill('tides');
    await expect(launchpad.jdl).toContainText('JobGroup = "tides";');
  });

  test('what few jobs need stands in menus of its own, with the limits that hold', async ({
    desktop,
    page,
  }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Helloworld');
    await launchpad.root.getByRole('button', { name: 'Add Parameters' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'WallTime' }).click();
    await page.getByRole('menuitem', { name: 'More on resources' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'GPUMemory' }).press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await launchpad.field('GPUMemory [GB]').fill('40');
    await expect(launchpad.jdl).toContainText('GPUMemory = 40;');
    await expect(launchpad.root).toContainText('From 60 to 1080000.');
    await launchpad.field('WallTime [s]').fill('5');
    await expect(launchpad.root).toContainText(
      'WallTime must be from 60 to 1080000 s, not 5 (minWallTimeS for access_user).',
    );
    await expect(launchpad.submitButton).toHaveAttribute('aria-disabled', 'true');
  });

  test('the two jobs of the EGI guide run unchanged', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.pasteJdl(simpleJob);
    const [simple = 0] = await launchpad.submit();
    await launchpad.pasteJdl(inputAndOutputSandbox);
    await expect(launchpad.files).toContainText('missing: add it here');
    await launchpad.chooseFile({ name: 'testJob.sh', text: testJobScript });
    await expect(launchpad.files).not.toContainText('missing');
    const [withSandbox = 0] = await launchpad.submit();
    expect(withSandbox).toBeGreaterThan(simple);

    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(simple, 'Done');
    await monitor.showsStatus(withSandbox, 'Done');
    const details = await monitor.openDetails(withSandbox);
    await details.view('StdOut');
    await expect(details.panel).toContainText('testJob.sh');
  });

  test('a file dropped on the input sandbox travels with the job', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.pasteJdl(
      'JobName = "Dropped"; Executable = "/bin/cat"; Arguments = "note.txt"; StdOutput = "StdOut"; OutputSandbox = {"StdOut"};',
    );
    await launchpad.dropFile({ name: 'note.txt', text: 'brought by the mouse\n' });
    await expect(launchpad.files).toContainText('note.txt');
    await expect(launchpad.jdl).toContainText('InputSandbox = {"note.txt"};');
    const [jobId = 0] = await launchpad.submit();
    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(jobId, 'Done');
    const details = await monitor.openDetails(jobId);
    await details.view('StdOut');
    await expect(details.panel).toContainText('brought by the mouse');
  });
});

test.describe('The other sets of the job list', () => {
  test('a script travels in the input sandbox', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Shell script');
    await expect(launchpad.files).toContainText('testJob.sh');
    const [jobId = 0] = await launchpad.submit();
    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(jobId, 'Done');
    const details = await monitor.openDetails(jobId);
    await details.view('StdOut');
    await expect(details.panel).toContainText('Host:');
  });

  test('a sweep becomes ten jobs, each with its own value', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Parametric sweep');
    await expect(launchpad.sweep).toContainText('Sweep_0');
    const jobIds = await launchpad.submit();
    expect(jobIds).toHaveLength(10);
    await launchpad.showJob.click();
    const monitor = new JobMonitor(desktop.window('Job Monitor'));
    await monitor.showsExactly(jobIds.map(String));
    for (const jobId of jobIds) await monitor.showsStatus(jobId, 'Done');
    const [, second = 0] = jobIds;
    const details = await monitor.openDetails(second);
    await details.view('StdOut');
    await expect(details.panel).toContainText('Job number 1 squares 2: 4');
  });

  test('the picture of the Mandelbrot set is looked at in the portal', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Mandelbrot');
    const [jobId = 0] = await launchpad.submit();
    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(jobId, 'Done');
    const details = await monitor.openDetails(jobId);
    await details.view('mandelbrot.png');
    const picture = details.panel.getByRole('img', { name: 'mandelbrot.png' });
    await expect(picture).toHaveJSProperty('naturalWidth', 640);
  });

  test('a job for two processors gets two', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Multicore');
    const [jobId = 0] = await launchpad.submit();
    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(jobId, 'Done');
    const details = await monitor.openDetails(jobId);
    await details.view('StdOut');
    await expect(details.panel).toContainText('This job may use 2 processors.');
  });

  test('a job that fails on purpose ends Failed and shows its exit code', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Failing on purpose');
    const [jobId = 0] = await launchpad.submit();
    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(jobId, 'Failed');
    await expect(monitor.job(jobId)).toContainText('Application Finished With Errors');
    const details = await monitor.openDetails(jobId);
    await expect(details.panel).toContainText('Exited with status 3');
    await details.view('StdErr');
    await expect(details.panel).toContainText('This job gives up on purpose.');
  });
});
