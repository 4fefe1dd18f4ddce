/** Step 2 of the tutorial: VO and group, desktop or tabs, themes, the menu of the acting group. */
import { expect, test } from '../fixtures.ts';

test.describe('Desktop', { tag: '@smoke' }, () => {
  test('the menu holds the tools and applications of the group', async ({ desktop }) => {
    for (const title of ['Job Launchpad', 'Notepad', 'Proxy Upload'])
      await expect(desktop.entry(title)).toBeVisible();
    for (const title of ['Job Monitor', 'Pilot Monitor', 'Proxy Manager'])
      await expect(desktop.entry(title)).toBeVisible();
    await desktop.menuButton.click();
    await expect(desktop.menu).toBeHidden();
    await desktop.menuButton.click();
    await expect(desktop.menu).toBeVisible();
  });

  test('the group is switched, and kept for the next visit', async ({ desktop, page }) => {
    await expect(desktop.switcher).toContainText('vo.access.egi.eu');
    await desktop.openMonitor();
    await desktop.switchTo('training_user');
    await expect(desktop.switcher).toContainText('training.egi.eu');
    await expect(desktop.notifications).toContainText('You act in training.egi.eu ▸ training_user now');
    await expect(desktop.window('Job Monitor'), 'windows stay').toBeVisible();
    await page.reload();
    await desktop.ready();
    await expect(desktop.switcher).toContainText('training_user');
  });

  test('windows stand as tiles or as tabs', async ({ desktop, page }) => {
    await desktop.openNotepad();
    await desktop.openMonitor();
    await expect(desktop.window('Notepad')).toBeVisible();
    await desktop.view.getByRole('button', { name: 'Tabs' }).click();
    const tabs = page.getByRole('tablist', { name: 'Windows' });
    await expect(tabs.getByRole('tab', { name: 'Job Monitor' })).toHaveAttribute('aria-selected', 'true');
    await expect(desktop.window('Notepad')).toBeHidden();
    await tabs.getByRole('tab', { name: 'Notepad' }).click();
    await expect(desktop.window('Notepad')).toBeVisible();
    await desktop.view.getByRole('button', { name: 'Desktop' }).click();
    await expect(desktop.window('Job Monitor')).toBeVisible();
    await expect(desktop.window('Notepad')).toBeVisible();
  });

  test('light, dark and as the system', async ({ desktop, page }) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await desktop.chooseTheme('Dark');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await desktop.ready();
    expect(await ground(), 'the theme is kept').toBe(dark);
    await desktop.chooseTheme('Light');
    expect(await ground()).toBe(light);
    await desktop.chooseTheme('As the system');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).toBe(dark);
  });

  test('the palette opens applications by typing', async ({ desktop, page }) => {
    await page.getByRole('banner').getByRole('button', { name: 'Search' }).click();
    await page.getByRole('dialog').getByRole('combobox').fill('pilot');
    await page.getByRole('option', { name: /^Pilot Monitor/ }).click();
    await expect(desktop.window('Pilot Monitor')).toBeVisible();
  });
});

test.describe('Operator', () => {
  test.use({ userName: 'iortega', group: 'access_admin' });

  test('an operator acts in a group with more rights', async ({ desktop, page }) => {
    await expect(desktop.switcher).toContainText('access_admin');
    await desktop.userButton.click();
    await expect(page.getByRole('menu')).toContainText('JobAdministrator');
    await page.keyboard.press('Escape');
    for (const title of ['Job Monitor', 'Pilot Monitor', 'Proxy Manager'])
      await expect(desktop.entry(title)).toBeVisible();
  });
});
