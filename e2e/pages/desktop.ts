/** The shell round the windows: bars, menu, desktops. */
import { expect, type Locator, type Page } from '@playwright/test';
import { JobLaunchpad } from './job-launchpad.ts';
import { JobMonitor } from './job-monitor.ts';
import { MyAccount } from './my-account.ts';
import { Notepad } from './notepad.ts';
import { ProxyUpload } from './proxy-upload.ts';
import { RegistryManager } from './registry-manager.ts';

export class Desktop {
  readonly page: Page;
  readonly menu: Locator;
  readonly menuButton: Locator;
  readonly switcher: Locator;
  readonly view: Locator;
  readonly userButton: Locator;
  readonly notifications: Locator;
  readonly layoutState: Locator;
  readonly desktops: Locator;

  constructor(page: Page) {
    this.page = page;
    this.menu = page.getByRole('navigation', { name: 'Menu' });
    this.menuButton = page.getByRole('button', { name: 'Menu', exact: true });
    this.switcher = page.getByRole('button', { name: /^VO\b/ });
    this.view = page.getByRole('group', { name: 'View', exact: true });
    this.userButton = page.getByRole('button', { name: /^User/ });
    this.notifications = page.getByRole('region', { name: 'Notifications' });
    this.layoutState = page.getByRole('contentinfo').getByText(/layout/i);
    this.desktops = page.getByRole('group', { name: 'Desktops' });
  }

  async visit(): Promise<void> {
    await this.page.goto('/');
    await this.ready();
  }

  /** The desktop is there and hears the server. */
  async ready(): Promise<void> {
    await this.menu.waitFor();
    await expect(this.lamp('Live')).toBeVisible();
  }

  lamp(word: 'Live' | 'Reconnecting' | 'Offline'): Locator {
    return this.page.getByRole('banner').getByText(word, { exact: true });
  }

  entry(title: string): Locator {
    return this.menu.getByRole('button', { name: title, exact: true });
  }

  /** A window by its title, in either view; the nth one where several are open. */
  window(title: string, nth = 0): Locator {
    const tile = this.page.getByRole('region', { name: title, exact: true });
    const tab = this.page.getByRole('tabpanel', { name: title, exact: true });
    return tile.or(tab).nth(nth);
  }

  async open(title: string): Promise<Locator> {
    await this.entry(title).click();
    const window = this.window(title);
    await window.waitFor();
    return window;
  }

  async openLaunchpad(): Promise<JobLaunchpad> {
    return new JobLaunchpad(await this.open('Job Launchpad'));
  }

  async openMonitor(): Promise<JobMonitor> {
    return new JobMonitor(await this.open('Job Monitor'));
  }

  async openProxyUpload(): Promise<ProxyUpload> {
    return new ProxyUpload(await this.open('Proxy Upload'));
  }

  async openNotepad(): Promise<Notepad> {
    return new Notepad(await this.open('Notepad'));
  }

  async openMyAccount(): Promise<MyAccount> {
    return new MyAccount(await this.open('My Account'));
  }

  async openRegistryManager(): Promise<RegistryManager> {
    return new RegistryManager(await this.open('Registry Manager'));
  }

  async switchTo(group: string): Promise<void> {
    await this.switcher.click();
    const list = this.page.getByRole('dialog', { name: 'VO and group' });
    await list.getByRole('option', { name: group }).click();
    await expect(this.switcher).toContainText(group);
  }

  async chooseTheme(name: 'Light' | 'Dark' | 'As the system'): Promise<void> {
    await this.page.getByRole('button', { name: 'Theme' }).click();
    await this.page.getByRole('menuitemcheckbox', { name }).click();
  }

  async choose(button: Locator, ...path: readonly string[]): Promise<void> {
    await button.click();
    await chooseInMenu(this.page, ...path);
  }

  /** Waits until nothing of the layout is left to be saved. */
  async layoutSaved(): Promise<void> {
    await expect(this.layoutState).toContainText('Layout saved');
  }
}

/** Follows branches of the menu that is open and chooses the last item. */
export async function chooseInMenu(page: Page, ...path: readonly string[]): Promise<void> {
  for (const label of path) {
    await pointAt(page, menuItem(page, label));
    await menuItem(page, label).click();
  }
}

/**
 * Moves the pointer there as a hand does, point by point: a branch stays open only while the pointer is on
 * its way to it.
 */
export async function pointAt(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const box = await target.boundingBox();
  if (box) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
}

/** An item of any open menu; keys and reasons stand behind its label. */
export function menuItem(page: Page, label: string): Locator {
  const start = new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
  return page.getByRole('menuitem', { name: start }).last();
}
