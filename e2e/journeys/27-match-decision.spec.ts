/** An operator asks why a job was the next one: the pilot, who competed, the draw, and its repetition from the record. */
import { expect, test } from '../fixtures.ts';
import { shellJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';
import type { HttpUser } from '../world/http-user.ts';

const decisionsOf = async (user: HttpUser, jobId: number) =>
  (await user.client.call('GET /bff/jobs/:jobId/decisions', { params: { jobId } })).decisions;

/** Both wait when the pilot asks, in two queues of one owner: which of them comes first is drawn. */
async function drawnJob(user: HttpUser): Promise<number> {
  const jobIds = await submitted(
    user,
    shellJob('Heads', 'true', 'CPUTime = 1000;'),
    shellJob('Tails', 'true', 'CPUTime = 9000;'),
  );
  for (const jobId of jobIds) await untilStatus(serverUrl(), user, jobId, 'Done');
  for (const jobId of jobIds) {
    const [decision] = await decisionsOf(user, jobId);
    if (decision?.levels.some(({ level }) => level === 'taskQueue')) return jobId;
  }
  throw new Error('neither was drawn before the other');
}

test.describe('Why was my job the next one?', () => {
  test('the decision shows pilot, competitors and draw, and is reached by the keyboard', async ({
    desktop,
    page,
    user,
  }) => {
    const jobId = await drawnJob(user);
    const monitor = await desktop.openMonitor();
    await monitor.choose(jobId, 'Match decision');
    const { root, panel } = monitor.details(jobId);
    const match = panel.getByRole('region', { name: 'Match of attempt 1' });
    await expect(match).toContainText('Attempt 1: the pilot that asked');
    await expect(match).toContainText('Processors');
    const queues = match.getByRole('table', { name: 'Which queue of the owner' });
    await expect(queues.getByRole('img', { name: 'Drawn' })).toHaveCount(1);
    await expect(queues.getByRole('row')).not.toHaveCount(0);
    await expect(queues).toContainText('%');
    await expect(match).toContainText(/Drawn 0\.\d{3}, in the part of queue \d+: 0\.\d{3} to [01]\.\d{3}/);
    await expect(match).toContainText('Drawn again from this record, the same one wins.');

    const tab = root.getByRole('tab', { name: 'Match decision' });
    await tab.focus();
    await page.keyboard.press('ArrowLeft');
    await expect(root.getByRole('tab', { name: 'Why did it wait?' })).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(tab).toBeFocused();
    await expect(tab).toBeInViewport({ ratio: 1 });
    await expect(match).toBeVisible();
  });

  test('a job that no pilot took has no decision yet', async ({ desktop, user }) => {
    const [jobId = 0] = await submitted(user, shellJob('TooLarge', 'true', 'Memory = 900;'));
    const monitor = await desktop.openMonitor();
    await monitor.choose(jobId, 'Match decision');
    await expect(monitor.details(jobId).panel).toContainText('No pilot has taken this job yet');
    await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [jobId] } });
  });

  test.describe('when it cannot be read', () => {
    test.use({ expectedMessages: [/status of 404 .*\/decisions/] });

    test('the reason is told, and trying again shows it', async ({ desktop, page, user }) => {
      const jobId = await drawnJob(user);
      const decisions = '**/bff/jobs/*/decisions';
      await page.route(decisions, (route) =>
        route.fulfill({
          status: 404,
          contentType: 'application/problem+json',
          body: JSON.stringify({ code: 'job.not-found', detail: `There is no job ${jobId}.` }),
        }),
      );
      const monitor = await desktop.openMonitor();
      await monitor.choose(jobId, 'Match decision');
      const { panel } = monitor.details(jobId);
      await expect(panel).toContainText('The match decision could not be read');
      await expect(panel).toContainText(`There is no job ${jobId}.`);
      await page.unroute(decisions);
      await panel.getByRole('button', { name: 'Try again' }).click();
      await expect(panel).toContainText('Drawn again from this record');
    });
  });
});
