/** The Notepad window. */
import type { Locator } from '@playwright/test';

export class Notepad {
  readonly root: Locator;
  readonly newNote: Locator;
  readonly title: Locator;
  readonly text: Locator;
  readonly state: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.newNote = root.getByRole('button', { name: 'New note' });
    this.title = root.getByLabel('Title');
    this.text = root.getByLabel('Text');
    this.state = root.getByRole('region', { name: 'Note' }).getByRole('status');
  }
}
