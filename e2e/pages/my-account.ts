/** The My Account window: who one is, sessions, events. */
import type { Locator } from '@playwright/test';

export class MyAccount {
  readonly root: Locator;
  readonly groups: Locator;
  readonly certificates: Locator;
  readonly linkCertificate: Locator;
  readonly logIns: Locator;
  readonly sessions: Locator;
  readonly endAllOthers: Locator;
  readonly events: Locator;
  readonly scope: Locator;
  readonly loadOlder: Locator;
  readonly exportButton: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.groups = root.getByRole('table', { name: 'Groups' });
    this.certificates = root.getByRole('list', { name: 'Certificates' });
    this.linkCertificate = root.getByRole('button', { name: 'Link a certificate' });
    this.logIns = root.getByRole('list', { name: 'Log-ins' });
    this.sessions = root.getByRole('table', { name: 'Sessions' });
    this.endAllOthers = root.getByRole('button', { name: 'End all others' });
    this.events = root.getByRole('table', { name: 'Events' });
    this.scope = root.getByRole('group', { name: 'Whose events' });
    this.loadOlder = root.getByRole('button', { name: 'Load older ones' });
    this.exportButton = root.getByRole('button', { name: 'Export' });
  }

  async view(name: 'Who I am' | 'Where I am logged in' | 'What happened'): Promise<void> {
    await this.root.getByRole('tab', { name }).click();
  }

  session(words: string): Locator {
    return this.sessions.getByRole('row').filter({ hasText: words });
  }

  event(words: string): Locator {
    return this.events.getByRole('row').filter({ hasText: words });
  }

  /** The one question that is open. */
  question(): Locator {
    return this.root.page().getByRole('dialog');
  }
}
