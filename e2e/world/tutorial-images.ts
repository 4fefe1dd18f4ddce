/** Screenshots for the documents: taken only when `WM_SCREENSHOTS` names a folder. */
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';

const folder = process.env['WM_SCREENSHOTS'];

export const takesTutorialImages = folder !== undefined && folder !== '';

/** `name` without an ending; does nothing when no folder is named. */
export async function tutorialImage(page: Page, name: string): Promise<void> {
  if (!takesTutorialImages || folder === undefined) return;
  await page.screenshot({
    path: resolve(folder, `${name}.png`),
    animations: 'disabled',
    caret: 'hide',
  });
}
