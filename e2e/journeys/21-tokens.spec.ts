/** Token Manager: what the log-in left and where a program is logged in, looked into and ended, by keyboard and mouse. */
import { expect, test } from '../fixtures.ts';
import type { HttpUser } from '../world/http-user.ts';
import { askForCodes, pollForToken } from '../world/terminal.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { expectAccessible, picture } from '../windows/look.ts';

test.use({ hasProxy: false });

async function logInTerminal(user: HttpUser): Promise<void> {
  const codes = await askForCodes(serverUrl(), `vo:vo.access.egi.eu group:${user.group}`);
  const params = { handle: codes.user_code };
  await user.client.call('POST /bff/authorizations/:handle', {
    params,
    body: { approve: true, group: user.group },
  });
  expect(await pollForToken(serverUrl(), codes.device_code)).toMatch(/^ey/);
}

/** Of earlier tests: here one row of each kind is enough. */
async function withoutIssued(user: HttpUser): Promise<void> {
  const { tokens } = await user.client.call('GET /bff/tokens', {});
  for (const { kind, tokenId } of tokens)
    if (kind === 'issued')
      await user.client.call('DELETE /bff/tokens/:kind/:tokenId', { params: { kind, tokenId } });
}

for (const theme of ['light', 'dark'] as const)
  test.describe(`Tokens, ${theme}`, () => {
    test.use({ theme });

    test('the token of the log-in and that of a terminal are seen, and ended', async ({
      desktop,
      page,
      user,
    }) => {
      await withoutIssued(user);
      await logInTerminal(user);
      const manager = await desktop.open('Token Manager');
      const ofLogIn = manager.getByRole('row').filter({ hasText: 'Check-in' });
      const ofTerminal = manager.getByRole('row').filter({ hasText: 'Command line' });
      await expect(ofLogIn).toContainText(user.userName);
      await expect(ofTerminal).toContainText(user.userName);
      await expectAccessible(page, 'Token Manager');
      await picture(page, `token-manager-${theme}`);

      await expect(manager.getByRole('button', { name: /^Actions for token/ }).first()).toBeVisible();
      await ofTerminal.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Show claims' }).click();
      const claims = page.getByRole('dialog', { name: 'Claims of the access token' });
      await expect(claims).toContainText(`"dirac_group": "${user.group}"`);
      await expect(claims).not.toContainText('jti');
      await expectAccessible(page, 'claims of a token');
      await page.keyboard.press('Escape');
      await expect(claims).toHaveCount(0);

      await ofTerminal.getByRole('gridcell').nth(1).click();
      await page.keyboard.press('Delete');
      const question = page.getByRole('dialog', { name: 'Delete this token?' });
      await expect(question).toContainText('The program that holds it has to log in again.');
      await question.getByRole('button', { name: 'Delete' }).click();
      await expect(ofTerminal).toHaveCount(0);

      await ofLogIn.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await question.getByRole('button', { name: 'Delete' }).click();
      await expect(desktop.notifications).toContainText('Token deleted');
      await expect(manager).toContainText('No refresh token is kept');
      await expectAccessible(page, 'Token Manager without tokens');
    });
  });
