/** The page for visitors, and the one a logged-in user asks for again. */
import type { Download, Locator, Page } from '@playwright/test';

export class WelcomePage {
  readonly page: Page;
  readonly title: Locator;
  readonly demonstration: Locator;
  readonly checkIn: Locator;
  readonly certificate: Locator;
  readonly documentation: Locator;
  readonly goToDesktop: Locator;
  readonly close: Locator;

  constructor(page: Page) {
    this.page = page;
    this.title = page.getByRole('heading', { level: 1, name: 'Welcome to' });
    this.demonstration = page.getByRole('region', { name: 'Demonstration' });
    this.checkIn = page.getByRole('button', { name: /^Log in with .*Check-in$/ });
    this.certificate = page.getByRole('button', { name: /^Log in with .*certificate$/ });
    this.documentation = page.getByRole('main').getByRole('link', { name: 'documentation' });
    this.goToDesktop = page.getByRole('button', { name: 'Go to the desktop' });
    this.close = page.getByRole('button', { name: 'Close', exact: true });
  }

  async visit(): Promise<void> {
    await this.page.goto('/');
    await this.title.waitFor();
  }

  /** Takes a demo certificate home, as the browser saves it. */
  async takeCertificate(fileName: string): Promise<Download> {
    const download = this.page.waitForEvent('download');
    await this.page.getByRole('link', { name: fileName }).click();
    return download;
  }
}
