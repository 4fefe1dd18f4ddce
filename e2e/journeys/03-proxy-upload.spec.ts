/** Step 3 of the tutorial: the .p12 of the welcome page becomes a proxy on the server. */
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

      const sent: string[] = [];
      page.on('request', (request) => sent.push(request.postData() ?? ''));
      const upload = await desktop.openProxyUpload();
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
      expect(sent.filter((body) => body.includes('PRIVATE KEY'))).toEqual([]);
      expect(await user.client.call('GET /bff/proxies/status', {})).toMatchObject({ state: 'Valid' });

      const manager = await desktop.open('Proxy Manager');
      await expect(manager.getByRole('row').filter({ hasText: 'mkolar' })).toBeVisible();
      await upload.openLaunchpad.click();
      await expect(desktop.window('Job Launchpad')).toBeVisible();
    });
});
