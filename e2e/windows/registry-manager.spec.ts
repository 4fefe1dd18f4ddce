/** The Registry Manager and the page of newcomers: what managers decide, and every view to be looked at. */
import type { AnswerOf, Routes } from '@wm/api-contract';
import { expect, test } from '../fixtures.ts';
import type { Desktop } from '../pages/desktop.ts';
import { NewcomerPage } from '../pages/newcomer-page.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { logIn } from '../world/http-user.ts';
import { outsideTheVo } from '../world/memberships.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { expectAccessible, picture } from './look.ts';

type Requests = AnswerOf<Routes['GET /bff/registry/requests']>;
type Members = AnswerOf<Routes['GET /bff/registry/members']>;

const large = { width: 1920, height: 1080 };
const small = { width: 1280, height: 800 };

const request = (
  requestId: number,
  given: Partial<Requests['requests'][number]>,
): Requests['requests'][number] => ({
  requestId,
  vo: 'vo.access.egi.eu',
  accountId: `account-${requestId}`,
  userName: 'tguest',
  displayName: 'Tom Guest',
  email: 'tom.guest@example.org',
  motivation: 'Docking runs for my thesis at Example University, with Prof. Example.',
  requestedAt: '2026-11-20T14:06:08.000Z',
  decision: null,
  decidedAt: null,
  decidedBy: null,
  reason: '',
  ...given,
});

const decided = { decidedAt: '2026-11-21T09:30:00.000Z', decidedBy: 'iortega' } as const;

const requests: Requests = {
  requests: [
    request(4, {}),
    request(5, {
      userName: 'lberg',
      displayName: 'Liv Berg',
      email: null,
      motivation: `${'We want to simulate tides of the North Sea with some thousand jobs a week. '.repeat(6)}\nThank you!`,
    }),
    request(3, {
      decision: 'granted',
      reason: 'access_user',
      ...decided,
      userName: 'nsato',
      displayName: 'Naomi Sato',
    }),
    request(2, { decision: 'refused', reason: 'Please ask the VO of your own community.', ...decided }),
    request(1, { decision: 'withdrawn', ...decided, decidedBy: 'tguest' }),
  ],
  grantableGroups: ['access_user'],
};

const member = (
  userName: string,
  given: Partial<Members['members'][number]>,
): Members['members'][number] => ({
  accountId: userName,
  userName,
  displayName: userName,
  email: `${userName}@example.org`,
  lastLogInAt: '2026-11-20T14:06:08.000Z',
  groups: [{ group: 'access_user', sources: ['configuration'] }],
  suspension: null,
  ...given,
});

const members: Members = {
  members: [
    member('iortega', {
      displayName: 'Ines Ortega',
      groups: [
        { group: 'access_user', sources: ['configuration'] },
        { group: 'access_admin', sources: ['configuration'] },
      ],
    }),
    member('mkolar', {
      displayName: 'Marta Kolar',
      suspension: { reason: 'The key was found on a public host', by: 'iortega', at: decided.decidedAt },
    }),
    member('nsato', {
      displayName: 'Naomi Sato',
      groups: [{ group: 'access_user', sources: ['entitlement'] }],
    }),
    member('tguest', {
      displayName: 'Tom Guest',
      groups: [{ group: 'access_user', sources: ['entitlement', 'granted'] }],
      suspension: { reason: 'Listed in the configuration', by: 'configuration', at: null },
    }),
  ],
};

async function twoPictures(desktop: Pick<Desktop, 'page'>, name: string): Promise<void> {
  await expectAccessible(desktop.page, name);
  await picture(desktop.page, `${name}-1280`);
  await desktop.page.setViewportSize(large);
  await picture(desktop.page, `${name}-1920`);
  await desktop.page.setViewportSize(small);
}

test('only groups that manage members have it in the menu', async ({ desktop }) => {
  await expect(desktop.entry('My Account')).toBeVisible();
  await expect(desktop.entry('Registry Manager')).toHaveCount(0);
});

