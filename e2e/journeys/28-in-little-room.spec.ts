/** On a phone, and in a narrow window, what can be done stays within reach: nothing that acts is cut off at the edge. */
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { expectAccessible, picture } from '../windows/look.ts';
import { patientJob, submitted, withoutProxies } from '../world/seed.ts';

const phone = { width: 390, height: 844 };

const withinReach = (button: Locator): Promise<void> => expect(button).toBeInViewport({ ratio: 1 });

test('ticked jobs are acted on, and an operation is taken back, on a phone', async ({
  desktop,
  page,
  user,
}) => {
  const group = `phone-${Date.now()}`;
  const jobIds = await submitted(
    user,
    ...['One', 'Two'].map((name) => `${patientJob(name)} JobGroup = "${group}";`),
  );
  const monitor = await desktop.openMonitor();
  await monitor.select('Job Group', group);
  await monitor.submitSelectors();
  await monitor.showsExactly(jobIds.map(String));
  await monitor.root.getByRole('columnheader').getByRole('checkbox').check();
  await page.setViewportSize(phone);
  for (const verb of ['Reschedule', 'Kill', 'Delete', 'Clear the selection'])
    await withinReach(monitor.bulk.getByRole('button', { name: verb, exact: true }));
  await withinReach(monitor.pager.getByRole('button', { name: 'Next page' }));
  await withinReach(desktop.switcher.or(page.getByRole('button', { name: user.group })).first());

  await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [...jobIds] } });
  await monitor.root.getByRole('button', { name: 'Operations' }).click();
  const newest = page.getByRole('dialog', { name: 'Operations' }).getByRole('row').nth(1);
  await expect(newest).toContainText(/\d+ s left/);
  await withinReach(newest.getByRole('button', { name: 'Undo' }));
});

test('in a narrow Launchpad the way to a proxy and the match preview are in view', async ({
  desktop,
  page,
  user,
}) => {
  await withoutProxies(user);
  const launchpad = await desktop.openLaunchpad();
  await page.setViewportSize(phone);
  await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Not Valid');
  await withinReach(launchpad.root.getByRole('button', { name: 'Proxy Upload' }));
  await withinReach(launchpad.root.getByRole('button', { name: 'Add Parameters' }));
  await expect(launchpad.fits).toContainText('Fits');
  await withinReach(launchpad.fits);
  await withinReach(launchpad.submitButton);
});

test('on a phone jobs are cards: a tap opens one, its menu acts, and selectors come when they are asked for', async ({
  desktop,
  page,
  user,
}) => {
  const [jobId = 0] = await submitted(user, patientJob('Carried in a pocket'));
  const monitor = await desktop.openMonitor();
  await page.setViewportSize(phone);
  const card = monitor.rows.filter({ hasText: 'Carried in a pocket' });
  for (const word of ['Waiting', 'Pilot Agent Submission', String(jobId)])
    await expect(card).toContainText(word);
  await expect(monitor.root.getByRole('columnheader', { name: 'JobId' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await expectAccessible(page, `Cards of jobs, ${theme}`);
    await picture(page, `job-monitor-phone-${theme}`);
  }

  await card.getByRole('button', { name: `Actions for job ${jobId}` }).click();
  await expect(page.getByRole('menuitem', { name: 'Attributes' })).toBeVisible();
  await page.keyboard.press('Escape');
  const details = monitor.details(jobId);
  await expect(details.root).toHaveCount(0);

  await card.getByText('Carried in a pocket').click();
  await details.root.waitFor();
  await withinReach(details.close);
  await details.close.click();

  await monitor.root.getByRole('button', { name: 'Show Selectors' }).click();
  await monitor.select('Status', 'Done');
  await monitor.submitSelectors();
  await expect(monitor.selectors).toHaveCount(0);
  await expect(card).toHaveCount(0);
});
