/** Proxies of a Master Portal: a stand-in for it behind TLS with real certificates, good, faulty and hostile. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseCertificate, readPem, validateChain } from '@wm/credentials';
import { createTestPki } from '@wm/credentials/testing';
import { rows } from '../../db/database.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import {
  aConfiguration,
  configurationHolder,
  entitlementTo,
  openGrantWorld,
  startFakeMasterPortal,
  type PortalFault,
} from '../../testing/index.ts';
import { createKeyPool } from '../key-pool.ts';
import type { OutsideProvider } from '../outside/token-grant.ts';
import { createTokenGrants } from '../outside/token-grants.service.ts';
import { createProxyManager } from '../proxy-manager.service.ts';
import { createProxyProviders } from './index.ts';
import { createProxyRenewal, renewalAtMs } from './proxy-renewal.agent.ts';

const hourS = 3600;
const issuer = 'https://portal.example.org/mp-oa2-server';
const providerId = 'portal';

/** The token endpoint of the portal: each refresh gives `<person>-<n>`; `revoked` is taken no more. */
function fakeTokenEndpoint() {
  const state = { refreshes: 0, isRevoked: false };
  const provider: OutsideProvider = {
    async refresh(refreshToken) {
      if (state.isRevoked)
        throw new WmsError('access.unauthenticated', 'The provider takes the token no more.');
      state.refreshes += 1;
      return { ...given(`${refreshToken}-${state.refreshes}`), refreshToken };
    },
    identityOf: async () => undefined,
    revoke: async () => undefined,
  };
  return { state, provider };
}

const given = (accessToken: string) => ({
  providerId,
  accessToken,
  accessExpiresAtMs: Date.now() + hourS * 1000,
  refreshToken: 'refresh',
  refreshExpiresAtMs: null,
  scopes: 'openid edu.uiuc.ncsa.myproxy.getcert',
  idClaims: {},
});

