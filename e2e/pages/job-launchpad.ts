/** The Job Launchpad window. */
import { expect, type Locator } from '@playwright/test';

export interface ChosenFile {
  readonly name: string;
  readonly text: string;
}

export class JobLaunchpad {
  readonly root: Locator;
  readonly proxyStatus: Locator;
  readonly jobList: Locator;
  readonly jdl: Locator;
  readonly jdlView: Locator;
  readonly sandbox: Locator;
  readonly files: Locator;
  readonly sweep: Locator;
  readonly fits: Locator;
  readonly whyNot: Locator;
  readonly submitButton: Locator;
  readonly submitted: Locator;
  readonly showJob: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.proxyStatus = root.getByRole('button', { name: /^Proxy Status/ });
    this.jobList = root.getByRole('radiogroup', { name: 'Job list' });
    this.jdl = root.getByRole('textbox', { name: 'JDL', exact: true });
    this.jdlView = root.getByRole('region', { name: 'JDL text' });
    this.sandbox = root.getByRole('region', { name: 'Input sandbox: drop files' });
    this.files = root.getByRole('list', { name: 'Files of the input sandbox' }).getByRole('listitem');
    this.sweep = root.getByRole('table', { name: 'First jobs of the sweep' });
    this.fits = root.getByRole('status').filter({ hasText: /fit/i });
    this.whyNot = root.getByRole('button', { name: /^Why not/ });
    this.submitButton = root.getByRole('button', { name: 'Submit', exact: true });
    this.submitted = root.getByText(/\b(?:was|were) submitted\b/);
    this.showJob = root.getByRole('button', { name: 'Show Job' });
  }

  set(name: string): Locator {
    return this.jobList.getByRole('radio', { name, exact: true });
  }

  async choose(name: string): Promise<void> {
    await this.set(name).click();
    await expect(this.set(name)).toBeChecked();
  }

  field(name: string): Locator {
    return this.root.getByLabel(name, { exact: true });
  }

  /** Asks for the status of the proxy until it is this word. */
  async askProxyUntil(word: 'Valid' | 'Not Valid'): Promise<void> {
    await expect(async () => {
      await this.proxyStatus.click();
      await expect(this.proxyStatus).toHaveAccessibleName(`Proxy Status: ${word}`, { timeout: 2000 });
    }).toPass();
  }

  /** Replaces the whole JDL by pasting. */
  async pasteJdl(text: string): Promise<void> {
    await this.showJdl();
    await this.jdl.click();
    await this.root.page().keyboard.press('ControlOrMeta+a');
    await this.jdl.evaluate((editor, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      const cancelable = true;
      editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable }));
    }, text);
  }

  /** In a narrow window form and JDL take turns. */
  async showJdl(): Promise<void> {
    const views = this.root.getByRole('group', { name: 'View of the draft' });
    await this.submitButton.waitFor();
    if (await views.isVisible()) await views.getByRole('button', { name: 'JDL' }).click();
    await this.jdl.waitFor();
  }

  async chooseFile(file: ChosenFile): Promise<void> {
    const chooser = this.root.page().waitForEvent('filechooser');
    await this.sandbox.getByRole('button', { name: 'browse' }).click();
    const buffer = Buffer.from(file.text);
    await (await chooser).setFiles({ name: file.name, mimeType: 'text/plain', buffer });
  }

  /** Drags a file over the input sandbox and drops it there. */
  async dropFile(file: ChosenFile): Promise<void> {
    const transfer = await this.root.page().evaluateHandle(({ name, text }) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name, { type: 'text/plain' }));
      return data;
    }, file);
    for (const type of ['dragenter', 'dragover', 'drop'])
      await this.sandbox.dispatchEvent(type, { dataTransfer: transfer });
  }

  /** Submits and answers the ids of the jobs, read from what the window says. */
  async submit(): Promise<readonly number[]> {
    const before = await this.submitted.allTextContents();
    await this.submitButton.click();
    await expect(async () => expect(await this.submitted.allTextContents()).not.toEqual(before)).toPass();
    return this.submittedIds();
  }

  async submittedIds(): Promise<readonly number[]> {
    const words = (await this.submitted.textContent()) ?? '';
    const run = /(\d+) – (\d+)/.exec(words);
    if (run) {
      const [first, last] = [Number(run[1]), Number(run[2])];
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }
    const ids = /(?:Job |submitted: )([\d, ]+)/.exec(words)?.[1] ?? '';
    return ids.split(',').map(Number);
  }
}
