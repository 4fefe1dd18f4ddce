/** The Job Monitor window and the drawer with the details of one job. */
import { expect, type Locator } from '@playwright/test';
import { chooseInMenu } from './desktop.ts';
import { GridWindow } from './grid-window.ts';

export class JobMonitor extends GridWindow {
  job(jobId: number): Locator {
    return this.rowOf(String(jobId));
  }

  async showsStatus(jobId: number, status: string): Promise<void> {
    // By its column, so that a failure tells which status the row had instead.
    await expect(this.job(jobId).locator('[col-id="Status"]')).toHaveText(status);
  }

  /** Opens the context menu of the row and follows it to an item. */
  async choose(jobId: number, ...path: readonly string[]): Promise<void> {
    await this.job(jobId).getByRole('gridcell').nth(1).click({ button: 'right' });
    await chooseInMenu(this.root.page(), ...path);
  }

  async openDetails(jobId: number): Promise<JobDetails> {
    await this.job(jobId).getByRole('gridcell').nth(1).dblclick();
    const details = this.details(jobId);
    await details.root.waitFor();
    return details;
  }

  details(jobId: number): JobDetails {
    return new JobDetails(this.root.getByRole('complementary', { name: `Job ${jobId}` }));
  }
}

export class JobDetails {
  readonly root: Locator;
  readonly panel: Locator;
  readonly close: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.panel = root.getByRole('tabpanel');
    this.close = root.getByRole('button', { name: 'Close details' });
  }

  async tab(name: string): Promise<Locator> {
    await this.root.getByRole('tab', { name, exact: true }).click();
    const panel = this.root.getByRole('tabpanel', { name, exact: true });
    await panel.waitFor();
    return panel;
  }

  /** Looks into a file of the sandbox without taking it home. */
  async view(fileName: string): Promise<void> {
    const panel = await this.tab('Sandbox');
    await panel.getByRole('button', { name: `View ${fileName}` }).click();
  }
}
