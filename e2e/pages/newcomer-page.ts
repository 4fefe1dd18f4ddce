/** The page of somebody who is logged in and in no group. */
import type { Locator, Page } from '@playwright/test';

export class NewcomerPage {
  readonly title: Locator;
  readonly logIn: Locator;
  readonly vos: Locator;
  readonly motivation: Locator;
  readonly send: Locator;
  readonly requests: Locator;
  readonly logOut: Locator;

  constructor(page: Page) {
    this.title = page.getByRole('heading', { level: 1, name: 'No VO knows you yet' });
    this.logIn = page.getByRole('complementary', { name: 'Your log-in' });
    this.vos = page.getByRole('list', { name: 'VOs that take requests' });
    this.motivation = page.getByLabel('Who you are and what you want to run');
    this.send = page.getByRole('button', { name: 'Send the request' });
    this.requests = page.getByRole('list', { name: 'Your requests' });
    this.logOut = page.getByRole('button', { name: 'Log out' });
  }

  /** Own requests in this state: Waiting, Granted, Refused, Withdrawn. */
  request(state: string): Locator {
    return this.requests.getByRole('listitem').filter({ hasText: state });
  }

  async ask(motivation: string): Promise<void> {
    await this.motivation.fill(motivation);
    await this.send.click();
  }
}
