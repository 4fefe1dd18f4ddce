/** The authorization server by its use-cases; names begin with the line of the acceptance list they prove. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import { rows } from '../../db/database.ts';
import {
  commandLine,
  openTokenWorld,
  portalClient,
  tokenConfiguration,
  tokenIssuer,
} from '../../testing/token-world.ts';

const used = { message: 'Code was already used', code: 'input.invalid' };
const invalidJwt = { code: 'access.unauthenticated', message: 'Invalid JWT' };
const attack = { code: 'access.unauthenticated', message: /potential attack/ };
const oauth = (word: string) => (error: { details?: { oauth?: string } }) => error.details?.oauth === word;

test('D1 a device code needs a client that is known, and comes with a code people can read', async () => {
  await using world = await openTokenWorld();
  await assert.rejects(world.tokens.askForDevice({ clientId: 'stranger', scope: 'vo:lhcb', askedFrom: '' }), {
    message: 'Unrecognised client ID',
  });
  const { userCode, expiresInS } = await world.deviceCodes();
  assert.match(userCode, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  assert.equal(expiresInS, 600);
});

test('D2 a poll before the person decided says authorization_pending', async () => {
  await using world = await openTokenWorld();
  const { deviceCode } = await world.deviceCodes();
  await assert.rejects(world.poll(deviceCode), oauth('authorization_pending'));
});

test('a poll every two seconds is never too fast, one after half a second is', async () => {
  await using world = await openTokenWorld();
  const { deviceCode } = await world.deviceCodes();
  for (let poll = 0; poll < 3; poll += 1) {
    await assert.rejects(world.poll(deviceCode), oauth('authorization_pending'));
    world.clock.advanceS(2);
  }
  await assert.rejects(world.poll(deviceCode), oauth('authorization_pending'));
  world.clock.advanceMs(500);
  await assert.rejects(world.poll(deviceCode), oauth('slow_down'));
});

test('D6 a device code is good for its own client, and once', async () => {
  await using world = await openTokenWorld();
  const { userCode, deviceCode } = await world.deviceCodes();
  const ada = await world.accountOf('ada');
  await world.tokens.decide(userCode.toLowerCase().replace('-', ' '), ada, {
    approve: true,
    group: 'lhcb_user',
  });
  await assert.rejects(world.poll(deviceCode, 'portal'), { message: 'Bad client_id' });
  const { accessToken, refreshToken, expiresInS } = await world.poll(deviceCode);
  assert.equal(expiresInS, 1200);
  assert.notEqual(accessToken, refreshToken);
  await assert.rejects(world.poll(deviceCode), used);
});

test('D7 a property that is not his is refused when the token is asked for, and the code is not used up', async () => {
  await using world = await openTokenWorld();
  const { userCode, deviceCode } = await world.deviceCodes('vo:lhcb property:ProxyManagement');
  const ben = await world.accountOf('ben');
  await world.tokens.decide(userCode, ben, { approve: true, group: 'lhcb_user' });
  const refusal = {
    code: 'access.denied',
    message: /^ProxyManagement are not valid properties for user ben, available values: NormalUser$/,
  };
  await assert.rejects(world.poll(deviceCode), refusal);
  await assert.rejects(world.poll(deviceCode), refusal);
});

test('D9 a user code that is unknown, malformed, used or late says which', async () => {
  await using world = await openTokenWorld();
  const ada = await world.accountOf('ada');
  await assert.rejects(world.tokens.requestOf('BBBB-BBBB', ada), { code: 'not-found' });
  await assert.rejects(world.tokens.requestOf('AEIO-UAEI', ada), { code: 'input.invalid' });
  const first = await world.deviceCodes();
  await world.tokens.decide(first.userCode, ada, { approve: false });
  await assert.rejects(world.tokens.requestOf(first.userCode, ada), { code: 'conflict' });
  const second = await world.deviceCodes();
  world.clock.advanceS(600);
  await assert.rejects(world.tokens.requestOf(second.userCode, ada), { code: 'code.expired' });
  await assert.rejects(world.tokens.decide(second.userCode, ada, { approve: true, group: 'lhcb_user' }), {
    code: 'code.expired',
  });
});

test('D10 a scope that became invalid meanwhile is refused when the code is opened', async () => {
  await using world = await openTokenWorld();
  const { userCode } = await world.deviceCodes('vo:biomed');
  const { biomed: _gone, ...vos } = tokenConfiguration().vos;
  world.configure({ ...tokenConfiguration(), vos });
  await assert.rejects(world.tokens.checkPending(userCode), { message: /VO biomed is not known/ });
});

test('a device code that is late, denied or unknown says which', async () => {
  await using world = await openTokenWorld();
  const late = await world.deviceCodes();
  world.clock.advanceS(600);
  await assert.rejects(world.poll(late.deviceCode), { code: 'access.unauthenticated' });
  const denied = await world.deviceCodes();
  await world.tokens.decide(denied.userCode, await world.accountOf('ada'), { approve: false });
  await assert.rejects(world.poll(denied.deviceCode), oauth('access_denied'));
  await assert.rejects(world.poll('made up'), oauth('invalid_grant'));
});

test('the person chooses among his groups that the scope allows, and no other can be granted', async () => {
  await using world = await openTokenWorld();
  const ada = await world.accountOf('ada');
  const { userCode } = await world.deviceCodes('');
  const { choices, askedFrom, clientName } = await world.tokens.requestOf(userCode, ada);
  assert.deepEqual(
    choices.map(({ group }) => group),
    ['lhcb_user', 'lhcb_prod', 'biomed_user'],
  );
  assert.deepEqual([askedFrom, clientName], ['192.0.2.1', 'Command line']);
  const narrow = await world.deviceCodes('vo:biomed');
  for (const group of ['lhcb_user', 'lhcb_admin', 'made_up'])
    await assert.rejects(world.tokens.decide(narrow.userCode, ada, { approve: true, group }), {
      code: 'access.denied',
    });
});

test('only one of two people who decide at once decides', async () => {
  await using world = await openTokenWorld();
  const { userCode } = await world.deviceCodes();
  const [ada, ben] = [await world.accountOf('ada'), await world.accountOf('ben')];
  const decided = await Promise.allSettled([
    world.tokens.decide(userCode, ada, { approve: true, group: 'lhcb_user' }),
    world.tokens.decide(userCode, ben, { approve: true, group: 'lhcb_user' }),
  ]);
  assert.deepEqual(decided.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
});

test('an access token has exactly the claims of DiracX', async () => {
  await using world = await openTokenWorld();
  const { accessToken } = await world.logIn('ada', 'lhcb_user', 'vo:lhcb property:JobSharing');
  const { jti, exp, ...claims } = decodeJwt(accessToken);
  assert.match(jti ?? '', /^[\da-f]{8}-[\da-f]{4}-7/);
  assert.equal(exp, world.clock.nowMs() / 1000 + 1200);
  assert.deepEqual(claims, {
    sub: `lhcb:${await world.accountOf('ada')}`,
    iss: tokenIssuer,
    vo: 'lhcb',
    dirac_group: 'lhcb_user',
    dirac_properties: ['NormalUser', 'JobSharing'],
    preferred_username: 'ada',
    dirac_policies: {},
  });
  const { kid, ...header } = decodeProtectedHeader(accessToken);
  assert.deepEqual(header, { alg: 'Ed25519', typ: 'JWT' });
  assert.deepEqual(
    (await world.tokens.publicKeys()).map((key) => [key.kid, 'd' in key]),
    [[kid, false]],
  );
});

test('A1 A2 A10 a code needs a known client, its very redirect and a scope that can be', async () => {
  await using world = await openTokenWorld();
  const ask = { ...portalClient, scope: 'vo:lhcb', codeChallenge: 'c'.repeat(43), state: '', askedFrom: '' };
  await assert.rejects(world.tokens.askForCode({ ...ask, clientId: 'stranger' }), {
    message: 'Unrecognised client_id',
  });
  for (const redirectUri of ['https://portal.example.org/', `${ask.redirectUri}/x`, 'https://evil.example/'])
    await assert.rejects(world.tokens.askForCode({ ...ask, redirectUri }), {
      message: 'Unrecognised redirect_uri',
    });
  await assert.rejects(world.tokens.askForCode({ ...ask, scope: 'vo:lhcb property:Nonsense' }), {
    message: "{'Nonsense'} are not valid properties",
  });
  await assert.rejects(world.tokens.askForCode({ ...ask, scope: '' }), { message: /No vo scope/ });
  await assert.rejects(world.tokens.askForCode({ ...ask, codeChallenge: 'short' }), oauth('invalid_grant'));
});

test('A6 the code is appended to the redirect as text, even behind a #', async () => {
  await using world = await openTokenWorld();
  const { redirectTo, grant } = await world.code('ada', 'lhcb_user');
  assert.equal(redirectTo, `${portalClient.redirectUri}?code=${grant.code}&state=their+state%26`);
});

test('A7 A8 a code is good for its client, redirect and verifier, and once', async () => {
  await using world = await openTokenWorld();
  const { grant } = await world.code('ada', 'lhcb_user');
  for (const wrong of [
    { clientId: commandLine },
    { redirectUri: 'https://portal.example.org/' },
    { codeVerifier: 'w'.repeat(64) },
  ])
    await assert.rejects(world.tokens.exchange({ ...grant, ...wrong }), { code: 'input.invalid' });
  const { accessToken } = await world.tokens.exchange(grant);
  assert.equal((await world.tokens.authenticate(accessToken)).clientId, 'portal');
  await assert.rejects(world.tokens.exchange(grant), used);
});

test('A9 a property that is not his is refused when the token is asked for', async () => {
  await using world = await openTokenWorld();
  const { grant } = await world.code('ben', 'lhcb_user', 'vo:lhcb property:JobAdministrator');
  await assert.rejects(world.tokens.exchange(grant), { code: 'access.denied', message: /available values/ });
});

test('an authorization code is over after five minutes, and denial tells the client', async () => {
  await using world = await openTokenWorld();
  const { grant } = await world.code('ada', 'lhcb_user');
  world.clock.advanceS(300);
  await assert.rejects(world.tokens.exchange(grant), { code: 'access.unauthenticated' });
  const ask = { ...portalClient, scope: 'vo:lhcb', codeChallenge: 'c'.repeat(43), state: 's', askedFrom: '' };
  const { handle } = await world.tokens.askForCode(ask);
  const { redirectTo } = await world.tokens.decide(handle, await world.accountOf('ada'), { approve: false });
  assert.equal(redirectTo, `${portalClient.redirectUri}?error=access_denied&state=s`);
});

test('T1 T2 T3 a refresh token is good once; one that comes back ends all of its subject', async () => {
  await using world = await openTokenWorld();
  const first = await world.logIn('ada', 'lhcb_user');
  const other = await world.logIn('ada', 'lhcb_prod');
  const elsewhere = await world.logIn('ada', 'biomed_user');
  const second = await world.refresh(first.refreshToken);
  assert.notEqual(second.refreshToken, first.refreshToken);
  await assert.rejects(world.refresh(first.refreshToken), attack);
  await assert.rejects(world.refresh(second.refreshToken), attack);
  await assert.rejects(world.refresh(other.refreshToken), attack);
  for (const { accessToken } of [first, second, other])
    await assert.rejects(world.tokens.authenticate(accessToken), invalidJwt);
  await world.refresh(elsewhere.refreshToken);
  const audit = await world.database.read(() =>
    rows<{ result: string }>(`select result from audit_log where action = 'reuse token'`),
  );
  assert.equal(audit.length, 3);
});

test('of two refreshes at once one is taken for theft', async () => {
  await using world = await openTokenWorld();
  const { refreshToken } = await world.logIn('ada', 'lhcb_user');
  const both = await Promise.allSettled([world.refresh(refreshToken), world.refresh(refreshToken)]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const won = both.find((one) => one.status === 'fulfilled');
  await assert.rejects(world.refresh(won?.value.refreshToken ?? ''), attack);
});

test('T4 T9 rotation keeps the end of the first refresh token', async () => {
  await using world = await openTokenWorld();
  let { refreshToken } = await world.logIn('ada', 'lhcb_user');
  for (let turn = 0; turn < 3; turn += 1) {
    world.clock.advanceS(1100);
    ({ refreshToken } = await world.refresh(refreshToken));
  }
  world.clock.advanceS(299);
  ({ refreshToken } = await world.refresh(refreshToken));
  world.clock.advanceS(1);
  await assert.rejects(world.refresh(refreshToken), { message: 'expired_token: The token is expired' });
});

test('a refresh token is bound to its client, and another client that tries does no harm', async () => {
  await using world = await openTokenWorld();
  const { refreshToken } = await world.logIn('ada', 'lhcb_user');
  await assert.rejects(world.refresh(refreshToken, 'portal'), { code: 'access.unauthenticated' });
  await world.refresh(refreshToken);
});

test('T5 an access token is over after 20 minutes to the second', async () => {
  await using world = await openTokenWorld();
  const { accessToken } = await world.logIn('ada', 'lhcb_user');
  world.clock.advanceS(1199);
  await world.tokens.authenticate(accessToken);
  world.clock.advanceS(1);
  await assert.rejects(world.tokens.authenticate(accessToken), invalidJwt);
});

test('T6 T7 T8 forged tokens of every kind are refused', async () => {
  await using world = await openTokenWorld();
  const { accessToken, refreshToken } = await world.logIn('ada', 'lhcb_user');
  const [head = '', body = '', signature = ''] = accessToken.split('.');
  const claims = decodeJwt(accessToken);
  const kid = decodeProtectedHeader(accessToken).kid ?? '';
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [published] = await world.tokens.publicKeys();
  const foreign = generateKeyPairSync('ed25519');
  const sign = (header: object, payload = claims): Promise<string> =>
    new SignJWT({ ...payload })
      .setProtectedHeader({ alg: 'Ed25519', typ: 'JWT', kid, ...header })
      .sign(foreign.privateKey);
  const hmacHead = encode({ alg: 'HS256', typ: 'JWT', kid });
  const hmac = createHmac('sha256', JSON.stringify(published)).update(`${hmacHead}.${body}`);
  const attacks: Readonly<Record<string, string>> = {
    'changed signature': `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'changed claims': `${head}.${encode({ ...claims, dirac_properties: ['JobAdministrator'] })}.${signature}`,
    'no signature': `${head}.${body}.`,
    'alg none': new UnsecuredJWT(claims).encode(),
    'alg none with our kid': `${encode({ alg: 'none', typ: 'JWT', kid })}.${body}.`,
    'HS256 with the public key': `${hmacHead}.${body}.${hmac.digest('base64url')}`,
    'foreign key under our kid': await sign({}),
    'unknown kid': await sign({ kid: '../../x' }),
    'no kid': await sign({ kid: undefined }),
    'key in the header': await sign({ jwk: foreign.publicKey.export({ format: 'jwk' }), kid: undefined }),
    'key elsewhere': await sign({ jku: 'https://evil.example/jwks.json' }),
    'kid of a prototype': await sign({ kid: '__proto__' }),
    'refresh token': refreshToken,
    nonsense: 'nonsense',
    empty: '',
    'dots only': '..',
    'too long': `${head}.${body}.${'A'.repeat(20_000)}`,
  };
  for (const [name, token] of Object.entries(attacks))
    await assert.rejects(world.tokens.authenticate(token), invalidJwt, name);
  await world.tokens.authenticate(accessToken);
});

test('tokens of another issuer, ID tokens and tokens nobody was given are refused although our key signed them', async () => {
  await using world = await openTokenWorld();
  const { accessToken } = await world.logIn('ada', 'lhcb_user');
  const { signer } = await signerOf(world);
  const claims = decodeJwt(accessToken);
  const sign = (payload: object, header: object = {}): Promise<string> =>
    new SignJWT({ ...claims, ...payload })
      .setProtectedHeader({ alg: 'Ed25519', typ: 'JWT', kid: signer.kid, ...header })
      .sign(signer.privateKey);
  await world.tokens.authenticate(await sign({}));
  for (const [name, token] of Object.entries({
    issuer: await sign({ iss: 'https://elsewhere.example' }),
    'issuer with a slash': await sign({ iss: `${tokenIssuer}/` }),
    nonce: await sign({ nonce: 'n' }),
    audience: await sign({ aud: commandLine }),
    'no end': await sign({ exp: undefined }),
    'another type': await sign({}, { typ: 'id_token' }),
    'never given': await sign({ jti: '01890000-0000-7000-8000-000000000000' }),
    'another subject': await sign({ sub: 'lhcb:somebody' }),
    'another group': await sign({ dirac_group: 'lhcb_admin' }),
  }))
    await assert.rejects(world.tokens.authenticate(token), invalidJwt, name);
});

test('a membership that ended or a suspension counts at the next request', async () => {
  await using world = await openTokenWorld();
  const issued = await world.logIn('ada', 'lhcb_user');
  world.configure(tokenConfiguration({ members: ['ben'] }));
  const refusal = { code: 'access.denied', message: /no member any more/ };
  await assert.rejects(world.tokens.authenticate(issued.accessToken), refusal);
  await assert.rejects(world.refresh(issued.refreshToken), { code: 'access.denied' });
  world.configure(tokenConfiguration({ suspended: ['lhcb'] }));
  await assert.rejects(world.tokens.authenticate(issued.accessToken), refusal);
  world.configure(tokenConfiguration());
  await world.tokens.authenticate(issued.accessToken);
  await world.refresh(issued.refreshToken);
});

test('a property that the groups of the holder lost is gone, one they won is not added', async () => {
  await using world = await openTokenWorld();
  const issued = await world.logIn('ada', 'lhcb_prod');
  const changed = tokenConfiguration();
  const { lhcb } = changed.vos;
  assert(lhcb?.groups['lhcb_prod']);
  lhcb.groups['lhcb_prod'].properties = ['JobSharing', 'JobAdministrator'];
  lhcb.groups['lhcb_user'] = { ...lhcb.groups['lhcb_prod'], users: [] };
  world.configure(changed);
  assert.deepEqual((await world.principalOf(issued)).properties, ['JobSharing']);
});

test('T12 people see their own refresh tokens, ProxyManagement all of its VO', async () => {
  await using world = await openTokenWorld();
  const own = await world.logIn('ada', 'lhcb_user');
  const boss = await world.principalOf(await world.logIn('boss', 'lhcb_admin'));
  await world.logIn('eve', 'biomed_user');
  const ada = await world.principalOf(own);
  const count = async () => [
    (await world.tokens.refreshTokens(ada)).length,
    (await world.tokens.refreshTokens(boss)).length,
  ];
  assert.deepEqual(await count(), [1, 2]);
  await world.refresh(own.refreshToken);
  assert.deepEqual(await count(), [1, 3]);
});

test('T13 T14 people end their own refresh tokens, ProxyManagement those of its VO', async () => {
  await using world = await openTokenWorld();
  const ada = await world.principalOf(await world.logIn('ada', 'lhcb_user'));
  const boss = await world.principalOf(await world.logIn('boss', 'lhcb_admin'));
  const eve = await world.principalOf(await world.logIn('eve', 'biomed_user'));
  const idOf = async (principal: typeof ada) => (await world.tokens.refreshTokens(principal))[0]?.jti ?? '';
  const [adas, eves] = [await idOf(ada), await idOf(eve)];
  const bosses = (await world.tokens.refreshTokens(boss)).find(({ subject }) =>
    subject.endsWith(boss.accountId),
  );
  await assert.rejects(world.tokens.removeRefreshToken(ada, bosses?.jti ?? ''), { code: 'access.denied' });
  await assert.rejects(world.tokens.removeRefreshToken(boss, eves), { code: 'not-found' });
  await assert.rejects(world.tokens.removeRefreshToken(ada, 'unknown'), { code: 'not-found' });
  await world.tokens.removeRefreshToken(ada, adas);
  await world.tokens.removeRefreshToken(ada, adas);
  assert.deepEqual(await world.tokens.refreshTokens(ada), []);
  const stale = { way: 'session', address: '', requestId: '', loggedInAtMs: 0 } as const;
  await assert.rejects(world.tokens.removeRefreshToken({ ...boss, from: stale }, adas), {
    code: 'access.stale-log-in',
  });
  await world.tokens.removeRefreshToken(boss, adas);
  await world.tokens.removeRefreshToken(boss, bosses?.jti ?? '');
});

test('T15 a refresh token can be ended by who holds it, and nothing else is changed by trying', async () => {
  await using world = await openTokenWorld();
  const issued = await world.logIn('ada', 'lhcb_user');
  const ada = await world.principalOf(issued);
  await world.tokens.revoke(commandLine, 'unknown');
  await world.tokens.revoke(commandLine, issued.accessToken);
  await world.tokens.revoke('portal', issued.refreshToken);
  assert.equal((await world.tokens.refreshTokens(ada)).length, 1);
  await assert.rejects(world.tokens.revoke('stranger', issued.refreshToken), {
    code: 'access.unauthenticated',
    message: 'Unrecognised client_id',
  });
  await world.tokens.revoke(commandLine, issued.refreshToken);
  assert.deepEqual(await world.tokens.refreshTokens(ada), []);
});

test('introspection tells owners and ProxyManagement of the VO, and nobody else', async () => {
  await using world = await openTokenWorld();
  const issued = await world.logIn('ada', 'lhcb_user');
  const ada = await world.principalOf(issued);
  const boss = await world.principalOf(await world.logIn('boss', 'lhcb_admin'));
  const ben = await world.principalOf(await world.logIn('ben', 'lhcb_user'));
  const eve = await world.principalOf(await world.logIn('eve', 'biomed_user'));
  const kinds = async (token: string) => {
    const all = [];
    for (const one of [ada, boss, ben, eve]) {
      const found = await world.tokens.introspect(one, token);
      all.push(found.active ? found.kind : null);
    }
    return all;
  };
  assert.deepEqual(await kinds(issued.accessToken), ['access', 'access', null, null]);
  assert.deepEqual(await kinds(issued.refreshToken), ['refresh', 'refresh', null, null]);
  assert.deepEqual(await kinds('nonsense'), [null, null, null, null]);
  await world.tokens.revoke(commandLine, issued.refreshToken);
  assert.deepEqual(await kinds(issued.refreshToken), [null, null, null, null]);
});

test('a copy of the database holds no code, no token and no private key', async () => {
  await using world = await openTokenWorld();
  const codes = await world.deviceCodes();
  const { grant } = await world.code('ada', 'lhcb_user');
  const issued = await world.logIn('ada', 'lhcb_user');
  const all: unknown[] = [];
  for (const table of ['token_flows', 'refresh_tokens', 'token_keys', 'access_tokens', 'audit_log'])
    all.push(...(await world.database.read(() => rows(`select * from ${table}`))));
  const text = JSON.stringify(all, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  const { signer } = await signerOf(world);
  const { d = '' } = signer.privateKey.export({ format: 'jwk' });
  assert(text.includes(signer.kid));
  for (const secret of [
    codes.userCode.replace('-', ''),
    codes.deviceCode,
    grant.code,
    issued.refreshToken,
    issued.accessToken,
    Buffer.from(d, 'base64url').toString('latin1'),
  ])
    assert(secret.length > 7 && !text.includes(secret));
});

test('the agent forgets flows after an hour and refresh tokens after half a year', async () => {
  await using world = await openTokenWorld();
  await world.logIn('ada', 'lhcb_user');
  const count = async (table: string) =>
    (await world.database.read(() => rows(`select * from ${table}`))).length;
  world.clock.advanceS(600 + 3500);
  await world.agent.runOnce();
  assert.deepEqual([await count('token_flows'), await count('refresh_tokens')], [1, 1]);
  world.clock.advanceS(200);
  await world.agent.runOnce();
  assert.deepEqual([await count('token_flows'), await count('refresh_tokens')], [0, 1]);
  world.clock.advanceS(182 * 86_400);
  await world.agent.runOnce();
  assert.equal(await count('refresh_tokens'), 0);
});

/** The very key of the world's server, as only a thief of its secrets could have it. */
async function signerOf(world: Awaited<ReturnType<typeof openTokenWorld>>) {
  const { createSigningKeys } = await import('./signing-keys.service.ts');
  return { signer: await createSigningKeys(world.parts).signer() };
}
