/** Every window, light and dark: fit to be used by everybody, and a picture at two widths for people to look at. */
import { expect, test } from '../fixtures.ts';
import type { Desktop } from '../pages/desktop.ts';
import { JobMonitor } from '../pages/job-monitor.ts';
import { Notepad } from '../pages/notepad.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { failingJob, greetingJob, patientJob, shellJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { expectAccessible, picture } from './look.ts';
import { troubledHealth } from './troubled-health.ts';

const small = { width: 1280, height: 800 };
const large = { width: 1920, height: 1080 };

/** A window is judged when it shows what it is for; this is how each of them gets there. */
const windows: Readonly<Record<string, (desktop: Desktop) => Promise<void>>> = {
  'Job Launchpad': async (desktop) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Parametric sweep');
    await expect(launchpad.sweep).toBeVisible();
    await expect(launchpad.jdl).toBeVisible();
    await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Valid');
    await expect(launchpad.fits).toContainText('Fits');
  },
  'Job Monitor': async (desktop) => {
    const monitor = await desktop.openMonitor();
    await expect(monitor.rows.nth(2)).toBeVisible();
  },
  Notepad: async (desktop) => {
    const notepad = await desktop.openNotepad();
    await notepad.newNote.click();
    await notepad.title.fill('Tides');
    await notepad.text.fill('Jobs of this week: 12, 17 and 23.');
    await expect(notepad.state).toContainText('Saved');
  },
  'Pilot Monitor': async (desktop) => {
    const pilots = await desktop.open('Pilot Monitor');
    await expect(pilots.getByRole('row').nth(1)).toBeVisible();
  },
  'Pilot Summary': async (desktop) => {
    const summary = await desktop.open('Pilot Summary');
    await expect(summary.getByRole('row').nth(1)).toContainText('EGI.Demo.org');
  },
  'Proxy Manager': async (desktop) => {
    const manager = await desktop.open('Proxy Manager');
    await expect(manager.getByRole('row').nth(1)).toBeVisible();
  },
  'Resource Summary': async (desktop) => {
    const resources = await desktop.open('Resource Summary');
    await expect(resources.getByRole('row').nth(1)).toContainText('EGI.Demo.org');
  },
  'Site Summary': async (desktop) => {
    const sites = await desktop.open('Site Summary');
    await expect(sites.getByRole('region', { name: 'EGI.Demo.org' })).toBeVisible();
  },
  'Token Manager': async (desktop) => {
    const manager = await desktop.open('Token Manager');
    await expect(manager.getByRole('row').nth(1)).toBeVisible();
  },
  'Proxy Upload': async (desktop) => {
    const upload = await desktop.openProxyUpload();
    await expect(upload.passphrase).toBeVisible();
  },
};

