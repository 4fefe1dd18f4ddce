/** A program in a terminal logs in: its person approves in the browser, and its token runs a job. */
import { expect, test } from '../fixtures.ts';
import { DevicePage } from '../pages/device-page.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { greetingJob } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { askForCodes, pollForToken, postWithToken } from '../world/terminal.ts';
import { expectAccessible, picture } from '../windows/look.ts';

for (const theme of ['light', 'dark'] as const)
  test.describe(`Log in a terminal, ${theme}`, () => {
    test.use({ theme });

    test('the code is compared and approved, and the token submits a job and sees it Done', async ({
      page,
      user,
    }) => {
      const codes = await askForCodes(serverUrl(), 'vo:vo.access.egi.eu');
      expect(await pollForToken(serverUrl(), codes.device_code)).toBe('authorization_pending');

      await page.goto(codes.verification_uri_complete);
      await new StandInPage(page).logInAs(user.userName);
      const device = new DevicePage(page);
      await expect(device.code).toHaveText(codes.user_code);
      await expect(page.getByRole('main')).toContainText('Command line (myDIRACClientID)');
      await expect(page.getByRole('main')).toContainText('127.0.0.1');
      await device.group.selectOption('access_user');
      await expectAccessible(page, 'the page that asks');
      await picture(page, `log-in-a-terminal-${theme}`);
      await device.approve.focus();
      await page.keyboard.press('Enter');
      await expect(device.complete).toBeVisible();

      const token = await pollForToken(serverUrl(), codes.device_code);
      const [job] = await postWithToken<readonly { readonly JobID: number }[]>(
        `${serverUrl()}/api/jobs/jdl`,
        token,
        [greetingJob('From a terminal')],
      );
      const search = [{ parameter: 'JobID', operator: 'eq', value: job?.JobID }];
      const status = async (): Promise<unknown> => {
        const found = await postWithToken<readonly Record<string, unknown>[]>(
          `${serverUrl()}/api/jobs/search`,
          token,
          { search },
        );
        return found[0]?.['Status'];
      };
      await expect.poll(status, { timeout: 40_000 }).toBe('Done');
    });
  });

test.describe('By hand', () => {
  // That the code was used is what the last look at it says.
  test.use({ expectedMessages: [/status of 409/] });

  test('a code is typed by hand, and denied', async ({ page, user }) => {
    const codes = await askForCodes(serverUrl(), '');
    const device = new DevicePage(page);
    await page.goto(codes.verification_uri);
    await device.codeField.fill('BBBB BBBB');
    await device.continue.click();
    await expect(page.getByRole('alert')).toContainText('This code is not known');
    await device.codeField.fill(codes.user_code.toLowerCase().replace('-', ' '));
    await page.keyboard.press('Enter');
    await new StandInPage(page).logInAs(user.userName);
    await expect(device.code).toHaveText(codes.user_code);
    await device.deny.click();
    await expect(page.getByRole('status')).toContainText('Denied');
    expect(await pollForToken(serverUrl(), codes.device_code)).toBe('access_denied');
    await page.reload();
    await expect(page.getByRole('alert')).toContainText('used already');
  });
});
