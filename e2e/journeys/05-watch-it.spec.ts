/** Step 5 of the tutorial: the Job Monitor, its selectors, live rows, details and actions. */
import { expect, test } from '../fixtures.ts';
import { menuItem } from '../pages/desktop.ts';
import {
  endlessJob,
  failingJob,
  greetingJob,
  patientJob,
  shellJob,
  submitted,
  untilStatus,
} from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

test.describe('Watch it', { tag: '@smoke' }, () => {
  test('a row goes to Done under the eyes, without reload', async ({ desktop, page, user }) => {
    const monitor = await desktop.openMonitor();
    await expect(monitor.pager).toBeVisible();
    let visits = 0;
    page.on('framenavigated', () => (visits += 1));
    const [jobId = 0] = await submitted(user, greetingJob());
    await expect(monitor.job(jobId)).toBeVisible();
    await monitor.showsStatus(jobId, 'Done');
    expect(visits, 'the page was not loaded again').toBe(0);
  });

  test('selectors narrow the rows when Submit is pressed', async ({ desktop, user }) => {
    const group = `tides-${Date.now()}`;
    const inGroup = (jdl: string): string => `${jdl} JobGroup = "${group}";`;
    const [failed = 0, waiting = 0] = await submitted(user, inGroup(failingJob()), inGroup(patientJob()));
    await untilStatus(serverUrl(), user, failed, 'Failed');
    const monitor = await desktop.openMonitor();
    await monitor.select('Job Group', group);
    await monitor.submitSelectors();
    await monitor.showsExactly([String(failed), String(waiting)]);
    await monitor.select('Status', 'Failed');
    await expect(monitor.job(waiting), 'not before Submit').toBeVisible();
    await monitor.submitSelectors();
    await monitor.showsExactly([String(failed)]);
    await monitor.resetSelectors();
    await expect(monitor.job(waiting)).toBeVisible();
  });

  test('rows are sorted by the server and paged', async ({ desktop, user }) => {
    const [first = 0, second = 0] = await submitted(user, patientJob('Aardvark'), patientJob('Zebra'));
    const monitor = await desktop.openMonitor();
    await monitor.filter.fill(`${first},${second}`);
    await monitor.filter.press('Enter');
    await monitor.showsExactly([String(first), String(second)]);
    const firstRow = monitor.root.getByRole('row').filter({ has: monitor.root.page().getByRole('gridcell') });
    await expect(firstRow.first()).toContainText('Zebra');
    await monitor.root.getByRole('columnheader', { name: 'JobId' }).click();
    await expect(firstRow.first()).toContainText('Aardvark');
  });

  test('the details hold everything about one job', async ({ desktop, user }) => {
    const [jobId = 0] = await submitted(user, greetingJob('Detailed'));
    await untilStatus(serverUrl(), user, jobId, 'Done');
    const monitor = await desktop.openMonitor();
    const details = await monitor.openDetails(jobId);
    await expect(details.root).toContainText('Execution Complete');
    await expect(await details.tab('JDL')).toContainText('Detailed');
    await expect(await details.tab('Attributes')).toContainText('OwnerGroup');
    await expect(await details.tab('Parameters')).toContainText('HostName');
    const logging = await details.tab('Logging info');
    for (const status of ['Received', 'Waiting', 'Matched', 'Running', 'Done'])
      await expect(logging.getByRole('row').filter({ hasText: status }).first()).toBeVisible();
    await expect(await details.tab('StdOut')).toContainText('Hello World');
    await details.close.click();
    await expect(details.root).toBeHidden();
  });

  test('Peek follows the output of a running job, Kill ends it', async ({ desktop, page, user }) => {
    const [jobId = 0] = await submitted(user, endlessJob());
    const monitor = await desktop.openMonitor();
    await monitor.showsStatus(jobId, 'Running');
    await monitor.choose(jobId, 'Peek StandardOutput');
    const { panel } = monitor.details(jobId);
    await expect(panel).toContainText('tick 1');
    await expect(panel, 'the tail grows by itself').toContainText('tick 5');

    await monitor.choose(jobId, 'Actions', 'Kill');
    const question = page.getByRole('dialog', { name: `Kill job ${jobId}` });
    await expect(question).toContainText('Will be killed');
    await question.getByRole('button', { name: `Kill job ${jobId}` }).click();
    await expect(desktop.notifications).toContainText(`Job ${jobId} killed`);
    await monitor.showsStatus(jobId, 'Killed');
  });

  test('a failed job is rescheduled, then deleted', async ({ desktop, user }) => {
    const [jobId = 0] = await submitted(user, failingJob());
    await untilStatus(serverUrl(), user, jobId, 'Failed');
    const monitor = await desktop.openMonitor();
    await monitor.choose(jobId, 'Actions', 'Reschedule');
    await expect(desktop.notifications).toContainText(`Job ${jobId} rescheduled`);
    await untilStatus(serverUrl(), user, jobId, 'Failed');
    const details = await monitor.openDetails(jobId);
    await expect(await details.tab('Logging info')).toContainText('Rescheduled');
    const attempts = (await details.tab('Overview')).getByRole('table', { name: 'Attempts' });
    await expect(attempts.getByRole('row'), 'a heading and two attempts').toHaveCount(3);
    await details.close.click();
    await monitor.choose(jobId, 'Actions', 'Delete');
    await expect(desktop.notifications).toContainText(`Job ${jobId} deleted`);
    await monitor.showsStatus(jobId, 'Deleted');
  });

  test('an action on several jobs gives one verdict for each', async ({ desktop, page, user }) => {
    const [done = 0, waiting = 0] = await submitted(user, greetingJob(), patientJob());
    await untilStatus(serverUrl(), user, done, 'Done');
    const monitor = await desktop.openMonitor();
    for (const jobId of [done, waiting]) await monitor.job(jobId).getByRole('checkbox').check();
    await monitor.bulk.getByRole('button', { name: 'Kill' }).click();
    const question = page.getByRole('dialog', { name: 'Kill 2 jobs' });
    await expect(question.getByRole('row').filter({ hasText: String(done) })).toContainText('already Done');
    await question.getByRole('button', { name: 'Kill 2 jobs' }).click();
    const verdicts = page.getByRole('dialog').getByRole('table', { name: 'Verdicts' });
    await expect(verdicts.getByRole('row').filter({ hasText: String(done) })).toContainText('Done');
    await expect(verdicts.getByRole('row').filter({ hasText: String(waiting) })).toContainText(/kill/i);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await monitor.showsStatus(waiting, 'Killed');
    await monitor.showsStatus(done, 'Done');
  });

  test('the menu says why something cannot be done', async ({ desktop, page, user }) => {
    const [waiting = 0] = await submitted(user, patientJob());
    const monitor = await desktop.openMonitor();
    await monitor.choose(waiting, 'Sandbox');
    await expect(menuItem(page, 'Get Output file(s)')).toHaveAttribute('aria-disabled', 'true');
    await expect(menuItem(page, 'Get Output file(s)')).toContainText('has not started');
  });

  test('a menu stays open while its row changes', async ({ desktop, page, user }) => {
    const monitor = await desktop.openMonitor();
    const [jobId = 0] = await submitted(user, shellJob('Shortly', 'sleep 6'));
    await monitor.showsStatus(jobId, 'Running');
    await monitor.choose(jobId, 'Sandbox');
    await expect(menuItem(page, 'Get Output file(s)')).toContainText('not finished');
    await expect(menuItem(page, 'Get Output file(s)')).not.toContainText('not finished');
    await monitor.showsStatus(jobId, 'Done');
    await expect(menuItem(page, 'Get Input file(s)')).toBeVisible();
  });

  test('the pilot of a job is one choice away', async ({ desktop, user }) => {
    const [jobId = 0] = await submitted(user, greetingJob());
    await untilStatus(serverUrl(), user, jobId, 'Done');
    const monitor = await desktop.openMonitor();
    await monitor.choose(jobId, 'Pilot', 'Show pilot');
    await expect(
      desktop.window('Pilot Monitor').getByRole('row').filter({ hasText: 'EGI.Demo.org' }),
    ).toBeVisible();
  });
});
