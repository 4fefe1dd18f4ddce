/** The desktop at work as the README shows it; walked only when pictures for the documents are wanted. */
import { expect, test } from '../fixtures.ts';
import { endlessJob, failingJob, greetingJob, patientJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { takesTutorialImages, tutorialImage } from '../world/tutorial-images.ts';

test.skip(!takesTutorialImages, 'WM_SCREENSHOTS names no folder');

for (const theme of ['light', 'dark'] as const)
  test.describe(`The desktop, ${theme}`, () => {
    test.use({ theme, viewport: { width: 1920, height: 1080 } });

    test('Job Monitor, Job Launchpad and Proxy Upload side by side', async ({ desktop, page, user }) => {
      const [failed = 0, killed = 0, , running = 0, done = 0] = await submitted(
        user,
        failingJob('FailingOnPurpose'),
        patientJob('Abandoned'),
        patientJob('DeepField'),
        endlessJob('TideModel'),
        greetingJob('Helloworld'),
      );
      await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [killed] } });
      await untilStatus(serverUrl(), user, done, 'Done');
      await untilStatus(serverUrl(), user, failed, 'Failed');
      const monitor = await desktop.openMonitor();
      const launchpad = await desktop.openLaunchpad();
      await launchpad.choose('Mandelbrot');
      await launchpad.askProxyUntil('Valid');
      await launchpad.submit();
      await desktop.openProxyUpload();
      await monitor.showsStatus(running, 'Running');
      const details = await monitor.openDetails(done);
      await expect(details.panel).toContainText('Hello World');
      await desktop.layoutSaved();
      await expect(desktop.notifications.getByRole('button')).toHaveCount(0, { timeout: 20_000 });
      await page.mouse.move(0, 0);
      await expect(page.getByRole('tooltip')).toHaveCount(0);
      await tutorialImage(page, `desktop-${theme}`);
      await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [running] } });
    });
  });
