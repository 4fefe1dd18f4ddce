/** Log-in and the token on disk: what is shown, what is kept, and to whom a token is never sent. */
import assert from 'node:assert/strict';
import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { timeLeft } from './info-block.ts';
import { qrLines, qrModules } from './qr-code.ts';
import { serverOf } from './server-address.ts';
import { aToken, makeWorld, Refusal, server } from './testing/fake-world.ts';

const codes = {
  user_code: 'TRJF-CDQR',
  device_code: 'secret-device-code',
  verification_uri: `${server}/api/auth/device`,
  verification_uri_complete: `${server}/api/auth/device?user_code=TRJF-CDQR`,
  expires_in: 600,
};
const pending = new Refusal(400, { error: 'authorization_pending' });
const tokens = (name = 'first') => ({
  access_token: aToken(name),
  refresh_token: `refresh-${name}`,
  expires_in: 1200,
  token_type: 'Bearer',
});
const userinfo = {
  sub: 'vo.one:22bca818',
  preferred_username: 'jdoe',
  dirac_group: 'one_user',
  properties: ['NormalUser', 'JobSharing'],
};

const logIn = (answers: unknown = [pending, new Refusal(400, { error: 'slow_down' }), pending, tokens()]) =>
  makeWorld({
    'POST /api/auth/device': codes,
    'POST /api/auth/token': answers,
    'GET /api/auth/userinfo': userinfo,
    'POST /api/jobs/search': [
      [{ JobID: 7, Status: 'Done', MinorStatus: 'm', ApplicationStatus: 'a', Site: 's' }],
    ],
    'POST /api/auth/revoke': [''],
  });

test('log-in shows link and code, waits as the server asks, saves the token for its owner alone', async () => {
  await using w = await logIn();
  assert.equal(await w.run('login', 'one_user', '-I', `${server}/api/auth`), 0);
  assert.deepEqual(w.printed, [
    'Use the following link to continue',
    codes.verification_uri_complete,
    'Approve only if the page shows the code TRJF-CDQR',
    'Authorization pending.. (use CNTL + C to stop)',
    `New token is saved to ${w.tokenFile}.`,
    'subject      : vo.one:22bca818',
    `issuer       : ${server}`,
    'timeleft     : 00:19:30',
    'username     : jdoe',
    'DIRAC group  : one_user',
    'properties   : NormalUser, JobSharing',
  ]);
  assert.deepEqual(w.slept, [5000, 5000, 10_000, 10_000]);
  assert.equal((await stat(w.tokenFile)).mode & 0o777, 0o600);
  assert.match(w.sent[0]?.body ?? '', /client_id=myDIRACClientID&scope=group%3Aone_user/);
  const said = [...w.printed, ...w.complained, ...w.sent.map(({ url }) => url)].join('\n');
  for (const secret of ['secret-device-code', aToken('first'), 'refresh-first'])
    assert.ok(!said.includes(secret), 'no secret is shown or in an address');
});

test('scopes are those of DIRAC and DiracX', async () => {
  await using w = await logIn();
  await w.run('login', 'vo:vo.one', 'g:one_user', 'property:JobMonitor', '-I', server);
  assert.equal(
    new URLSearchParams(w.sent[0]?.body).get('scope'),
    'vo:vo.one group:one_user property:JobMonitor',
  );
});

for (const [what, answer, line] of [
  ['denied', new Refusal(400, { error: 'access_denied' }), /denied in the browser/],
  ['over', new Refusal(400, { error: 'expired_token' }), /approve within ten minutes/],
  ['never decided', pending, /approve within ten minutes/],
  ['answered with rubbish', new Refusal(500, 'no'), /did not work/],
  [
    'answered with what a terminal acts on',
    new Refusal(400, { detail: '\u001b[2Jx' }),
    /^dirac-login: [\x20-\x7e]*$/,
  ],
] as const)
  test(`a log-in that is ${what} ends in one line and saves nothing`, async () => {
    await using w = await logIn([answer]);
    assert.equal(await w.run('login', '-I', server), 1);
    assert.equal(w.complained.length, 1);
    assert.match(w.complained[0] ?? '', line);
    await assert.rejects(stat(w.tokenFile), { code: 'ENOENT' });
  });

test('log-out revokes the refresh token and removes the file; without the server it stays', async () => {
  await using w = await logIn([tokens()]);
  await w.run('login', '-I', server);
  w.answers['POST /api/auth/revoke'] = undefined;
  assert.equal(await w.run('logout'), 1);
  assert.ok(await stat(w.tokenFile));
  w.answers['POST /api/auth/revoke'] = [''];
  assert.equal(await w.run('logout'), 0);
  assert.match(w.sent.at(-1)?.body ?? '', /token=refresh-first/);
  await assert.rejects(stat(w.tokenFile), { code: 'ENOENT' });
  assert.equal(await w.run('logout'), 0, 'twice is harmless');
});

