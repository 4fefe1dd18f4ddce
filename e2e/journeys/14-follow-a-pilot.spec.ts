/** A pilot's output grows under the reader's eyes, is marked at its end, and is found from the job afterwards. */
import { expect, test } from '../fixtures.ts';
import { expectAccessible, picture } from '../windows/look.ts';
import { greetingJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

const outputRoute = '**/bff/pilots/*/output**';

test('from a job to the log of its pilot, and from there to the pilot and its jobs', async ({
  desktop,
  page,
  user,
}) => {
  const [jobId = 0] = await submitted(user, greetingJob());
  await untilStatus(serverUrl(), user, jobId, 'Done');
  const monitor = await desktop.openMonitor();
  await monitor.choose(jobId, 'Pilot', 'Get log');
  const dialog = page.getByRole('dialog', { name: /^Pilot / });
  await expect(dialog.getByRole('region', { name: 'Pilot log' })).toContainText(String(jobId));
  await dialog.getByRole('button', { name: 'Show pilot' }).press('Enter');
  const pilots = desktop.window('Pilot Monitor');
  await expect(pilots.getByRole('row')).toHaveCount(2);
  await pilots.getByRole('row').nth(1).dblclick();
  await page.getByRole('dialog').getByRole('button', { name: 'Show its jobs' }).press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(monitor.job(jobId)).toBeVisible();
});

for (const theme of ['light', 'dark'] as const)
  test.describe(`Output, ${theme}`, () => {
    test.use({ theme });

    test('it follows the pilot while the dialog is open, to its end', async ({ desktop, page, user }) => {
      const [jobId = 0] = await submitted(user, greetingJob());
      await untilStatus(serverUrl(), user, jobId, 'Done');
      const lines = ['Checking the node', 'Asking for a job', `Running job ${jobId}`];
      let isEnded = false;
      let shown = 1;
      let asked = 0;
      await page.route(outputRoute, async (route) => {
        asked += 1;
        const known = new URL(route.request().url()).searchParams.get('known');
        const version = `${isEnded ? 'e' : 'a'}${String(shown)}`.padEnd(32, '0');
        const stdout = `${lines.slice(0, shown).join('\n')}\n`;
        await route.fulfill({
          json: {
            version,
            status: isEnded ? 'Done' : 'Running',
            statusReason: isEnded ? 'No more jobs' : 'Matched a job',
            endedAt: isEnded ? '2026-11-26T20:00:00.000Z' : null,
            source: isEnded ? 'kept' : 'live',
            remark: null,
            texts: known === version ? null : { stdout, stderr: '', log: '' },
          },
        });
      });
      await page.clock.install();
      const monitor = await desktop.openMonitor();
      await monitor.choose(jobId, 'Pilot', 'Get StdOut');
      const dialog = page.getByRole('dialog', { name: /^Pilot / });
      const text = dialog.getByRole('region', { name: 'StdOut' });
      await expect(text).toContainText('Checking the node');
      await expect(dialog.getByRole('status').first()).toContainText('more may come');
      await expectAccessible(page, 'Output of a running pilot');
      await picture(page, `pilot-output-live-${theme}-1280`);

      shown = 2;
      await page.clock.runFor(3100);
      await expect(text).toContainText('Asking for a job');
      shown = 3;
      isEnded = true;
      await page.clock.runFor(3100);
      await expect(text).toContainText(`Running job ${jobId}`);
      await expect(dialog.getByRole('status').first()).toContainText('This is the end of it.');
      await expectAccessible(page, 'Output of an ended pilot');
      await picture(page, `pilot-output-end-${theme}-1280`);

      isEnded = false;
      await dialog.getByRole('button', { name: 'Close' }).last().press('Enter');
      await expect(dialog).toHaveCount(0);
      const askedWhileOpen = asked;
      await page.clock.runFor(120_000);
      expect(asked, 'nobody looks: nobody asks').toBe(askedWhileOpen);
    });

    test('where nothing comes a sentence says why', async ({ desktop, page, user }) => {
      const [jobId = 0] = await submitted(user, greetingJob());
      await untilStatus(serverUrl(), user, jobId, 'Done');
      await page.route(outputRoute, (route) =>
        route.fulfill({
          json: {
            version: 'a'.repeat(32),
            status: 'Running',
            statusReason: 'Registered from node7.example.org',
            endedAt: null,
            source: 'live',
            remark:
              'The computing element gave nothing yet; some give output only after the end. The pilot log is written as it runs.',
            texts: { stdout: '', stderr: '', log: 'Asking for a job\n' },
          },
        }),
      );
      const monitor = await desktop.openMonitor();
      await monitor.choose(jobId, 'Pilot', 'Get StdErr');
      const dialog = page.getByRole('dialog', { name: /^Pilot / });
      await expect(dialog.getByRole('note')).toContainText('only after the end');
      await expectAccessible(page, 'Output that is not there');
      await picture(page, `pilot-output-none-${theme}-1280`);
      await dialog.getByRole('button', { name: 'Pilot log' }).press('Enter');
      await expect(dialog.getByRole('region', { name: 'Pilot log' })).toContainText('Asking for a job');
      await expect(dialog.getByRole('note')).toHaveCount(0);
    });
  });
