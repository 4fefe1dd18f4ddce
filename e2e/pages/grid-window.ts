/** What Job Monitor and Pilot Monitor have in common: selectors, rows, menus, pager. */
import { expect, type Locator } from '@playwright/test';

export class GridWindow {
  readonly root: Locator;
  readonly selectors: Locator;
  readonly rows: Locator;
  readonly pager: Locator;
  readonly filter: Locator;
  readonly bulk: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.selectors = root.getByRole('form', { name: 'Selectors' });
    this.rows = root.getByRole('row');
    this.pager = root.getByRole('navigation', { name: 'Pages' });
    this.filter = root.getByRole('search').getByRole('textbox');
    this.bulk = root.getByRole('toolbar', { name: 'Selected rows' });
  }

  /** The row in which a cell says exactly this. */
  rowOf(text: string): Locator {
    return this.rows.filter({ has: this.root.page().getByRole('gridcell', { name: text, exact: true }) });
  }

  /** Chooses a value of a selector at the left; `Submit` puts it in force. */
  async select(label: string, value: string): Promise<void> {
    const field = this.selectors.getByRole('combobox', { name: label, exact: true });
    await field.click();
    await this.selectors.getByRole('option', { name: value, exact: true }).click();
    await field.press('Escape');
  }

  async submitSelectors(): Promise<void> {
    await this.selectors.getByRole('button', { name: 'Submit', exact: true }).click();
  }

  async resetSelectors(): Promise<void> {
    await this.selectors.getByRole('button', { name: 'Reset', exact: true }).click();
  }

  async showsExactly(texts: readonly string[]): Promise<void> {
    for (const text of texts) await expect(this.rowOf(text)).toBeVisible();
    await expect(this.pager).toContainText(new RegExp(`of ${texts.length} `));
  }
}
