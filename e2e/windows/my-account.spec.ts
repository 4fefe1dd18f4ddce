/** My Account: sessions are listed and ended, events read, exported and gone through; every view to be looked at. */
import { readFile } from 'node:fs/promises';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { expect, test } from '../fixtures.ts';
import { logIn } from '../world/http-user.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { expectAccessible, picture } from './look.ts';

type Event = AnswerOf<Routes['GET /bff/audit']>['events'][number];

const large = { width: 1920, height: 1080 };
const small = { width: 1280, height: 800 };
const views = ['Who I am', 'Where I am logged in', 'What happened'] as const;

test('a session elsewhere is ended, and it is written down', async ({ desktop, page, user }) => {
  const elsewhere = await logIn(serverUrl(), user.userName);
  await logIn(serverUrl(), user.userName);
  await desktop.choose(desktop.userButton, 'My Account');
  const account = await desktop.openMyAccount();
  await expect(account.root).toContainText('Marta Kolar');
  await expect(account.groups).toContainText('access_user (you act in it)');

  await account.view('Where I am logged in');
  await expect(account.session('This one')).toHaveCount(1);
  const others = account.sessions.getByRole('button', { name: /^End the session/ });
  const before = await others.count();
  expect(before).toBeGreaterThanOrEqual(2);
  await others.first().click();
  await account.question().getByRole('button', { name: 'End', exact: true }).click();
  await expect(others).toHaveCount(before - 1);
  await account.endAllOthers.click();
  await account.question().getByRole('button', { name: 'End all others' }).click();
  await expect(others).toHaveCount(0);
  await expect(account.session('This one')).toHaveCount(1);
  await expect(account.endAllOthers).toHaveAttribute('aria-disabled', 'true');
  await expect(elsewhere.client.call('GET /bff/me', {})).rejects.toMatchObject({
    code: 'access.unauthenticated',
  });

  await account.view('What happened');
  await expect(account.event('Session ended from elsewhere').first()).toContainText('you');
  await expect(account.scope, 'no reader of the VO').toHaveCount(0);
  await page.reload();
  await expect(account.event('Logged in').first(), 'the view is kept').toBeVisible();
});

test.describe('for managers', () => {
  test.use({ userName: 'iortega', group: 'access_admin', hasProxy: false });

  test('they read what was done in the whole VO', async ({ desktop }) => {
    const account = await desktop.openMyAccount();
    await account.view('What happened');
    await account.scope.getByRole('button', { name: 'Whole VO' }).click();
    await expect(account.root).toContainText('What was done in vo.access.egi.eu by whom');
    await expect(account.exportButton, 'not for managers of members').toHaveCount(0);
  });

  test('administrators export the log', async ({ desktop, page }) => {
    const row = { audit_id: 1, action: 'log in' };
    await page.route('**/bff/audit/export?afterId=0', (route) =>
      route.fulfill({ body: `${JSON.stringify(row)}\n`, contentType: 'application/jsonl' }),
    );
    await page.route('**/bff/me', async (route) => {
      const answer = await route.fetch();
      const me = (await answer.json()) as AnswerOf<Routes['GET /bff/me']>;
      for (const { properties } of me.memberships) properties.push('CSAdministrator');
      await route.fulfill({ response: answer, json: me });
    });
    await page.reload();
    await desktop.ready();
    const account = await desktop.openMyAccount();
    await account.view('What happened');
    const download = page.waitForEvent('download');
    await account.exportButton.click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('audit-log.jsonl');
    expect(JSON.parse(await readFile(await saved.path(), 'utf8'))).toEqual(row);
  });
});

const eventAt = (auditId: number, given: Partial<Event> = {}): Event => ({
  auditId,
  at: new Date(Date.UTC(2026, 10, 20, 14, 0, auditId % 60)).toISOString(),
  action: 'log in',
  actor: 'mkolar',
  actorGroup: '',
  way: 'session',
  address: '192.0.2.17',
  requestId: 'a-request',
  target: 'mkolar',
  vo: null,
  subjectDn: null,
  result: 'OK',
  details: { issuer: 'https://aai.egi.eu/auth/realms/egi' },
  ...given,
});

/** One of each kind, so that the pictures show what can be there. */
const newest: readonly Event[] = [
  eventAt(205, {
    action: 'suspend account',
    actor: 'iortega',
    actorGroup: 'access_admin',
    details: { reason: 'The key was found on a public host' },
  }),
  eventAt(204, {
    action: 'grant membership',
    actor: 'iortega',
    actorGroup: 'access_admin',
    details: { group: 'access_user' },
  }),
  eventAt(203, {
    action: 'refuse proxy',
    actorGroup: 'access_user',
    result: 'certificate.revoked',
    details: {},
  }),
  eventAt(202, {
    action: 'store proxy',
    actorGroup: 'access_user',
    subjectDn: '/DC=org/DC=example/C=CZ/O=Example University/CN=Marta Kolar',
    details: {},
  }),
  eventAt(201, {
    action: 'download proxy',
    actor: 'pilot',
    way: null,
    address: null,
    result: 'OK limited, job 7, attempt 1',
    details: {},
  }),
];

test.describe('in trouble', () => {
  test.use({ expectedMessages: [/status of 403 .*\/bff\/audit/] });

  test('older events are loaded when asked for, and a fault can be tried again', async ({
    desktop,
    page,
  }) => {
    let isBroken = true;
    await page.route(/\/bff\/audit\?/, (route) => {
      const query = new URL(route.request().url()).searchParams;
      if (isBroken)
        return route.fulfill({ status: 403, json: { code: 'access.denied', detail: 'Not at the moment.' } });
      const limit = Number(query.get('limit'));
      const from = Number(query.get('beforeId') ?? 61) - 1;
      const ids = Array.from({ length: Math.min(limit, from) }, (_, index) => from - index);
      return route.fulfill({ json: { events: ids.map((id) => eventAt(id)) } });
    });
    const account = await desktop.openMyAccount();
    await account.view('What happened');
    await expect(account.root.getByRole('alert')).toContainText('Not at the moment.');
    await expectAccessible(page, 'Events that cannot be read');
    isBroken = false;
    await account.root.getByRole('button', { name: 'Try again' }).click();
    await expect(account.events.getByRole('row')).toHaveCount(51);
    await account.loadOlder.click();
    await expect(account.events.getByRole('row')).toHaveCount(61);
    await expect(account.loadOlder).toHaveCount(0);
  });
});

for (const theme of ['light', 'dark'] as const)
  test.describe(`My Account, ${theme}`, () => {
    test.use({ theme, userName: 'iortega', group: 'access_admin', hasProxy: false });

    test('every view', async ({ desktop, page, user }) => {
      await page.route(/\/bff\/audit\?/, (route) => route.fulfill({ json: { events: newest } }));
      await logIn(serverUrl(), user.userName);
      const account = await desktop.openMyAccount();
      for (const view of views) {
        await account.view(view);
        await expect(account.root.getByRole('tabpanel')).toContainText(/\w{3}/);
        await expect(account.root.getByRole('status', { name: /^Reading/ })).toHaveCount(0);
        await expectAccessible(page, view);
        const name = `my-account-${view.toLowerCase().replaceAll(' ', '-')}-${theme}`;
        await picture(page, `${name}-1280`);
        await page.setViewportSize(large);
        await picture(page, `${name}-1920`);
        await page.setViewportSize(small);
      }
    });
  });
