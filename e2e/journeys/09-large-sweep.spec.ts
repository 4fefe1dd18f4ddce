/** A sweep of many jobs: sent in one press, made while the user does something else, stopped when it was a slip. */
import { expect, test } from '../fixtures.ts';
import { takesTutorialImages, tutorialImage } from '../world/tutorial-images.ts';

/** No computing element of the demo has the tag, so nothing of it runs. */
const sweep = (name: string, count: number): string => `[
    JobName = "${name}";
    Executable = "/bin/echo";
    Arguments = "%s";
    Tags = {"nowhere"};
    Parameters = ${count};
    ParameterStep = 1;
]`;

test.describe('A large sweep', () => {
  test('goes into the queue in one press and shows its jobs', async ({ desktop }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.pasteJdl(sweep('Scan', 2000));
    await launchpad.submitButton.click();
    const question = desktop.page.getByRole('dialog', { name: 'Submit 2,000 jobs?' });
    await expect(question).toContainText('none of these jobs can start');
    await question.getByRole('button', { name: 'Submit 2,000 jobs' }).click();
    await expect(launchpad.submitted).toContainText('2,000 jobs were submitted');
    await launchpad.root.getByRole('button', { name: 'Show Jobs' }).click();
    const monitor = desktop.window('Job Monitor');
    await expect(monitor).toContainText('2,000');
    await expect(monitor.getByRole('row', { name: /Waiting Pilot Agent Submission/ }).first()).toBeVisible();
  });

  for (const theme of ['light', 'dark'] as const)
    for (const width of [1280, 1920])
      // One look suffices when no pictures are wanted.
      if (takesTutorialImages || (theme === 'light' && width === 1280))
        test.describe(`${theme}, ${width} wide`, () => {
          test.use({ theme, viewport: { width, height: width === 1280 ? 800 : 1080 } });

          test('goes on without its window and can be stopped', async ({ desktop, page }) => {
            const launchpad = await desktop.openLaunchpad();
            await launchpad.pasteJdl(sweep('TooMany', 1_000_000));
            await launchpad.submitButton.click();
            await page.getByRole('button', { name: 'Submit 1,000,000 jobs' }).click();
            const progress = launchpad.root.getByRole('progressbar');
            await expect(launchpad.root).toContainText(/[1-9][\d,]* of 1,000,000 are in the queue/);
            await expect(progress).toBeVisible();
            await tutorialImage(page, `bulk-progress-${theme}-${width}`);
            await page.getByRole('button', { name: 'Close Job Launchpad' }).click();
            const again = await desktop.openLaunchpad();
            await expect(again.root).toContainText(/of 1,000,000 are in the queue/);
            await again.root.getByRole('button', { name: 'Stop' }).click();
            await tutorialImage(page, `bulk-stop-${theme}-${width}`);
            await page.getByRole('button', { name: 'Stop and kill' }).click();
            await expect(again.root).not.toContainText(/are in the queue/);
          });
        });
});