test.describe('for managers', () => {
  test.use({ userName: 'iortega', group: 'access_admin', hasProxy: false });

  /** Refused people wait for a day, so only the answer of the server to a first run is looked at. */
  test('a refusal by keyboard reaches who asked', async ({ desktop, page }) => {
    const asker = await logIn(serverUrl(), 'jlind');
    await asker.client.call('POST /bff/registry/own-requests', {
      body: { vo: 'vo.access.egi.eu', motivation: 'Courses only, so far.' },
    });
    const registry = await desktop.openRegistryManager();
    await registry
      .request('Jonas Lind')
      .getByRole('button', { name: /^Refuse/ })
      .press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Refuse…' }).press('Enter');
    const question = registry.question('Refuse the request of Jonas Lind?');
    const refuse = question.getByRole('button', { name: 'Refuse' });
    await expect(refuse).toHaveAttribute('title', 'Give a reason first');
    await question.getByLabel('Reason').fill('Please ask the VO of your own community.');
    await refuse.click();
    await expect(registry.decidedRequests).toContainText('Please ask the VO of your own community.');
    const { requests: own } = await asker.client.call('GET /bff/registry/own-requests', {});
    expect(own[0]).toMatchObject({ decision: 'refused', reason: 'Please ask the VO of your own community.' });
  });

  test('a member is suspended with a reason, and the suspension lifted', async ({ desktop, page }) => {
    const suspended = await logIn(serverUrl(), 'nsato');
    const registry = await desktop.openRegistryManager();
    await registry.view('Members');
    await registry.chooseFor('nsato', 'Suspend…');
    const question = registry.question('Suspend Naomi Sato?');
    await question.getByLabel('Reason').fill('The key was found on a public host');
    await question.getByRole('button', { name: 'Suspend' }).click();
    await expect(registry.member('nsato').first()).toContainText('The key was found on a public host');
    const groups = async () => (await suspended.client.call('GET /bff/me', {})).memberships.length;
    expect(await groups(), 'at once').toBe(0);
    // By keyboard: Enter on the row opens its menu.
    await registry.member('nsato').first().getByRole('gridcell').first().click();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Lift suspension…' }).press('Enter');
    await registry
      .question('Lift the suspension of Naomi Sato?')
      .getByRole('button', { name: 'Lift suspension' })
      .click();
    await expect(registry.member('nsato').first()).toContainText('Active');
    expect(await groups()).toBe(1);
  });

  test('a log-in is tried out before somebody stands at the door', async ({ desktop }) => {
    const registry = await desktop.openRegistryManager();
    await registry.view('Try a log-in');
    await registry.entitlements.fill(
      [
        'urn:mace:egi.eu:group:vo.access.egi.eu:role=member#aai.egi.eu',
        'urn:mace:egi.eu:group:',
        'urn:mace:elsewhere.example:group:x#y',
      ].join('\n'),
    );
    await registry.tryIt.click();
    await expect(registry.trial).toContainText('In one group');
    await expect(registry.trial.getByRole('table', { name: 'Groups', exact: true })).toContainText(
      'entitlement /vo.access.egi.eu',
    );
    await expect(registry.trial.getByRole('table', { name: 'Missing groups' })).toContainText('access_admin');
    await expect(registry.trial).toContainText('of name spaces that are not trusted here');
    await registry.view('Members');
    await registry.view('Try a log-in');
    await expect(registry.trial, 'it outlives a look at the members').toContainText('In one group');
  });
});

for (const theme of ['light', 'dark'] as const)
  test.describe(`Registry Manager, ${theme}`, () => {
    test.use({ theme, userName: 'iortega', group: 'access_admin', hasProxy: false });

    test('every view', async ({ desktop, page }) => {
      test.slow(); // many looks with axe-core
      await page.route('**/bff/registry/requests', (route) => route.fulfill({ json: requests }));
      await page.route('**/bff/registry/members', (route) => route.fulfill({ json: members }));
      const registry = await desktop.openRegistryManager();
      await expect(registry.root.getByRole('tab', { name: 'Requests (2 open)' })).toBeVisible();
      await twoPictures(desktop, `registry-requests-${theme}`);
      await registry
        .request('Tom Guest')
        .getByRole('button', { name: /^Grant/ })
        .click();
      await expect(registry.question(/^Make/).getByRole('combobox')).toHaveValue('access_user');
      await twoPictures(desktop, `registry-grant-${theme}`);
      await page.keyboard.press('Escape');
      await registry.view('Members');
      await expect(registry.member('tguest').first()).toBeVisible();
      await twoPictures(desktop, `registry-members-${theme}`);
      await registry.chooseFor('iortega');
      await expectAccessible(page, 'Menu of a member', '[role="menu"]');
      await picture(page, `registry-member-menu-${theme}-1280`);
      await page.keyboard.press('Escape');
      await registry.view('Try a log-in');
      await twoPictures(desktop, `registry-trial-empty-${theme}`);
      await registry.entitlements.fill('urn:mace:egi.eu:group:vo.access.egi.eu:role=member#aai.egi.eu');
      await registry.tryIt.click();
      await expect(registry.trial).toBeVisible();
      await twoPictures(desktop, `registry-trial-${theme}`);
    });
  });

for (const theme of ['light', 'dark'] as const)
  test.describe(`Newcomers, ${theme}`, () => {
    test.use({ theme });
    test.beforeEach(() => outsideTheVo('tguest'));

    test('the page before and after asking', async ({ page }) => {
      await page.route('**/bff/registry/own-requests', (route) => route.fulfill({ json: { requests: [] } }));
      const welcome = new WelcomePage(page);
      await welcome.visit();
      await welcome.checkIn.click();
      await new StandInPage(page).logInAs('tguest');
      const newcomer = new NewcomerPage(page);
      await expect(newcomer.motivation).toBeVisible();
      await twoPictures({ page }, `newcomer-${theme}`);
      await page.route('**/bff/registry/own-requests', (route) =>
        route.fulfill({
          json: { requests: requests.requests.filter(({ userName }) => userName !== 'lberg') },
        }),
      );
      await page.reload();
      await expect(newcomer.requests).toBeVisible();
      await twoPictures({ page }, `newcomer-asked-${theme}`);
    });
  });
