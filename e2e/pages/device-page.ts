/** The page on which a log-in of a terminal is approved. */
import type { Locator, Page } from '@playwright/test';

export class DevicePage {
  readonly page: Page;
  readonly code: Locator;
  readonly codeField: Locator;
  readonly continue: Locator;
  readonly group: Locator;
  readonly approve: Locator;
  readonly deny: Locator;
  readonly complete: Locator;

  constructor(page: Page) {
    this.page = page;
    this.code = page.getByLabel(/^Code [A-Z]{4}-[A-Z]{4}$/);
    this.codeField = page.getByLabel('Code shown in your terminal');
    this.continue = page.getByRole('button', { name: 'Continue' });
    this.group = page.getByLabel('It will act as');
    this.approve = page.getByRole('button', { name: 'Approve' });
    this.deny = page.getByRole('button', { name: 'Deny' });
    this.complete = page.getByText('now you can close this window and return to the terminal');
  }
}