for (const theme of ['light', 'dark'] as const)
  test.describe(`Windows, ${theme}`, () => {
    test.use({ theme });

    test('the welcome page', async ({ page }) => {
      const welcome = new WelcomePage(page);
      await welcome.visit();
      await expectAccessible(page, 'Welcome page');
      await picture(page, `welcome-${theme}-1280`);
      await page.setViewportSize(large);
      await picture(page, `welcome-${theme}-1920`);
    });

    for (const [title, open] of Object.entries(windows))
      test(title, async ({ desktop, page, user }) => {
        const name = title.toLowerCase().replace(' ', '-');
        const [done = 0, failed = 0] = await submitted(user, greetingJob(), failingJob(), patientJob());
        await untilStatus(serverUrl(), user, failed, 'Failed');
        await untilStatus(serverUrl(), user, done, 'Done');
        await open(desktop);
        await expectAccessible(page, title);
        await picture(page, `${name}-${theme}-1280`);
        await page.setViewportSize(large);
        await picture(page, `${name}-${theme}-1920`);
        await page.setViewportSize(small);
      });

    test.describe('for operators', () => {
      test.use({
        userName: 'iortega',
        group: 'access_admin',
        expectedMessages: [/status of 403 .*system\/health/],
      });

      test('System Health', async ({ desktop, page }) => {
        const health = await desktop.open('System Health');
        await expect(health.getByRole('status')).toHaveText(/All is well|Attention|broken/);
        await expect(health.getByRole('region', { name: 'Figures of the last hour' })).toBeVisible();
        for (const title of ['Service', 'Scheduling', 'Sites', 'Storage', 'Credentials'])
          await expect(health.getByRole('heading', { name: title })).toBeVisible();
        await expectAccessible(page, 'System Health');
        await picture(page, `system-health-${theme}-1280`);
        await page.setViewportSize(large);
        await picture(page, `system-health-${theme}-1920`);
        await health.getByRole('button', { name: 'Show its pilots' }).click();
        await expect(desktop.window('Pilot Monitor')).toContainText('EGI.Demo.org');
      });

      test('System Health in trouble', async ({ desktop, page }) => {
        await page.route('**/bff/system/health', (route) => route.fulfill({ json: troubledHealth() }));
        const health = await desktop.open('System Health');
        await expect(health.getByRole('status')).toHaveText(
          'Something is broken: 1 critical finding, 2 warnings',
        );
        await health.getByRole('button', { name: 'All 11 are fine' }).click();
        await expect(health).toContainText('EGI.Site11.org');
        await expectAccessible(page, 'System Health in trouble');
        await picture(page, `system-health-trouble-${theme}-1280`);
        await page.setViewportSize(large);
        await picture(page, `system-health-trouble-${theme}-1920`);
      });

      test('System Health that cannot be read', async ({ desktop, page }) => {
        await page.route('**/bff/system/health', (route) =>
          route.fulfill({ status: 403, json: { code: 'access.denied', detail: 'Not for this group.' } }),
        );
        const health = await desktop.open('System Health');
        await expect(health.getByRole('alert')).toContainText('could not be read');
        await expectAccessible(page, 'System Health that cannot be read');
        await picture(page, `system-health-error-${theme}-1280`);
      });
    });

    test('the details of a job, its menu and a question', async ({ desktop, page, user }) => {
      test.slow(); // eleven looks with axe-core
      const [jobId = 0, other = 0] = await submitted(user, failingJob(), patientJob());
      await untilStatus(serverUrl(), user, jobId, 'Failed');
      const monitor = await desktop.openMonitor();
      const details = await monitor.openDetails(jobId);
      await expect(details.panel).toContainText('Exited with status 3');
      await expectAccessible(page, 'Details');
      for (const tab of [
        'JDL',
        'Attributes',
        'Parameters',
        'Logging info',
        'StdOut',
        'Sandbox',
        'Why did it wait?',
        'Overview',
      ]) {
        await expect(await details.tab(tab)).toContainText(/\w/);
        await expectAccessible(page, `Details, ${tab}`, 'aside');
        await picture(page, `details-${tab.toLowerCase().replaceAll(/\W+/g, '-')}-${theme}-1280`);
      }
      await monitor.choose(jobId, 'Actions');
      await expectAccessible(page, 'Context menu', '[role="menu"]');
      await picture(page, `context-menu-${theme}-1280`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('menu')).toHaveCount(0);
      await details.close.click();
      for (const each of [jobId, other]) await monitor.job(each).getByRole('checkbox').check();
      await monitor.bulk.getByRole('button', { name: 'Reschedule' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page, 'Question');
      await picture(page, `question-${theme}-1280`);
    });

    test('why a job waits', async ({ desktop, page, user }) => {
      const [jobId = 0] = await submitted(
        user,
        shellJob('Hungry', 'true', 'Memory = 900; CPUTime = 400000;'),
      );
      const monitor = await desktop.openMonitor();
      await monitor.choose(jobId, 'Why is it waiting?');
      const details = monitor.details(jobId);
      await expect(details.panel.getByRole('table', { name: 'Sites by requirement' })).toBeVisible();
      await expectAccessible(page, 'Why waiting', 'aside');
      await picture(page, `why-waiting-${theme}-1280`);
      await page.setViewportSize(large);
      await picture(page, `why-waiting-${theme}-1920`);
    });

    test('where a draft fits', async ({ desktop, page }) => {
      const launchpad = await desktop.openLaunchpad();
      await launchpad.pasteJdl('Executable = "/bin/true"; Memory = 900;');
      await expect(launchpad.fits).toHaveText(/none|not fit/);
      await launchpad.whyNot.click();
      await expect(page.getByRole('dialog', { name: 'Where the job fits' })).toBeVisible();
      await expectAccessible(page, 'Where the job fits');
      await picture(page, `match-preview-${theme}-1280`);
      await page.setViewportSize(large);
      await picture(page, `match-preview-${theme}-1920`);
    });

    test('tabs, palette, keyboard help and statistics', async ({ desktop, page, user }) => {
      await submitted(user, greetingJob());
      const monitor = new JobMonitor(await desktop.open('Job Monitor'));
      await desktop.openNotepad();
      await desktop.view.getByRole('button', { name: 'Tabs' }).click();
      await page.getByRole('tab', { name: 'Job Monitor' }).click();
      await monitor.root.getByRole('button', { name: 'Statistics' }).click();
      await expect(monitor.root.getByRole('rowheader').first()).toBeVisible();
      await expectAccessible(page, 'Tabs and statistics');
      await picture(page, `statistics-${theme}-1280`);
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page, 'Palette');
      await picture(page, `palette-${theme}-1280`);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Keyboard help' }).click();
      await expect(page.getByRole('dialog')).toContainText('Command palette');
      await expectAccessible(page, 'Keyboard help');
      await picture(page, `keyboard-help-${theme}-1280`);
    });
  });

test('a note written in one visit is there in the next', async ({ desktop, page }) => {
  const notepad = await desktop.openNotepad();
  await notepad.newNote.click();
  await notepad.title.fill('Tides');
  await expect(notepad.state).toContainText('Saved');
  await desktop.layoutSaved();
  await page.reload();
  await desktop.ready();
  await expect(new Notepad(desktop.window('Notepad')).title).toHaveValue('Tides');
});
