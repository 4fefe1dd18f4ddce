/** The page of the stand-in Check-in. */
import type { Locator, Page } from '@playwright/test';

export class StandInPage {
  readonly page: Page;
  readonly title: Locator;
  readonly userName: Locator;
  readonly password: Locator;
  readonly logIn: Locator;

  constructor(page: Page) {
    this.page = page;
    this.title = page.getByRole('heading', { level: 1, name: 'Stand-in Check-in' });
    this.userName = page.getByLabel('User name');
    this.password = page.getByLabel('Password');
    this.logIn = page.getByRole('button', { name: 'Log in', exact: true });
  }

  async logInAs(userName: string, password = 'demo'): Promise<void> {
    await this.userName.fill(userName);
    await this.password.fill(password);
    await this.logIn.click();
  }

  demoUser(displayName: string): Locator {
    return this.page.getByRole('list', { name: 'Demo users' }).getByRole('button', { name: displayName });
  }
}
