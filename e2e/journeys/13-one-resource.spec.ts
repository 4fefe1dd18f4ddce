/** A site manager bans one computing element by keyboard; its row tells everybody who did, why and until when. */
import { expect, test } from '../fixtures.ts';
import { expectAccessible, picture } from '../windows/look.ts';

test.use({ userName: 'iortega', group: 'access_admin' });

const site = 'EGI.Demo.org';

for (const theme of ['light', 'dark'] as const)
  test.describe(`Resources, ${theme}`, () => {
    test.use({ theme });

    test('a computing element is banned, looked at and allowed again', async ({ desktop, page }) => {
      const resources = await desktop.open('Resource Summary');
      const row = resources.getByRole('row').filter({ hasText: 'ComputingElement' }).first();
      await expect(row).toContainText('Active');
      const menu = row.getByRole('button', { name: new RegExp(`^Actions on ${site}`) });
      const act = async (...words: readonly string[]): Promise<void> => {
        await menu.press('Enter');
        for (const word of words)
          await page.getByRole('menuitem', { name: word, exact: true }).press('Enter');
      };
      await act('Set status', 'Banned');
      const dialog = page.getByRole('dialog', { name: /^Set status of/ });
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('New kernel');
      await dialog.getByRole('combobox', { name: 'Ends when' }).selectOption('4 hours from now');
      await dialog.getByRole('button', { name: 'Set Banned' }).press('Enter');
      for (const words of ['Banned', 'New kernel', 'iortega']) await expect(row).toContainText(words);
      await expectAccessible(page, 'Resource Summary');
      await picture(page, `resource-banned-${theme}-1280`);

      await act('Overview');
      const overview = page.getByRole('dialog', { name: /^Overview of/ });
      await expect(overview).toContainText('Banned by iortega');
      await expect(overview.getByRole('table')).toBeVisible();
      await expectAccessible(page, 'Overview of a resource');
      await picture(page, `resource-overview-${theme}-1280`);
      await page.keyboard.press('Escape');
      await expect(overview).toHaveCount(0);

      await act('History');
      const history = page.getByRole('dialog', { name: /^History of/ });
      await expect(history.getByRole('row').nth(1)).toContainText('New kernel');
      await page.keyboard.press('Escape');
      await act('End the status that was set');
      await expect(row).toContainText('Active');

      await act('Show Pilots');
      await expect(desktop.window('Pilot Monitor')).toContainText('Computing Element');
    });
  });

test.describe('as a user', () => {
  test.use({ userName: 'mkolar', group: undefined });

  test('resources are found by their selectors, and only a site manager changes them', async ({
    desktop,
    page,
  }) => {
    const resources = await desktop.open('Resource Summary');
    await expect(resources.getByRole('row').nth(1)).toContainText(site);
    const type = resources.getByRole('combobox', { name: 'Status', exact: true });
    await type.fill('Banned');
    await type.press('Enter');
    await type.press('Escape');
    await expect(resources).toContainText('No resources match the selectors');
    await resources.getByRole('button', { name: 'Reset the selectors' }).press('Enter');
    const row = resources.getByRole('row').nth(1);
    await row.getByRole('button', { name: /^Actions on/ }).press('Enter');
    await expect(page.getByRole('menuitem', { name: /Set status/ })).toContainText('SiteManager');
  });
});
