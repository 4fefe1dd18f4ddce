/** Somebody whose only VO suspended him reads so at his log-in, and is back when the suspension is lifted. */
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { logIn } from '../world/http-user.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { expectAccessible } from '../windows/look.ts';

const reason = 'The key was found on a public host';

test('whoever is suspended is told by which VO, why, and whom to write to', async ({ page }) => {
  const { accountId } = await (await logIn(serverUrl(), 'nsato')).client.call('GET /bff/me', {});
  const { client } = await logIn(serverUrl(), 'iortega', 'access_admin');
  await client.call('PUT /bff/registry/members/:accountId/suspension', {
    params: { accountId },
    body: { reason },
  });
  try {
    const welcome = new WelcomePage(page);
    await welcome.visit();
    await welcome.checkIn.click();
    await new StandInPage(page).logInAs('nsato');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Your membership is suspended');
    const told = page.getByRole('main');
    await expect(told).toContainText(`vo.access.egi.eu suspended you`);
    await expect(told).toContainText(reason);
    await expect(told).toContainText('write to the managers of vo.access.egi.eu');
    await expect(told, 'his VO takes requests, only not his').not.toContainText('No VO takes requests');
    await expectAccessible(page, 'the page of somebody suspended');
  } finally {
    await client.call('DELETE /bff/registry/members/:accountId/suspension', { params: { accountId } });
  }
  await page.reload();
  await new Desktop(page).ready();
});
