/** Step 3 of the tutorial: the .p12 of the welcome page becomes a proxy on the server. */
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { withoutProxies } from '../world/seed.ts';
import { tutorialImage } from '../world/tutorial-images.ts';

test.use({ hasProxy: false });

test.describe('Proxy Upload', { tag: '@smoke' }, () => {
  for (const encoding of ['modern', 'legacy'] as const)
    test(`a .p12 of ${encoding} encoding is opened here and a proxy of it uploaded`, async ({
      desktop,
      page,
      user,
    }) => {
      await withoutProxies(user);
      const { demo } = await user.client.call('GET /bff/welcome', {});
      const offered = demo?.certificates.find(
        (certificate) => certificate.userName === 'mkolar' && certificate.encoding === encoding,
      );
      if (offered === undefined) throw new Error('The welcome page offers no such certificate.');
      await desktop.entry('Welcome page').click();
      const welcome = new WelcomePage(page);
      const download = await welcome.takeCertificate(offered.fileName);
      expect(download.suggestedFilename()).toBe(offered.fileName);
      await welcome.goToDesktop.click();

      const file = await readFile(await download.path());
      const sent: Buffer[] = [];
      page.on('request', (request) =>
        sent.push(Buffer.from(request.url()), request.postDataBuffer() ?? Buffer.alloc(0)),
      );
      const upload = await desktop.openProxyUpload();
      await upload.open.click();
      await expect(upload.root).toContainText('Choose a .p12 or .pfx file first.');
      await upload.choose(await download.path());
      await upload.passphrase.fill(offered.passphrase);
      await upload.open.click();
      await expect(upload.review).toBeVisible();
      await expect(upload.facts.first()).toContainText('Kolar');
      await expect(upload.root).toContainText('Issuer');
      await expect(upload.groups).toContainText('training_user');
      await expect(upload.lifetime).toBeVisible();
      if (encoding === 'modern') await tutorialImage(page, 'tutorial-2-proxy-upload');
      await upload.upload.click();
      await expect(upload.done).toBeVisible();
      await expect(upload.root).toContainText('access_user');
      // Neither as it is nor in Base64; the middle of the file is its encrypted key or certificate.
      const secret = file.subarray(file.length / 2, file.length / 2 + 48);
      for (const part of ['PRIVATE KEY', `"${offered.passphrase}"`, secret, secret.toString('base64')])
        expect(sent.filter((bytes) => bytes.includes(part)).map(String)).toEqual([]);
      expect(sent.filter((bytes) => bytes.includes('BEGIN CERTIFICATE')).length).toBe(1);
      expect(await user.client.call('GET /bff/proxies/status', {})).toMatchObject({ state: 'Valid' });

      const manager = await desktop.open('Proxy Manager');
      await expect(manager.getByRole('row').filter({ hasText: 'mkolar' })).toBeVisible();
      await upload.openLaunchpad.click();
      await expect(desktop.window('Job Launchpad')).toBeVisible();
    });

  test('a proxy serves the groups that are ticked; uploaded again with all, it serves all', async ({
    desktop,
    page,
    user,
  }, info) => {
    await withoutProxies(user);
    const { demo } = await user.client.call('GET /bff/welcome', {});
    const offered = demo?.certificates.find(({ userName }) => userName === 'mkolar');
    if (offered === undefined) throw new Error('The welcome page offers no such certificate.');
    const file = info.outputPath(offered.fileName);
    await writeFile(file, await (await page.request.get(offered.url)).body());
    const manager = await desktop.open('Proxy Manager');
    const stored = manager.getByRole('row').filter({ hasText: 'mkolar' });
    const upload = await desktop.openProxyUpload();
    const groups = ['training_user', 'access_user'];
    const review = async (): Promise<void> => {
      await upload.choose(file);
      await upload.passphrase.fill(offered.passphrase);
      await upload.open.click();
      for (const group of groups) await expect(upload.group(group)).toBeChecked();
    };

    await review();
    for (const group of groups) await upload.group(group).uncheck();
    await expect(upload.groups).toHaveAccessibleDescription(/Tick at least one group/);
    await expect(upload.upload).toBeDisabled();
    await upload.group('training_user').check();
    await upload.upload.click();
    await expect(stored).toContainText('training_user');
    await expect(stored).not.toContainText('access_user');

    await upload.again.click();
    await review();
    await upload.upload.click();
    for (const group of groups) await expect(stored).toContainText(group);
  });
});
