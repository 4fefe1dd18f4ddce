/** A proxy that is gone while jobs need it: the owner is told, and the jobs go on when there is a new one. */
import { expect, test } from '../fixtures.ts';
import { greetingJob, patientJob, submitted, withoutProxies, withProxy } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

test(
  'jobs without a proxy are held, their owner hears of it, and a new proxy lets them go',
  {
    tag: '@smoke',
  },
  async ({ desktop, page, user }) => {
    const monitor = await desktop.openMonitor();
    await submitted(user, patientJob('Keeps the owner in mind'));
    await withoutProxies(user);
    await expect(desktop.notifications).toContainText('Your jobs in access_user are held: no proxy');

    const bell = page.getByRole('banner').getByRole('button', { name: 'Notices, 1 unread' });
    await bell.click();
    const notices = page.getByRole('dialog', { name: 'Notices' });
    await expect(notices.getByRole('listitem')).toContainText(
      'go on by themselves when you upload a new one',
    );
    await expect(notices.getByRole('button', { name: 'Upload a proxy' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(
      page.getByRole('banner').getByRole('button', { name: 'Notices', exact: true }),
    ).toBeVisible();

    await withProxy(serverUrl(), user);
    await page.getByRole('banner').getByRole('button', { name: 'Notices' }).click();
    await expect(page.getByRole('dialog', { name: 'Notices' })).toContainText('Nothing needs your attention');
    await page.keyboard.press('Escape');
    const [jobId = 0] = await submitted(user, greetingJob());
    await monitor.showsStatus(jobId, 'Done');
  },
);
