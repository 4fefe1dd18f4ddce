/** Pilots of a site in figures, by keyboard: what runs there, and from there to the pilots and their jobs. */
import { expect, test } from '../fixtures.ts';
import { manyPilots } from '../windows/many-pilots.ts';
import { expectAccessible, picture } from '../windows/look.ts';
import { greetingJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

const site = 'EGI.Demo.org';

test('pilots are counted as they move, and found from their site', async ({ desktop, page, user }) => {
  const summary = await desktop.open('Pilot Summary');
  const row = summary.getByRole('row').filter({ hasText: site });
  await expect(row).toContainText(/Good|Idle/);
  const [jobId = 0] = await submitted(user, greetingJob());
  await untilStatus(serverUrl(), user, jobId, 'Done');
  // The column Running counts a pilot, or Done does, without a word of the user.
  await expect(row).toContainText(/[1-9]/);

  await row.getByRole('button', { name: new RegExp(`^Actions on ${site}`) }).press('Enter');
  await page.getByRole('menuitem', { name: 'Show Pilots' }).press('Enter');
  const pilots = desktop.window('Pilot Monitor');
  await expect(pilots.getByRole('row').filter({ hasText: site }).first()).toBeVisible();
});

for (const theme of ['light', 'dark'] as const)
  test.describe(`Sites with troubles, ${theme}`, () => {
    test.use({ theme });

    test('sites unfold to their computing elements, sort, and are selected', async ({ desktop, page }) => {
      await page.route('**/bff/pilots/by-site', (route) => route.fulfill({ json: manyPilots() }));
      const summary = await desktop.open('Pilot Summary');
      const rows = summary.getByRole('table').getByRole('row');
      await expect(rows).toHaveCount(6);
      await expect(summary.getByRole('status').last()).toHaveText('5 sites');
      await summary.getByRole('button', { name: 'Show the 2 parts of EGI.CESNET.cz' }).press('Enter');
      await expect(rows).toHaveCount(8);
      await expect(rows.nth(1)).toContainText('Multiple');
      await expect(rows.nth(3)).toContainText('arc-ce2.cesnet.cz');
      await expect(rows.nth(3)).toContainText('Bad');
      await expectAccessible(page, 'Pilot Summary');
      await picture(page, `pilot-summary-trouble-${theme}-1280`);
      await page.setViewportSize({ width: 1920, height: 1080 });
      await picture(page, `pilot-summary-trouble-${theme}-1920`);

      await summary.getByRole('button', { name: 'Aborted', exact: true }).press('Enter');
      await summary.getByRole('button', { name: 'Aborted', exact: true }).press('Enter');
      await expect(rows.nth(1)).toContainText('EGI.IFAE.es');
      const status = summary.getByRole('combobox', { name: 'Status' });
      await status.fill('Idle');
      await status.press('Enter');
      await expect(summary.getByRole('status').last()).toHaveText('2 of 5 sites');
      await summary.getByRole('button', { name: 'Reset' }).first().press('Enter');
      await expect(rows).toHaveCount(8);

      await rows.nth(1).focus();
      await rows.nth(1).getByRole('button').first().press('Shift+F10');
      await expect(page.getByRole('menuitem', { name: 'Show Jobs' })).toBeVisible();
      await expectAccessible(page, 'Menu of a site', '[role="menu"]');
    });
  });
