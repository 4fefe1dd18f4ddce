/** Looking at a page: accessibility by axe-core, screenshots for the eye. */
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const folder = join(import.meta.dirname, '..', 'test-results', 'screenshots');

/** No violation that axe-core calls serious or critical, in the page or the part of it that `scope` selects. */
export async function expectAccessible(page: Page, what: string, scope = 'body'): Promise<void> {
  await page.mouse.move(0, 0);
  // A hint that fades away is judged half faded.
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  // Legacy mode judges in the page itself, in half the time; the other way opens a page of its own to judge frames of
  // other origins, and there are none.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .include(scope)
    .withTags(rules)
    .analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ help, id, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
    );
  expect(grave, what).toEqual([]);
}

/** Keeps a picture of the page for people; nothing is compared. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