async function openWorld({ patienceMs = 30_000, lifetimeH = 240 } = {}) {
  const outside = fakeTokenEndpoint();
  const world = await openGrantWorld({ get: () => outside.provider });
  const { clock, database, lines } = world;
  const folder = await mkdtemp(join(tmpdir(), 'wm-portal-'));
  const pki = await createTestPki(clock.nowMs());
  const portal = await startFakeMasterPortal(pki, { nowMs: () => clock.nowMs() });
  const clientSecretFile = join(folder, 'secret');
  await writeFile(clientSecretFile, `${portal.clientSecret}\n`, { mode: 0o600 });
  const configuration = configurationHolder(
    aConfiguration({
      vos: { escape: { groups: { escape_user: { properties: ['NormalUser'], fqans: ['/escape'] } } } },
      identity: {
        proxyProvider: {
          kind: 'master-portal',
          id: providerId,
          name: 'Example Portal',
          issuer,
          getProxyUrl: `${portal.origin}/getproxy`,
          clientId: portal.clientId,
          clientSecretFile,
          lifetimeH,
        },
      },
    }),
  );
  const trusted = { store: pki.trust };
  const trust = { current: async () => trusted.store };
  const deps = { ...world.parts, database, configuration, trust, keys: createKeyPool() };
  const grants = createTokenGrants(deps);
  const proxyProvider = createProxyProviders({ ...deps, grants, patienceMs });
  const proxies = createProxyManager({ ...deps, proxyProvider });

  /** Somebody in a group; `refreshToken` undefined: never logged in at the portal. */
  async function person(name: string, refreshToken?: string) {
    const claims = { issuer: 'https://checkin', subject: name, entitlements: [entitlementTo('escape')] };
    const { accountId, userName } = await world.accounts.logIn({ ...claims, preferredUserName: name });
    const user = { ...world.principal(accountId, 'escape', 'NormalUser'), userName };
    const atPortal = { issuer, subject: `${name}-there` };
    const keep = (token: string) =>
      grants.useCases.keep(accountId, atPortal, { ...given('first'), refreshToken: token });
    if (refreshToken !== undefined) await keep(refreshToken);
    return { user, keep };
  }

  return {
    ...outside,
    database,
    clock,
    lines,
    pki,
    portal,
    trusted,
    clientSecretFile,
    grants,
    deps: { ...deps, proxyProvider },
    proxies,
    person,
    stored: () => database.read(() => rows<{ chain_pem: string; source: string }>('select * from proxies')),
    audited: async () =>
      (
        await database.read(() =>
          rows<{ action: string; result: string }>('select action, result from audit_log order by 1'),
        )
      ).map(({ action, result }) => `${action}: ${result}`),
    [Symbol.asyncDispose]: async () => {
      await portal[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

type World = Awaited<ReturnType<typeof openWorld>>;

/** Somebody who logged in at the portal, where he is `certified`. */
async function certified(w: World, name: string, isTrusted = true) {
  const pki = isTrusted ? w.pki : await createTestPki(w.clock.nowMs());
  const credential = await pki.person(name);
  const known = await w.person(name.toLowerCase(), name);
  for (let count = 1; count < 10; count += 1) w.portal.tokens.set(`${name}-${count}`, credential);
  return { ...known, credential };
}

describe('one click', () => {
  test('gives a proxy to whoever logged in at the portal, and asks with what was agreed', async () => {
    await using w = await openWorld();
    const { user } = await certified(w, 'Ada');
    assert.deepEqual(await w.proxies.offer(user), { name: 'Example Portal', needsLogIn: false });
    assert.equal((await w.proxies.status(user)).state, 'Not Valid');
    const proxy = await w.proxies.issue(user);
    assert.match(proxy.subjectDn, /\/CN=Ada$/);
    assert.deepEqual(proxy.groups, ['escape_user']);
    assert.equal((await w.proxies.status(user)).state, 'Valid');
    assert.deepEqual(w.portal.asked, [
      {
        client_id: 'wm-portal',
        client_secret: 's3cret-of-the-portal',
        access_token: 'Ada-1',
        proxylifetime: String(240 * hourS),
      },
    ]);
    const [row] = await w.stored();
    assert.equal(row?.source, 'master-portal');
    const chain = readPem(row.chain_pem).map(({ der }) => parseCertificate(der));
    assert.equal((await validateChain(chain, w.pki.trust, w.clock.nowMs())).proxies.length, 2);
    assert.ok((await w.audited()).includes('issue proxy: OK'));
  });

  test('without a log-in at the portal it says so, and asks the portal nothing', async () => {
    await using w = await openWorld();
    const { user } = await w.person('ben');
    assert.deepEqual(await w.proxies.offer(user), { name: 'Example Portal', needsLogIn: true });
    await assert.rejects(w.proxies.issue(user), {
      code: 'proxy.missing',
      message: /Log in at Example Portal first/,
      details: { reason: 'NEEDS_LOG_IN' },
    });
    assert.deepEqual(w.portal.asked, []);
  });

  test('of somebody else never: his grant is not that of who asks', async () => {
    await using w = await openWorld();
    await certified(w, 'Ada');
    const { user } = await w.person('eve');
    await assert.rejects(w.proxies.issue(user), { code: 'proxy.missing' });
    assert.deepEqual(w.portal.asked, []);
  });

  test('a token of another issuer is not shown to the portal', async () => {
    await using w = await openWorld();
    const { user } = await w.person('ada');
    const elsewhere = { issuer: 'https://another.example.org', subject: 'ada' };
    await w.grants.useCases.keep(user.accountId, elsewhere, given('x'));
    await assert.rejects(w.proxies.issue(user), { code: 'proxy.missing' });
    assert.deepEqual(w.portal.asked, []);
  });

  test('clicked five times at once it asks once', async () => {
    await using w = await openWorld();
    const { user } = await certified(w, 'Ada');
    const got = await Promise.all(Array.from({ length: 5 }, () => w.proxies.issue(user)));
    assert.equal(new Set(got.map(({ proxyId }) => proxyId)).size, 1);
    assert.equal(w.portal.asked.length, 1);
  });

  test('a shorter one of the same certificate does not replace a longer one', async () => {
    await using w = await openWorld({ lifetimeH: 48 });
    const { user } = await certified(w, 'Ada');
    const first = await w.proxies.issue(user);
    // The clock of the portal goes back, so that the next one ends earlier.
    w.clock.advanceS(-hourS);
    const second = await w.proxies.issue(user);
    assert.deepEqual([second.proxyId, second.validUntilMs], [first.proxyId, first.validUntilMs]);
  });
});

describe('whose a proxy is', () => {
  test('that of somebody who is known here is refused, and stays with its owner', async () => {
    await using w = await openWorld();
    const ada = await certified(w, 'Ada');
    await w.proxies.issue(ada.user);
    const eve = await certified(w, 'Eve');
    for (const token of w.portal.tokens.keys())
      if (token.startsWith('Eve')) w.portal.tokens.set(token, ada.credential);
    await assert.rejects(w.proxies.issue(eve.user), { code: 'certificate.wrong-owner' });
    assert.deepEqual(await w.proxies.list(eve.user), []);
    assert.equal((await w.proxies.list(ada.user)).length, 1);
    assert.ok((await w.audited()).includes('refuse proxy: certificate.wrong-owner'));
  });

  test('that of somebody unknown is refused to whom the portal gave another name before', async () => {
    await using w = await openWorld();
    const ada = await certified(w, 'Ada');
    await w.proxies.issue(ada.user);
    const stranger = await w.pki.person('Stranger');
    for (const token of w.portal.tokens.keys()) w.portal.tokens.set(token, stranger);
    await assert.rejects(w.proxies.issue(ada.user), {
      code: 'certificate.wrong-owner',
      message: /CN=Stranger" came from Example Portal, but yours there are of ".*CN=Ada"/,
    });
    assert.equal((await w.stored()).length, 1);
  });

  test('that of a machine is refused', async () => {
    await using w = await openWorld();
    const ada = await certified(w, 'Ada');
    const machine = await w.pki.person('host/ce.example.org');
    for (const token of w.portal.tokens.keys()) w.portal.tokens.set(token, machine);
    await assert.rejects(w.proxies.issue(ada.user), { code: 'certificate.untrusted' });
  });
});

describe('a proxy that breaks a rule is not stored', () => {
  test('of an authority that is not in the trust folder', async () => {
    await using w = await openWorld();
    const { user } = await certified(w, 'Ada', false);
    await assert.rejects(w.proxies.issue(user), {
      code: 'certificate.untrusted',
      message: /^No proxy that can be taken came from Example Portal/,
    });
    assert.deepEqual(await w.stored(), []);
  });

  test('of a certificate that is revoked', async () => {
    await using w = await openWorld();
    const { user, credential } = await certified(w, 'Ada');
    w.trusted.store = await w.pki.revoke(credential.certificate);
    await assert.rejects(w.proxies.issue(user), { code: 'certificate.revoked' });
    assert.deepEqual(await w.stored(), []);
  });

  const broken: readonly (readonly [PortalFault, string, RegExp])[] = [
    ['key-of-another', 'proxy.invalid', /not for the key/],
    ['longer-than-asked', 'proxy.invalid', /lasts longer than what was asked for/],
    ['page', 'proxy.invalid', /something else than a proxy: no certificate/],
    ['empty', 'proxy.invalid', /something else than a proxy: no certificate/],
    ['sealed-key', 'proxy.invalid', /one private key in clear/],
    ['junk-key', 'proxy.invalid', /private key cannot be read/],
    ['endless', 'service.unavailable', /more than a proxy/],
    ['redirect', 'service.unavailable', /points elsewhere, where nothing is sent/],
    ['broken', 'service.unavailable', /gave no proxy \(status 500\)/],
    ['client-unknown', 'service.unavailable', /clientId or its secret/],
    ['no-entitlement', 'access.denied', /You may lack an entitlement/],
  ];
  for (const [fault, code, message] of broken)
    test(`answer: ${fault}`, async () => {
      await using w = await openWorld();
      const { user } = await certified(w, 'Ada');
      w.portal.fault = fault;
      await assert.rejects(w.proxies.issue(user), { code, message });
      assert.deepEqual(await w.stored(), []);
      assert.equal(w.portal.asked.length, 1, 'asked once: nothing that could not help is repeated');
      assert.ok((await w.audited()).includes(`refuse proxy: ${code}`));
    });

  test('an answer that never ends is given up', async () => {
    await using w = await openWorld({ patienceMs: 300 });
    const { user } = await certified(w, 'Ada');
    w.portal.fault = 'slow';
    await assert.rejects(w.proxies.issue(user), {
      code: 'service.unavailable',
      message: /too long to answer/,
    });
  });

  test('a portal whose host certificate nobody vouches for gets no secret', async () => {
    await using w = await openWorld();
    const { user } = await certified(w, 'Ada');
    w.trusted.store = (await createTestPki(w.clock.nowMs())).trust;
    await assert.rejects(w.proxies.issue(user), {
      code: 'service.unavailable',
      message: /cannot be reached/,
    });
    assert.deepEqual(w.portal.asked, []);
  });
});

describe('the token of the log-in at the portal', () => {
  test('one that the portal takes no more is refreshed once, and the proxy comes', async () => {
    await using w = await openWorld();
    const { user } = await certified(w, 'Ada');
    w.portal.tokens.delete('Ada-1');
    assert.match((await w.proxies.issue(user)).subjectDn, /CN=Ada$/);
    assert.deepEqual(
      w.portal.asked.map(({ access_token }) => access_token),
      ['Ada-1', 'Ada-2'],
    );
  });

  test('once only: then its owner has to log in there', async () => {
    await using w = await openWorld();
    const { user } = await certified(w, 'Ada');
    w.portal.tokens.clear();
    await assert.rejects(w.proxies.issue(user), {
      code: 'proxy.missing',
      details: { reason: 'NEEDS_LOG_IN' },
    });
    assert.deepEqual([w.portal.asked.length, w.state.refreshes], [2, 2]);
  });

  test('one that was revoked there: its owner is told, and may log in again', async () => {
    await using w = await openWorld();
    const { user, keep } = await certified(w, 'Ada');
    w.state.isRevoked = true;
    await assert.rejects(w.proxies.issue(user), {
      code: 'proxy.missing',
      details: { reason: 'NEEDS_LOG_IN' },
    });
    assert.deepEqual(w.portal.asked, []);
    assert.equal((await w.proxies.offer(user))?.needsLogIn, true);
    const notices = () => w.database.read(() => rows<{ title: string }>('select title from notices'));
    assert.deepEqual(await notices(), [{ title: 'Log in again at Example Portal' }]);
    w.state.isRevoked = false;
    await keep('Ada');
    assert.deepEqual(await notices(), []);
    await w.proxies.issue(user);
  });

  test('what the portal says of groups counts for nothing, and its grant stays', async () => {
    await using w = await openWorld();
    const { user } = await certified(w, 'Ada');
    w.clock.advanceS(11 * hourS);
    await w.grants.agent.runOnce();
    assert.equal(w.state.refreshes, 1);
    assert.equal((await w.grants.useCases.list(user))[0]?.status, 'live');
    assert.equal((await w.proxies.offer(user))?.needsLogIn, false);
  });
});

describe('renewal while jobs wait or run', () => {
  const dayS = 24 * hourS;

  async function withJob(w: World, options: { readonly hasJob?: boolean } = {}) {
    const ada = await certified(w, 'Ada');
    await w.proxies.issue(ada.user);
    if (options.hasJob !== false)
      await w.database.write(() =>
        rows(
          `insert into job_counters (vo, owner_group, owner, site, status, jobs)
           values ('escape', 'escape_user', $1, 'ANY', 'Waiting', 1)`,
          [ada.user.userName],
        ),
      );
    w.portal.asked.length = 0;
    const renewal = createProxyRenewal(w.deps);
    return {
      ...ada,
      renewal,
      endsAtMs: async () => (await w.proxies.list(ada.user))[0]?.validUntilMs ?? 0,
      /** Memberships count for a day after they were confirmed. */
      wait: async (seconds: number) => {
        w.clock.advanceS(seconds);
        await w.person('ada');
      },
    };
  }

  test('a proxy is renewed before its owner would be warned, and not earlier', async () => {
    await using w = await openWorld();
    const { renewal, endsAtMs, wait } = await withJob(w);
    const before = await endsAtMs();
    await renewal.runOnce();
    assert.equal(w.portal.asked.length, 0);
    await wait(8 * dayS + 19 * hourS);
    await renewal.runOnce();
    assert.ok((await endsAtMs()) > before + 8 * dayS * 1000);
    assert.ok((await w.audited()).includes('renew proxy: OK'));
    await renewal.runOnce();
    assert.equal(w.portal.asked.length, 1, 'the new one is long enough');
  });

  test('nothing is asked for without jobs, for uploaded proxies, or without a grant', async () => {
    await using w = await openWorld();
    const { renewal, wait } = await withJob(w, { hasJob: false });
    await wait(9 * dayS);
    await renewal.runOnce();
    assert.equal(w.portal.asked.length, 0);
    await using other = await openWorld();
    const jobs = await withJob(other);
    await jobs.wait(9 * dayS);
    await other.database.write(() => rows(`update proxies set source = 'upload'`));
    await jobs.renewal.runOnce();
    await other.database.write(() => rows(`update proxies set source = 'master-portal'`));
    await other.database.write(() => rows('delete from token_grants'));
    await jobs.renewal.runOnce();
    assert.equal(other.portal.asked.length, 0);
  });

  test('who is a member no more is not renewed', async () => {
    await using w = await openWorld();
    const { renewal } = await withJob(w);
    w.clock.advanceS(9 * dayS);
    await renewal.runOnce();
    assert.equal(w.portal.asked.length, 0);
  });

  test('a portal that fails is left alone for a while, longer each time', async () => {
    await using w = await openWorld();
    const { renewal, wait } = await withJob(w);
    await wait(9 * dayS);
    w.portal.fault = 'broken';
    for (const [afterS, asked] of [
      [0, 1],
      [30, 1],
      [31, 2],
      [61, 2],
      [60, 3],
    ] as const) {
      w.clock.advanceS(afterS);
      await renewal.runOnce();
      assert.equal(w.portal.asked.length, asked);
    }
    w.portal.fault = undefined;
    w.clock.advanceS(240);
    await renewal.runOnce();
    assert.ok((await w.audited()).includes('renew proxy: OK'));
  });

  test('a portal whose proxies are too short to help is not asked all the time, and the longer one stays', async () => {
    await using w = await openWorld();
    const { renewal, endsAtMs, wait } = await withJob(w);
    const before = await endsAtMs();
    await wait(9 * dayS);
    w.portal.fault = 'two-hours';
    for (let count = 0; count < 3; count += 1) await renewal.runOnce();
    assert.deepEqual([w.portal.asked.length, await endsAtMs()], [1, before]);
    w.clock.advanceS(61);
    await renewal.runOnce();
    assert.equal(w.portal.asked.length, 2);
  });

  test('the groups picked for a proxy stay picked', async () => {
    await using w = await openWorld();
    const { renewal, wait } = await withJob(w);
    await w.database.write(() => rows(`update proxies set groups_picked = '["escape_user"]'`));
    await wait(9 * dayS);
    await renewal.runOnce();
    const [row] = await w.database.read(() =>
      rows<{ groups_picked: string }>('select groups_picked from proxies'),
    );
    assert.deepEqual([row?.groups_picked, w.portal.asked.length], ['["escape_user"]', 1]);
  });

  test('half of a short life at the latest', () => {
    const daysMs = (days: number): number => days * dayS * 1000;
    assert.equal(renewalAtMs({ created_at_ms: 0, valid_until_ms: daysMs(10) }, dayS), daysMs(8.75));
    assert.equal(renewalAtMs({ created_at_ms: 0, valid_until_ms: daysMs(1) }, dayS), daysMs(0.5));
  });
});

test('neither secret nor token nor key is in log, audit, notices or errors, and the key lies sealed', async () => {
  await using w = await openWorld();
  const { user } = await certified(w, 'Ada');
  await w.proxies.issue(user);
  const errors: unknown[] = [];
  for (const fault of ['client-unknown', 'no-entitlement', 'page', 'redirect', 'junk-key'] as const) {
    w.portal.fault = fault;
    errors.push(
      await w.proxies
        .issue(user)
        .catch((error: WmsError) => [error.message, error.stack, error.details, String(error.cause)]),
    );
  }
  const dump = await w.database.read(function* () {
    const all: unknown[] = [];
    for (const table of ['audit_log', 'notices', 'proxies', 'token_grants', 'account_certificates'])
      all.push(yield* rows(`select * from ${table}`));
    return all;
  });
  const said = JSON.stringify([w.lines, errors, dump], (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  assert.ok(w.lines.some((line) => line.startsWith('proxy.issued')));
  assert.doesNotMatch(said, /s3cret|Ada-1|PRIVATE KEY/);
});

test('a client secret that others can read is used for nothing', async () => {
  await using w = await openWorld();
  const { user } = await certified(w, 'Ada');
  await chmod(w.clientSecretFile, 0o644);
  await assert.rejects(w.proxies.issue(user), { code: 'service.unavailable', message: /others can read/ });
  await rm(w.clientSecretFile);
  await assert.rejects(w.proxies.issue(user), { code: 'service.unavailable', message: /cannot be read/ });
  assert.deepEqual(w.portal.asked, []);
});
