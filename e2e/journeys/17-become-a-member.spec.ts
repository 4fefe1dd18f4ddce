/** Somebody whom no VO knows asks, a manager grants, and the desktop is there; then the membership ends again. */
import type { Browser, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { NewcomerPage } from '../pages/newcomer-page.ts';
import { RegistryManager } from '../pages/registry-manager.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { logIn } from '../world/http-user.ts';
import { outsideTheVo } from '../world/memberships.ts';
import { withoutDocuments } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

const motivation = 'Docking runs for my thesis at Example University.';

async function logInAs(page: Page, userName: string): Promise<void> {
  const welcome = new WelcomePage(page);
  await welcome.visit();
  await welcome.checkIn.click();
  await new StandInPage(page).logInAs(userName);
}

/** The manager at a computer of his own. */
async function managersDesk(browser: Browser): Promise<Desktop> {
  await withoutDocuments(await logIn(serverUrl(), 'iortega', 'access_admin'));
  const context = await browser.newContext({ baseURL: serverUrl(), viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await logInAs(page, 'iortega');
  const desktop = new Desktop(page);
  await desktop.ready();
  await desktop.switchTo('access_admin');
  return desktop;
}

test.beforeEach(() => outsideTheVo('tguest'));
test.afterEach(() => outsideTheVo('tguest'));

test.describe('Become a member', () => {
  test('from "no VO knows you" to the Launchpad, without a new log-in', async ({ browser, page }) => {
    await logInAs(page, 'tguest');
    const newcomer = new NewcomerPage(page);
    await expect(newcomer.title).toBeVisible();
    await expect(newcomer.logIn).toContainText('tguest');
    await expect(newcomer.vos).toContainText('vo.access.egi.eu');
    await newcomer.ask(motivation);
    await expect(newcomer.request('Waiting')).toContainText('vo.access.egi.eu');
    await expect(newcomer.motivation, 'asked once at a time').toHaveCount(0);

    const desktop = await managersDesk(browser);
    const registry = new RegistryManager(await desktop.open('Registry Manager'));
    await expect(registry.root.getByRole('tab', { name: 'Requests (1 open)' })).toBeVisible();
    const request = registry.request('Tom Guest');
    await expect(request).toContainText(motivation);

    await request.getByRole('button', { name: /^Grant/ }).click();
    const question = registry.question('Make Tom Guest a member?');
    const group = question.getByLabel('Group of vo.access.egi.eu');
    await expect(group, 'where members begin').toHaveValue('access_user');
    await group.selectOption('access_pilot');
    await question.getByRole('button', { name: 'Grant' }).click();
    await expect(question.getByRole('alert')).toContainText('which your group access_admin does not have');
    await group.selectOption('access_user');
    await question.getByRole('button', { name: 'Grant' }).click();
    await expect(registry.decidedRequests.getByRole('row').nth(1)).toContainText('iortega');

    const newDesktop = new Desktop(page);
    await newDesktop.ready();
    await expect(newDesktop.switcher).toContainText('access_user');
    const launchpad = await newDesktop.openLaunchpad();
    await expect(launchpad.submitButton).toBeVisible();

    await registry.view('Members');
    await registry.findMembers.fill('tguest');
    await expect(registry.member('tguest')).toContainText('access_user (granted)');
    await registry.chooseFor('tguest', 'End membership of access_user');
    await registry
      .question('End the membership of Tom Guest?')
      .getByRole('button', { name: 'End membership' })
      .click();
    await expect(registry.root).toContainText('Nobody matches');
    await page.reload();
    await expect(newcomer.title, 'as before').toBeVisible();
    await expect(newcomer.request('Granted')).toContainText('access_user');
    await desktop.page.context().close();
  });

  test('a request can be withdrawn, and a refusal gives its reason', async ({ browser, page }) => {
    await logInAs(page, 'tguest');
    const newcomer = new NewcomerPage(page);
    await newcomer.ask(motivation);
    await newcomer
      .request('Waiting')
      .getByRole('button', { name: /^Withdraw/ })
      .click();
    await expect(newcomer.request('Withdrawn').first()).toBeVisible();
    await newcomer.ask('I ask again.');
    await expect(newcomer.request('Waiting')).toBeVisible();

    const desktop = await managersDesk(browser);
    const registry = new RegistryManager(await desktop.open('Registry Manager'));
    // By keyboard: the menu of the request.
    await registry
      .request('Tom Guest')
      .getByRole('button', { name: /^Refuse/ })
      .press('Shift+F10');
    await desktop.page.getByRole('menuitem', { name: 'Refuse…' }).press('Enter');
    const question = registry.question('Refuse the request of Tom Guest?');
    await question.getByLabel('Reason').fill('Please ask the VO of your own community.');
    await question.getByRole('button', { name: 'Refuse' }).click();
    await expect(registry.decidedRequests.getByRole('row').nth(1)).toContainText('Refused');
    await expect(newcomer.request('Refused')).toContainText('Please ask the VO of your own community.');
    await newcomer.ask('Once more.');
    await expect(page.getByRole('alert').filter({ hasText: 'refused within the last day' })).toBeVisible();
    await newcomer.logOut.click();
    await expect(new WelcomePage(page).checkIn).toBeVisible();
    await desktop.page.context().close();
  });
});
