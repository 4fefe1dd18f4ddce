/** Step 1 of the tutorial: the welcome page, the log-in through the stand-in Check-in, and out again. */
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { tutorialImage } from '../world/tutorial-images.ts';

test.describe('Log in', { tag: '@smoke' }, () => {
  test('a visitor finds documents, demo users and the ways to log in', async ({ page }) => {
    const welcome = new WelcomePage(page);
    await welcome.visit();
    await expect(welcome.demonstration).toContainText('Do not use real credentials');
    await expect(welcome.documentation.first()).toHaveAttribute('href', /^https:\/\/docs\.egi\.eu\//);
    for (const userName of ['mkolar', 'jlind', 'iortega'])
      await expect(page.getByRole('row').filter({ hasText: userName }).first()).toBeVisible();
    await expect(welcome.checkIn).toBeEnabled();
    await expect(welcome.certificate).toBeEnabled();
    await tutorialImage(page, 'tutorial-1-welcome');
  });

  test('the log-in through the stand-in Check-in ends on the desktop', async ({ page }) => {
    const welcome = new WelcomePage(page);
    await welcome.visit();
    await welcome.checkIn.click();
    const standIn = new StandInPage(page);
    await expect(standIn.title).toBeVisible();
    await expect(page.getByText('Not a real identity provider')).toBeVisible();
    await standIn.logInAs('mkolar');
    const desktop = new Desktop(page);
    await desktop.ready();
    await expect(desktop.userButton).toContainText('Marta Kolar');
    await desktop.choose(desktop.userButton, 'Log out');
    await expect(welcome.checkIn).toBeVisible();
    await page.goto('/');
    await expect(welcome.checkIn, 'the session is over').toBeVisible();
  });

  test('a demo user can be picked instead of typed', async ({ page }) => {
    const welcome = new WelcomePage(page);
    await welcome.visit();
    await welcome.checkIn.click();
    await new StandInPage(page).demoUser('Jonas Lind').click();
    const desktop = new Desktop(page);
    await desktop.ready();
    await expect(desktop.userButton).toContainText('Jonas Lind');
    await expect(desktop.switcher).toContainText('training.egi.eu');
  });

  test('the welcome page comes back on demand and goes away again', async ({ desktop, page }) => {
    const notepad = await desktop.openNotepad();
    await desktop.entry('Welcome page').click();
    const welcome = new WelcomePage(page);
    await expect(welcome.title).toBeVisible();
    await expect(notepad.root).toBeHidden();
    await welcome.goToDesktop.click();
    await expect(notepad.root, 'windows are as they were').toBeVisible();
    await desktop.choose(desktop.userButton, 'Welcome page');
    await welcome.close.click();
    await expect(notepad.root).toBeVisible();
  });
});
