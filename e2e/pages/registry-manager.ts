/** The Registry Manager window: requests, members, the trial of a log-in. */
import type { Locator } from '@playwright/test';
import { chooseInMenu } from './desktop.ts';

export class RegistryManager {
  readonly root: Locator;
  readonly openRequests: Locator;
  readonly decidedRequests: Locator;
  readonly members: Locator;
  readonly findMembers: Locator;
  readonly entitlements: Locator;
  readonly userName: Locator;
  readonly tryIt: Locator;
  readonly trial: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.openRequests = root.getByRole('list', { name: 'Open requests' });
    this.decidedRequests = root.getByRole('table', { name: 'Decided requests' });
    this.members = root.getByRole('treegrid').or(root.getByRole('grid'));
    this.findMembers = root.getByLabel('Find members');
    this.entitlements = root.getByLabel('Entitlements');
    this.userName = root.getByLabel('User name of the configuration');
    this.tryIt = root.getByRole('button', { name: 'Try it' });
    this.trial = root.getByRole('status', { name: 'What the log-in would get' });
  }

  async view(name: 'Requests' | 'Members' | 'Try a log-in'): Promise<void> {
    await this.root.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }

  request(displayName: string): Locator {
    return this.openRequests.getByRole('listitem').filter({ hasText: displayName });
  }

  member(userName: string): Locator {
    return this.root.getByRole('row').filter({ hasText: userName });
  }

  /** The question of the page that is open. */
  question(name: string | RegExp): Locator {
    return this.root.page().getByRole('dialog', { name });
  }

  /** The button of the row is in the part of the grid that does not scroll. */
  async chooseFor(userName: string, ...path: readonly string[]): Promise<void> {
    await this.root.getByRole('button', { name: `Actions on ${userName}` }).click();
    await chooseInMenu(this.root.page(), ...path);
  }
}
