/** Token Manager over HTTP, with the real core and the stand-in as identity provider: mine, others', another VO's. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startRealServer, type RealServer } from '../testing/real-server.ts';
import type { Visitor } from '../testing/visitor.ts';

interface ManagedToken {
  readonly kind: string;
  readonly tokenId: string;
  readonly userName: string;
  readonly provider: string;
  readonly usedBy: string;
  readonly status: string;
  readonly refreshExpiresAt: string | null;
}

const configuration = `
vos:
  vo.one:
    groups:
      one_user: { properties: [NormalUser], users: [ada, eve] }
      one_admin: { properties: [NormalUser, ProxyManagement], users: [boss] }
  vo.two:
    groups:
      two_user: { properties: [NormalUser], users: [kim] }
      two_admin: { properties: [ProxyManagement], users: [chief] }
users: { ada: {}, eve: {}, boss: {}, kim: {}, chief: {} }
sites: {}
`;

let server: RealServer;
before(async () => {
  server = await startRealServer({ configuration });
});
after(() => server[Symbol.asyncDispose]());

async function tokensOf(visitor: Visitor): Promise<readonly ManagedToken[]> {
  const response = await visitor.send('GET', '/bff/tokens');
  assert.equal(response.status, 200);
  return ((await response.json()) as { readonly tokens: readonly ManagedToken[] }).tokens;
}

/** As `dirac-login` does. */
async function logInElsewhere(visitor: Visitor, vo: string, group: string): Promise<void> {
  const post = async (path: string, fields: Readonly<Record<string, string>>) => {
    const response = await fetch(server.origin + path, { method: 'POST', body: new URLSearchParams(fields) });
    return (await response.json()) as Readonly<Record<string, string>>;
  };
  const client = { client_id: 'myDIRACClientID' };
  const asked = await post('/api/auth/device', { ...client, scope: `vo:${vo} group:${group}` });
  await visitor.send('POST', `/bff/authorizations/${asked['user_code']}`, { body: { approve: true, group } });
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  const device = { ...client, grant_type: grantType, device_code: asked['device_code'] ?? '' };
  assert.ok((await post('/api/auth/token', device))['access_token']);
}

const call = async (visitor: Visitor, method: string, { kind, tokenId }: ManagedToken, tail = '') => {
  const response = await visitor.send(method, `/bff/tokens/${kind}/${tokenId}${tail}`);
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
};

test('one sees the token that the log-in left and those of log-ins elsewhere, looks into them and ends them', async () => {
  const ada = await server.logIn('ada');
  await logInElsewhere(ada, 'vo.one', 'one_user');
  const [outside, issued, ...more] = await tokensOf(ada);
  assert.ok(outside && issued);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [outside.kind, outside.userName, outside.provider, outside.usedBy, outside.status],
    ['outside', 'ada', 'Check-in', 'Workload Manager', 'live'],
  );
  assert.deepEqual(
    [issued.kind, issued.provider, issued.usedBy],
    ['issued', 'Workload Manager', 'Command line'],
  );
  assert.deepEqual((await call(ada, 'GET', outside, '/claims')).body, { claims: {} }, 'an opaque one');
  const { claims } = (await call(ada, 'GET', issued, '/claims')).body;
  assert.equal((claims as Readonly<Record<string, unknown>>)['dirac_group'], 'one_user');
  assert.equal(Object.hasOwn(claims as object, 'jti'), false);
  for (const token of [outside, issued])
    assert.deepEqual(await call(ada, 'DELETE', token), { status: 200, body: { outcome: 'removed' } });
  assert.deepEqual(await tokensOf(ada), []);
});

test('the answers hold no token', async () => {
  const ada = await server.logIn('ada');
  await logInElsewhere(ada, 'vo.one', 'one_user');
  const text = JSON.stringify(await tokensOf(ada));
  assert.doesNotMatch(text, /eyJ|[Tt]oken"|[\w-]{43}/);
});

test('another member finds nothing, a manager those of his VO, one of another VO nothing', async () => {
  const ada = await server.logIn('ada');
  await logInElsewhere(ada, 'vo.one', 'one_user');
  const mine = await tokensOf(ada);
  const strangers = await Promise.all(['eve', 'kim', 'chief'].map((userName) => server.logIn(userName)));
  for (const stranger of strangers)
    for (const token of mine) {
      assert.equal(
        (await tokensOf(stranger)).some(({ userName }) => userName === 'ada'),
        false,
      );
      assert.equal((await call(stranger, 'GET', token, '/claims')).status, 404);
      assert.ok([403, 404].includes((await call(stranger, 'DELETE', token)).status));
    }
  assert.equal((await tokensOf(ada)).length, mine.length, 'nothing is gone');

  const boss = await server.logIn('boss');
  const seen = (await tokensOf(boss)).filter(({ userName }) => userName === 'ada');
  assert.deepEqual(new Set(seen.map(({ tokenId }) => tokenId)), new Set(mine.map(({ tokenId }) => tokenId)));
  assert.equal(
    (await tokensOf(boss)).some(({ userName }) => userName === 'kim'),
    false,
  );
  for (const token of mine) assert.equal((await call(boss, 'DELETE', token)).status, 200);
  assert.deepEqual(await tokensOf(ada), []);
});
