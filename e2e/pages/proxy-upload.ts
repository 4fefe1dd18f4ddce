/** The Proxy Upload window: file and passphrase, whose it is, done. */
import type { Locator } from '@playwright/test';

export class ProxyUpload {
  readonly root: Locator;
  readonly browse: Locator;
  readonly passphrase: Locator;
  readonly open: Locator;
  readonly review: Locator;
  readonly facts: Locator;
  readonly lifetime: Locator;
  readonly groups: Locator;
  readonly upload: Locator;
  readonly done: Locator;
  readonly again: Locator;
  readonly openLaunchpad: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.browse = root.getByRole('button', { name: 'browse' });
    this.passphrase = root.getByLabel('Passphrase of the file');
    this.open = root.getByRole('button', { name: 'Open', exact: true });
    this.review = root.getByRole('heading', { name: 'Is this you?' });
    this.facts = root.getByRole('definition');
    this.lifetime = root.getByRole('slider', { name: 'Lifetime of the proxy' });
    this.groups = root.getByRole('group', { name: 'Groups that gain' });
    this.upload = root.getByRole('button', { name: 'Upload', exact: true });
    this.done = root.getByRole('heading', { name: /Proxy uploaded|Your stored proxy was kept/ });
    this.again = root.getByRole('button', { name: 'Upload another' });
    this.openLaunchpad = root.getByRole('button', { name: 'Open Job Launchpad' });
  }

  /** The check box of a group the proxy may serve. */
  group(name: string): Locator {
    return this.groups.getByRole('checkbox', { name });
  }

  /** Drags a file from the computer and drops it into the window. */
  async drop(name: string, bytes: Uint8Array): Promise<void> {
    const transfer = await this.root.page().evaluateHandle(
      ({ fileName, numbers }) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(numbers)], fileName, { type: 'application/x-pkcs12' }));
        return data;
      },
      { fileName: name, numbers: [...bytes] },
    );
    for (const type of ['dragenter', 'dragover', 'drop'])
      await this.browse.dispatchEvent(type, { dataTransfer: transfer });
  }

  /** Chooses a file with the browser's chooser, as a person does. */
  async choose(file: string): Promise<void> {
    const chooser = this.root.page().waitForEvent('filechooser');
    await this.browse.click();
    await (await chooser).setFiles(file);
  }
}
