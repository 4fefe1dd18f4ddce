/** Acting on everything that matches a search: preview, operation, verdicts, and the way back. */
import { expect, test } from '../fixtures.ts';
import { menuItem } from '../pages/desktop.ts';
import { patientJob, submitted } from '../world/seed.ts';

const inGroup = (jdl: string, group: string): string => `${jdl} JobGroup = "${group}";`;

test.describe('Act on many', { tag: '@smoke' }, () => {
  test('everything that matches is killed, and brought back to its place', async ({
    desktop,
    page,
    user,
  }) => {
    const group = `many-${Date.now()}`;
    const jobIds = await submitted(
      user,
      ...Array.from({ length: 30 }, (_, index) => inGroup(patientJob(`Patient ${index}`), group)),
    );
    const monitor = await desktop.openMonitor();
    await monitor.select('Job Group', group);
    await monitor.submitSelectors();
    await expect(monitor.pager).toContainText('of 30');
    await monitor.root.getByRole('columnheader').getByRole('checkbox').check();
    await monitor.bulk.getByRole('button', { name: 'Select all 30 that match' }).click();
    await expect(monitor.bulk).toContainText('All 30 jobs that match');
    await monitor.bulk.getByRole('button', { name: 'Kill' }).click();

    const question = page.getByRole('dialog', { name: 'Kill 30 jobs' });
    const forecast = question.getByRole('table', { name: 'What will happen' });
    await expect(forecast.getByRole('row').filter({ hasText: 'Waiting' })).toContainText('30');
    await question.getByRole('button', { name: 'Kill 30 jobs' }).click();

    const operation = page.getByRole('dialog', { name: 'Kill 30 jobs' });
    await expect(operation.getByText('30 jobs killed')).toBeVisible();
    const verdicts = operation.getByRole('table', { name: 'Verdicts' });
    await expect(verdicts.getByRole('row')).toHaveCount(30);
    await operation.getByRole('button', { name: 'Close', exact: true }).last().click();
    const [first = 0] = jobIds.toReversed();
    await monitor.showsStatus(first, 'Killed');

    await monitor.root.getByRole('button', { name: 'Operations' }).click();
    const list = page.getByRole('dialog', { name: 'Operations' });
    await list
      .getByRole('row')
      .filter({ hasText: '30 jobs killed' })
      .first()
      .getByRole('button', { name: 'Undo' })
      .click();
    await expect(desktop.notifications).toContainText('30 jobs brought back');
    await monitor.showsStatus(first, 'Waiting');
    const details = await monitor.openDetails(first);
    const logging = await details.tab('Logging info');
    await expect(logging.getByRole('row').filter({ hasText: 'Undo' })).toContainText('Waiting');
  });

  test('a deletion asks nothing and is taken back by keyboard', async ({ desktop, page, user }) => {
    const [jobId = 0] = await submitted(user, patientJob('Deleted by mistake'));
    const monitor = await desktop.openMonitor();
    await monitor.choose(jobId, 'Actions', 'Delete');
    await expect(desktop.notifications).toContainText(`Job ${jobId} deleted`);
    await monitor.showsStatus(jobId, 'Deleted');
    await page.keyboard.press('F8');
    await expect(desktop.notifications.getByRole('button', { name: 'Undo' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(desktop.notifications).toContainText('1 job brought back');
    await monitor.showsStatus(jobId, 'Waiting');
  });

  test.describe('as an administrator', () => {
    test.use({ userName: 'iortega', group: 'access_admin', hasProxy: false });

    test('Remove is a choice, and says that it is for good', async ({ desktop, page, user }) => {
      const monitor = await desktop.openMonitor();
      await expect(monitor.pager).toBeVisible();
      const { operations } = await user.client.call('GET /bff/job-operations', {});
      expect(operations).toEqual([]);
      const row = monitor.rows.filter({ has: page.getByRole('gridcell') }).first();
      await row.getByRole('gridcell').nth(1).click({ button: 'right' });
      await menuItem(page, 'Actions').click();
      await expect(menuItem(page, 'Reset')).toBeVisible();
      await expect(menuItem(page, 'Remove…')).toBeVisible();
    });
  });
});
