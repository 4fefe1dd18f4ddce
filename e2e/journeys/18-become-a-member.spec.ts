/** Somebody whom no VO knows asks, a manager grants, and the desktop is there; then the membership ends again. */
import type { Browser, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { NewcomerPage } from '../pages/newcomer-page.ts';
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

// What the page asks for between the end of the membership and hearing of it is refused.
test.use({ expectedMessages: [/status of 403 /] });

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
    const registry = await desktop.openRegistryManager();
    await expect(registry.root.getByRole('tab', { name: 'Requests (1 open)' })).toBeVisible();
    const request = registry.request('Tom Guest');
    await expect(request).toContainText(motivation);

    await request.getByRole('button', { name: /^Grant/ }).click();
    const question = registry.question('Make Tom Guest a member?');
    const group = question.getByLabel('Group of vo.access.egi.eu');
    await expect(group, 'where members begin').toHaveValue('access_user');
    await expect(group, 'nothing beyond the own rights is offered').not.toContainText('access_pilot');
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
    // At the latest when the server looks after its live events again.
    await expect(newcomer.title, 'as before, without a reload').toBeVisible({ timeout: 30_000 });
    await expect(page.getByText('You are no longer a member of access_user.')).toBeVisible();
    await expect(newcomer.request('Granted').first()).toContainText('access_user');
    await desktop.page.context().close();
  });

  test('a request can be withdrawn and made again', async ({ page }) => {
    await logInAs(page, 'tguest');
    const newcomer = new NewcomerPage(page);
    await newcomer.ask(motivation);
    await newcomer
      .request('Waiting')
      .getByRole('button', { name: /^Withdraw/ })
      .click();
    await expect(newcomer.request('Waiting')).toHaveCount(0);
    await expect(newcomer.request('Withdrawn').first()).toContainText(motivation);
    await expect(newcomer.motivation).toBeEditable();
    await newcomer.logOut.click();
    await expect(new WelcomePage(page).checkIn).toBeVisible();
  });
});
