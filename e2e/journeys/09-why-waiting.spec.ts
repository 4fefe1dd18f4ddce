/** A job asks for too much and waits: the portal says what, and the mended draft fits before it is submitted. */
import { expect, test } from '../fixtures.ts';
import { shellJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

const hungry = shellJob('Hungry', 'true', 'Memory = 900;');

test.describe('Why is my job waiting?', () => {
  test('a job that asks for too much memory says so, and what would help', async ({ desktop, user }) => {
    const [jobId = 0] = await submitted(user, hungry);
    const monitor = await desktop.openMonitor();
    await monitor.choose(jobId, 'Why is it waiting?');
    const { panel } = monitor.details(jobId);
    await expect(panel).toContainText('No site offers what the job asks for with Memory');
    await expect(panel).toContainText(/Asking for \d+ MiB would open 1 of 1 site/);
    await expect(panel).toContainText('Cannot be estimated. It cannot start as things are.');
    const memory = panel
      .getByRole('table', { name: 'Sites by requirement' })
      .getByRole('row')
      .filter({ hasText: 'Memory' });
    await expect(memory).toContainText('0 of 1');
  });

  test('the launchpad warns before the job is submitted, and is content with less', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.pasteJdl(hungry);
    await expect(launchpad.fits).toHaveText('Does not fit the only site');
    await launchpad.whyNot.click();
    const reasons = launchpad.root.page().getByRole('dialog', { name: 'Where the job fits' });
    await expect(reasons).toContainText('Memory');
    await launchpad.root.page().keyboard.press('Escape');
    await expect(reasons).toBeHidden();
    await launchpad.pasteJdl(hungry.replace('900', '1'));
    await expect(launchpad.fits).toHaveText('Fits the only site');
  });

  test('a draft that cannot be submitted is not asked about', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.pasteJdl('Arguments = "x";');
    await expect(launchpad.root).toContainText('follows when the draft can be submitted');
  });

  test('afterwards the job tells how long it waited', async ({ desktop, user }) => {
    const [jobId = 0] = await submitted(user, shellJob('Quick', 'true'));
    await untilStatus(serverUrl(), user, jobId, 'Done');
    const monitor = await desktop.openMonitor();
    await monitor.choose(jobId, 'Why did it wait?');
    await expect(monitor.details(jobId).panel).toContainText(/Waited (\d+ min )?\d+ s|took it at once/);
  });
});
