/** Several windows and desktops: side by side, kept for the next visit, and awake after the line was dead. */
import { expect, test } from '../fixtures.ts';
import { JobMonitor } from '../pages/job-monitor.ts';
import { failingJob, greetingJob, patientJob, shellJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

test('two Job Monitors stand side by side, each with its own selectors', async ({ desktop, user }) => {
  const [failed = 0, waiting = 0] = await submitted(user, failingJob(), patientJob());
  await untilStatus(serverUrl(), user, failed, 'Failed');
  await desktop.openMonitor();
  await desktop.entry('Job Monitor').click({ modifiers: ['ControlOrMeta'] });
  const [left, right] = [0, 1].map((nth) => new JobMonitor(desktop.window('Job Monitor', nth)));
  if (left === undefined || right === undefined) throw new Error('There are no two monitors.');
  await right.filter.fill(String(failed));
  await right.filter.press('Enter');
  await right.showsExactly([String(failed)]);
  await expect(left.job(waiting)).toBeVisible();
  await expect(right.job(waiting)).toBeHidden();
});

test('windows, their places and their selectors are there again after a reload', async ({
  desktop,
  page,
  user,
}) => {
  const [failed = 0] = await submitted(user, failingJob());
  await desktop.openNotepad();
  const monitor = await desktop.openMonitor();
  await monitor.filter.fill(String(failed));
  await monitor.filter.press('Enter');
  await monitor.showsExactly([String(failed)]);
  const place = await desktop.window('Job Monitor').boundingBox();
  await expect
    .poll(async () => {
      const { documents } = await user.client.call('GET /bff/documents/:kind', {
        params: { kind: 'layout' },
      });
      return JSON.stringify(documents);
    })
    .toContain(String(failed));
  await page.reload();
  await desktop.ready();
  await expect(desktop.window('Notepad')).toBeVisible();
  await monitor.showsExactly([String(failed)]);
  expect(await desktop.window('Job Monitor').boundingBox()).toEqual(place);
});

test('every desktop has its own windows', async ({ desktop, page }) => {
  await desktop.openNotepad();
  await desktop.desktops.getByRole('button', { name: 'New desktop' }).click();
  await page.getByLabel('Name of the desktop').fill('Tides');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(desktop.desktops.getByRole('button', { name: 'Tides' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(desktop.window('Notepad')).toBeHidden();
  await desktop.openMonitor();
  await desktop.desktops.getByRole('button', { name: 'Default' }).click();
  await expect(desktop.window('Notepad')).toBeVisible();
  await expect(desktop.window('Job Monitor')).toBeHidden();
  await desktop.entry('Tides 1 open').click();
  await expect(desktop.window('Job Monitor')).toBeVisible();
});

test('rows that changed while their window was closed are as they are when it opens again', async ({
  desktop,
  user,
}) => {
  const [jobId = 0] = await submitted(user, shellJob('Short', 'sleep 2'));
  const monitor = await desktop.openMonitor();
  await monitor.showsStatus(jobId, 'Running');
  await monitor.root.getByRole('button', { name: 'Close Job Monitor' }).click();
  await expect(monitor.root).toBeHidden();
  await untilStatus(serverUrl(), user, jobId, 'Done');
  const again = await desktop.openMonitor();
  await again.showsStatus(jobId, 'Done');
});

test.describe('without a line to the server', () => {
  test.use({ expectedMessages: [/ERR_INTERNET_DISCONNECTED/] });

  test('rows catch up by themselves when it is back', async ({ context, desktop, user }) => {
    const [waiting = 0] = await submitted(user, patientJob());
    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(waiting, 'Waiting');
    await context.setOffline(true);
    await expect(desktop.lamp('Offline').or(desktop.lamp('Reconnecting'))).toBeVisible();
    await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [waiting] } });
    const [submittedMeanwhile = 0] = await submitted(user, greetingJob());
    await untilStatus(serverUrl(), user, submittedMeanwhile, 'Done');
    await monitor.showsStatus(waiting, 'Waiting');
    await context.setOffline(false);
    await expect(desktop.lamp('Live')).toBeVisible();
    await monitor.showsStatus(waiting, 'Killed');
    await monitor.showsStatus(submittedMeanwhile, 'Done');
  });
});