test('a token about to end is renewed once, however many programs need it', async () => {
  await using w = await logIn([tokens(), tokens('second'), new Refusal(401, { detail: 'reused' })]);
  await w.run('login', '-I', server);
  w.advanceS(1150);
  const ends = await Promise.all([1, 2, 3].map(() => w.run('wms-job-status', '7')));
  assert.deepEqual(ends, [0, 0, 0]);
  const asked = w.sent.filter(({ body }) => body.includes('grant_type=refresh_token'));
  assert.equal(asked.length, 1);
  assert.match(asked[0]?.body ?? '', /refresh_token=refresh-first/);
  const searches = w.sent.filter(({ url }) => url.includes('/search'));
  assert.ok(searches.every(({ authorization }) => authorization === `Bearer ${aToken('second')}`));
  assert.match(await readFile(w.tokenFile, 'utf8'), /refresh-second/);
});

test('a log-in that is over says how to begin anew', async () => {
  await using w = await logIn([
    tokens(),
    new Refusal(401, { detail: 'expired_token: The token is expired' }),
  ]);
  await w.run('login', '-I', server);
  w.advanceS(4000);
  assert.equal(await w.run('wms-job-status', '7'), 1);
  assert.deepEqual(w.complained, ['dirac-wms-job-status: Your log-in is over. Log in again: dirac-login']);
});

test('a token goes to nobody but the server it is of', async () => {
  await using w = await logIn([tokens()]);
  await w.run('login', '-I', server);
  const before = w.sent.length;
  assert.equal(await w.run('wms-job-status', '7', '-I', 'https://evil.example'), 1);
  assert.match(
    w.complained[0] ?? '',
    /is of https:\/\/wms\.example\.org\. Log in to https:\/\/evil\.example/,
  );
  assert.equal(w.sent.length, before);
});

test('a token file that others may read, a link, and rubbish are not used', async () => {
  await using w = await logIn([tokens()]);
  await w.run('login', '-I', server);
  await chmod(w.tokenFile, 0o640);
  assert.equal(await w.run('wms-job-status', '7'), 1);
  assert.match(w.complained.at(-1) ?? '', /others may read it; its mode must be 0600/);
  const link = join(w.cwd, 'link');
  await symlink(w.tokenFile, link);
  const elsewhere = { ...w.world, env: { BEARER_TOKEN_FILE: link } };
  const { runCli } = await import('./run.ts');
  assert.equal(await runCli('dirac-wms-job-status', ['7'], elsewhere), 1);
  assert.match(w.complained.at(-1) ?? '', /it is a link/);
  await writeFile(w.tokenFile, 'rubbish', { mode: 0o600 });
  await chmod(w.tokenFile, 0o600);
  assert.equal(await w.run('wms-job-status', '7'), 1);
  assert.match(w.complained.at(-1) ?? '', /was not written by dirac-login/);
});

test('a token of the environment is used as it is', async () => {
  const token = aToken('given');
  await using w = await makeWorld(
    { 'POST /api/jobs/search': [[{ JobID: 7, Status: 'Done' }]] },
    { BEARER_TOKEN: token },
  );
  assert.equal(await w.run('wms-job-status', '7'), 0);
  assert.equal(w.sent[0]?.authorization, `Bearer ${token}`);
});

test('addresses are written in many ways, and never without encryption', () => {
  for (const given of [server, `${server}/`, `${server}/auth`, `${server}/api/auth/`])
    assert.equal(serverOf(given, '-I'), server);
  assert.equal(serverOf('http://127.0.0.1:8080', '-I'), 'http://127.0.0.1:8080');
  for (const given of [
    'http://wms.example.org',
    'wms.example.org',
    `${server}/x`,
    'ftp://x',
    'http://127.evil.example',
  ])
    assert.throws(() => serverOf(given, '-I'), given);
});

test('the time left is plain hours, minutes, seconds', () => {
  assert.equal(timeLeft(7199), '01:59:59');
  assert.equal(timeLeft(360_000), '100:00:00');
  assert.equal(timeLeft(-1), '00:00:00');
});

test('a camera reads the link from the picture', () => {
  const link = codes.verification_uri_complete;
  const rows = qrModules(link);
  const scale = 4;
  const side = rows.length * scale;
  const pixels = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const isDark = rows[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true;
      pixels.set([isDark ? 0 : 255, isDark ? 0 : 255, isDark ? 0 : 255, 255], (y * side + x) * 4);
    }
  const read = jsQR as unknown as (
    data: Uint8ClampedArray,
    width: number,
    height: number,
  ) => { data: string } | null;
  assert.equal(read(pixels, side, side)?.data, link);
  const lines = qrLines(link);
  assert.equal(lines.length, Math.ceil(rows.length / 2));
});
