/** A site manager bans a site with a reason; users read it, and jobs go on when it is allowed again. */
import { expect, test } from '../fixtures.ts';
import { expectAccessible, picture } from '../windows/look.ts';

test.use({ userName: 'iortega', group: 'access_admin' });

const site = 'EGI.Demo.org';

test(
  'a site is banned with a reason and an end, and allowed again',
  { tag: '@smoke' },
  async ({ desktop, page }) => {
    const sites = await desktop.open('Site Summary');
    const card = sites.getByRole('region', { name: site });
    const act = async (...words: readonly string[]): Promise<void> => {
      await card.getByRole('button', { name: `Actions on ${site}`, exact: true }).click();
      for (const word of words) await page.getByRole('menuitem', { name: word, exact: true }).press('Enter');
    };
    await act('Set status', 'Banned');
    const dialog = page.getByRole('dialog', { name: `Set status of ${site}` });
    await expect(dialog).toContainText('No new pilots; those there finish their jobs and end.');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Power cut');
    await dialog.getByRole('combobox', { name: 'Ends when' }).selectOption('4 hours from now');
    await expectAccessible(page, 'Set status');
    await picture(page, 'set-status-1280');
    await dialog.getByRole('button', { name: 'Set Banned' }).click();
    await expect(desktop.notifications).toContainText(`${site} is Banned now`);
    await expect(card).toContainText('Power cut');
    await expect(card).toContainText('Banned by iortega');
    await expect(sites.getByRole('status')).toContainText('0 of');

    await act('History');
    const history = page.getByRole('dialog', { name: `History of ${site}` });
    await expect(history.getByRole('row').nth(1)).toContainText('Power cut');
    await page.keyboard.press('Escape');

    await act('End the status that was set');
    await expect(card).not.toContainText('Power cut');
    await expect(card).toContainText('Active');
  },
);

test.describe('as a user', () => {
  test.use({ userName: 'mkolar', group: undefined });

  test('what a user may not do is there, with the reason', async ({ desktop, page }) => {
    const sites = await desktop.open('Site Summary');
    await sites
      .getByRole('region', { name: site })
      .getByRole('button', { name: `Actions on ${site}`, exact: true })
      .click();
    await expect(page.getByRole('menuitem', { name: /Set status/ })).toContainText('SiteManager');
  });

  test('in a low window the list of sites scrolls, and no site is cut', async ({ desktop, page }) => {
    await page.setViewportSize({ width: 1280, height: 400 });
    const sites = await desktop.open('Site Summary');
    const card = sites.getByRole('region', { name: site });
    await expect(card.getByRole('row').nth(1)).toBeVisible();
    expect(await card.evaluate((it) => it.scrollHeight - it.clientHeight)).toBe(0);
  });
});
