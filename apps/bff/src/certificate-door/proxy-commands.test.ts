/** The proxy commands against the whole server: what they print, write and send, judged by OpenSSL and voms-proxy-info. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey } from 'node:crypto';
import { chmod, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseCertificate, readPem, writePem } from '@wm/credentials';
import { privateKeyOf, readCredential } from '@wm/credentials/authority';
import { issueProxy, runOpenssl, skipWithoutOpenssl } from '@wm/credentials/testing';
import { fetchAs } from '@wm/cli/fetch-as';
import { runCli } from '@wm/cli/run';
import type { World } from '@wm/cli/world';
import { proxyFile } from '../testing/certificate-program.ts';
import { legacyKey, startRealServer, type RealServer } from '../testing/real-server.ts';

const configuration = `
vos:
  vo.access.egi.eu:
    groups:
      access_user: { properties: [NormalUser], users: [mkolar, iortega], vomsFqan: /vo.access.egi.eu }
      access_auto: { properties: [NormalUser], users: [iortega], autoUploadProxy: true }
      access_boss: { properties: [FullDelegation, ProxyManagement], users: [iortega] }
  training.egi.eu:
    groups:
      training_user: { properties: [NormalUser], users: [mkolar] }
users: { mkolar: {}, iortega: {}, jlind: {} }
identity: { tokens: { legacyExchangeKeySha256: KEY } }
sites: {}
`;

let server: RealServer;
let folder: string;

before(async () => {
  const key = createHash('sha256').update(legacyKey).digest('hex');
  server = await startRealServer({ configuration: configuration.replace('KEY', key) });
  folder = await mkdtemp(join(tmpdir(), 'wm-proxy-cli-'));
  await server.logIn('mkolar');
  await server.logIn('iortega');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A person at a computer with a certificate and nothing else. */
async function person(
  name: string,
  { env = {}, secrets = [] as string[], whileAsleep = async (_printed: readonly string[]) => {} } = {},
) {
  const home = await mkdtemp(join(folder, `${name}-`));
  const certificate = join(home, 'usercert.pem');
  await cp(join(server.demoFolder, `${name}.pem`), certificate);
  await chmod(certificate, 0o600);
  const printed: string[] = [];
  const complained: string[] = [];
  const sent: string[] = [];
  const recording =
    (fetchIt: typeof fetch): typeof fetch =>
    (input, init) => {
      sent.push(
        `${input instanceof Request ? input.url : input.toString()} ${JSON.stringify(init?.body) ?? ''}`,
      );
      return fetchIt(input, init);
    };
  const world: World = {
    env: {
      WM_URL: server.origin,
      XDG_RUNTIME_DIR: home,
      X509_USER_PROXY: join(home, 'proxy.pem'),
      X509_USER_CERT: certificate,
      X509_USER_KEY: certificate,
      X509_CERT_DIR: join(server.demoFolder, 'trust'),
      ...env,
    },
    home,
    cwd: home,
    userId: process.getuid?.() ?? 0,
    fetch: recording(fetch),
    fetchAs: (identity) => recording(fetchAs(identity)),
    askSecret: async () => secrets.shift() ?? '',
    print: (line) => void printed.push(line),
    complain: (line) => void complained.push(line),
    isTerminal: false,
    nowMs: () => Date.now(),
    sleep: () => whileAsleep(printed),
  };
  const run = async (...words: readonly string[]): Promise<number> => {
    printed.length = 0;
    complained.length = 0;
    return runCli('dirac', words, world);
  };
  return { run, world, home, proxy: join(home, 'proxy.pem'), certificate, printed, complained, sent };
}

const uploadedOf = async (name: string) => {
  const list = await (await server.logIn(name)).send('GET', '/bff/proxies');
  return ((await list.json()) as { readonly proxies: readonly { readonly validUntil: string }[] }).proxies;
};

test(
  'proxy-init makes a proxy of a day with its group, for its owner alone',
  { skip: skipWithoutOpenssl },
  async () => {
    const p = await person('mkolar');
    assert.equal(await p.run('proxy-init', '-g', 'access_user'), 0, p.complained.join());
    assert.equal((await stat(p.proxy)).mode & 0o777, 0o600);
    assert.deepEqual(p.printed.slice(0, 2), ['Generating proxy...', 'Proxy generated:']);
    const said = p.printed.join('\n');
    assert.match(said, /^timeleft {5}: 2[34]:\d\d:\d\d$/m);
    assert.match(said, /^DIRAC group {2}: access_user$/m);
    assert.match(said, /^username {5}: mkolar$/m);
    assert.match(said, /^properties {3}: NormalUser$/m);
    assert.deepEqual(await uploadedOf('mkolar'), []);
    const authority = join(server.demoFolder, 'trust', 'demo-ca.pem');
    const verdict = runOpenssl(
      'verify',
      '-allow_proxy_certs',
      '-CAfile',
      authority,
      '-untrusted',
      p.proxy,
      p.proxy,
    );
    assert.ok(verdict.isGood, verdict.errors);
    assert.ok(runOpenssl('rsa', '-in', p.proxy, '-check', '-noout').isGood);
    assert.match(await readFile(p.proxy, 'utf8'), /-----BEGIN RSA PRIVATE KEY-----/);
  },
);

test('-b says how long its key is', { skip: skipWithoutOpenssl }, async () => {
  const p = await person('mkolar');
  assert.equal(await p.run('proxy-init', '-g', 'access_user', '-b', '3072'), 0, p.complained.join());
  const shown = runOpenssl('x509', '-in', p.proxy, '-noout', '-text');
  assert.match(shown.output, /Public-Key: \(3072 bit\)/);
});

const vomsProxyInfo = spawnSync('voms-proxy-info', ['-version']).error
  ? 'voms-proxy-info is not installed'
  : false;

test('voms-proxy-info reads it as an RFC proxy of the person', { skip: vomsProxyInfo }, async () => {
  const p = await person('mkolar');
  await p.run('proxy-init', '-g', 'access_user');
  const env = { ...process.env, HOME: p.home, X509_CERT_DIR: join(server.demoFolder, 'trust') };
  const { stdout } = spawnSync('voms-proxy-info', ['-all', '-file', p.proxy], { encoding: 'utf8', env });
  assert.match(stdout, /identity {2}: \/DC=org\/DC=workload-manager-demo\/O=Demo\/CN=.*mkolar/);
  assert.match(stdout, /type {6}: RFC/);
});

test('-U stores a long clean proxy; neither key nor passphrase is in anything that is sent', async () => {
  const p = await person('mkolar');
  const credential = await readCredential(await readFile(p.certificate, 'utf8'));
  assert.equal(await p.run('proxy-init', '-U'), 0, p.complained.join());
  assert.match(
    p.printed.join('\n'),
    /Uploading proxy\.\.[^]*\n\nProxies uploaded:\n-+\n\| UserDN +\| ExpirationTime +\|/,
  );
  const [stored] = await uploadedOf('mkolar');
  assert.equal(Date.parse(stored?.validUntil ?? ''), credential.certificate.notAfterMs - 300_000);
  const everything = p.sent.join('\n');
  assert.doesNotMatch(everything, /PRIVATE KEY/);
  const der = Buffer.from(await privateKeyOf(credential));
  for (const part of ['d', 'p', 'q'] as const) {
    const number =
      createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })[part] ?? '';
    assert.ok(!everything.includes(number.slice(0, 40)));
  }
  assert.equal(await p.run('proxy-info', '-m', '-v'), 0, p.complained.join());
  assert.match(
    p.printed.join('\n'),
    /== Proxies uploaded ==\n DN +\| Until \(GMT\)\n .* \| \d{4}\/\d\d\/\d\d \d\d:\d\d/,
  );
  assert.equal(await p.run('proxy-get-uploaded-info'), 0);
  assert.match(p.printed[0] ?? '', /^Checking for DNs \/DC=org/);
});

test('a group that uploads by itself does, unless -N says no', async () => {
  const p = await person('iortega');
  await p.run('proxy-init', '-g', 'access_auto', '-N');
  assert.deepEqual(await uploadedOf('iortega'), []);
  await p.run('proxy-init', '-g', 'access_auto');
  assert.equal((await uploadedOf('iortega')).length, 1, p.complained.join());
});

test('a .p12 does as well, and a wrong passphrase says so', async () => {
  const file = await (await server.logIn('mkolar')).send('GET', '/bff/demo/certificates/mkolar-modern.p12');
  const p = await person('mkolar', { secrets: ['wrong', 'demo'] });
  const path = join(p.home, 'my.p12');
  await writeFile(path, Buffer.from(await file.arrayBuffer()), { mode: 0o600 });
  assert.equal(await p.run('proxy-init', '-C', path), 1);
  assert.match(p.complained.join(), /Bad passphrase/);
  assert.equal(await p.run('proxy-init', '-C', path), 0, p.complained.join());
});

test('a key with a passphrase is asked for it; one that others may read is not used', async () => {
  const p = await person('mkolar', { secrets: ['öffne dich'] });
  const credential = await readCredential(await readFile(p.certificate, 'utf8'));
  const key = createPrivateKey(writePem('PRIVATE KEY', await privateKeyOf(credential)));
  const locked = key.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'öffne dich',
  });
  const path = join(p.home, 'userkey.pem');
  await writeFile(path, locked, { mode: 0o600 });
  assert.equal(await p.run('proxy-init', '-K', path), 0, p.complained.join());
  await chmod(path, 0o644);
  assert.equal(await p.run('proxy-init', '-K', path), 1);
  assert.match(p.complained.join(), /others may read it/);
});

for (const [words, line] of [
  [['-g', 'training_user'], /Requested group training_user is not valid for DN \/DC=org/],
  [['-g', 'access_auto', '-M'], /no VOMS attribute defined for group access_auto/],
  [['-v', 'soon'], /right would be hours and minutes/],
  [['-b', '1024'], /--bits must be one of 2048, 3072, 4096/],
  [['--bits', 'many'], /--bits must be one of 2048, 3072, 4096/],
  [['-C', '/nowhere.pem', '-K', '/nowhere.pem'], /Can't find user certificate and key/],
] as const)
  test(`proxy-init ${words.join(' ')} ends in one line and writes nothing`, async () => {
    const p = await person('iortega');
    assert.notEqual(await p.run('proxy-init', ...words), 0);
    assert.match(p.complained.join('\n'), line);
    await assert.rejects(stat(p.proxy));
  });

test('somebody whose certificate nobody linked is not registered', async () => {
  const p = await person('jlind');
  assert.equal(await p.run('proxy-init'), 1);
  assert.match(p.complained.join(), /DN \/DC=org.*jlind.* is not registered/);
});

test('proxy-info -v says why a proxy is no good', async () => {
  const p = await person('mkolar');
  const credential = await readCredential(await readFile(p.certificate, 'utf8'));
  const nowMs = Date.now();
  const write = async (order: object, fromMs = nowMs) => {
    const proxy = await issueProxy(credential, fromMs, order);
    await writeFile(p.proxy, await proxyFile([proxy, credential]), { mode: 0o600 });
  };
  await write({ notAfterMs: nowMs - 60_000 }, nowMs - 3_600_000);
  assert.equal(await p.run('proxy-info', '-v'), 1);
  assert.deepEqual(p.complained, ['Invalid proxy: Proxy is expired']);
  await write({ diracGroup: 'access_boss' });
  assert.equal(await p.run('proxy-info', '-v'), 1);
  assert.match(p.complained.join(), /^Invalid proxy: Group access_boss is not valid/);
  await write({});
  assert.equal(await p.run('proxy-info', '-v', '-e'), 0, p.complained.join());
  assert.match(p.printed.join('\n'), /== Steps extended info ==\n \+ Step 0\n {2}Subject/);
  await chmod(p.proxy, 0o644);
  assert.equal(await p.run('proxy-info'), 1);
  assert.match(p.complained.join(), /others may read it/);
});

test('login --proxy brings a proxy out of the store to somebody without a certificate here', async () => {
  await (await person('mkolar')).run('proxy-init', '-U');
  const p = await person('mkolar', {
    whileAsleep: async (printed) => {
      const code = /shows the code (\S+)/.exec(printed.join('\n'))?.[1];
      const body = { approve: true, group: 'access_user' };
      await (await server.logIn('mkolar')).send('POST', `/bff/authorizations/${code}`, { body });
    },
  });
  await rm(p.certificate);
  assert.equal(
    await p.run('login', 'vo:vo.access.egi.eu', 'access_user', '--proxy', '-T', '6'),
    0,
    p.complained.join(),
  );
  const said = p.printed.join('\n');
  assert.match(said, /\nProxy is saved to .*proxy\.pem\.\nsubject/);
  assert.match(said, /^timeleft {5}: 05:59:\d\d\nDIRAC group {2}: access_user$/m);
  assert.equal((await stat(p.proxy)).mode & 0o777, 0o600);
  assert.equal(await p.run('proxy-info', '-v'), 0, p.complained.join());
  assert.doesNotMatch(p.sent.join('\n'), /PRIVATE KEY/);
});

test('what a group may take of others, and what not', async () => {
  const owner = await person('mkolar');
  await owner.run('proxy-init', '-U');
  const boss = await person('iortega');
  await boss.run('proxy-init', '-g', 'access_boss', '-N');
  assert.equal(
    await boss.run('admin-get-proxy', 'mkolar', 'access_user', '-v', '2:00'),
    0,
    boss.complained.join(),
  );
  assert.match(boss.printed.join('\n'), /^Proxy downloaded to .*proxy\.pem_mkolar\n/);
  assert.match(boss.printed.join('\n'), /^timeleft {5}: 0[12]:\d\d:\d\d$/m);
  const text = await readFile(`${boss.proxy}_mkolar`, 'utf8');
  const [leaf] = readPem(text);
  assert.equal(leaf && parseCertificate(leaf.der).diracGroup, 'access_user');
  assert.equal(await boss.run('admin-get-proxy', 'mkolar', 'training_user'), 1);
  assert.match(boss.complained.join(), /of another VO/);
  assert.equal(await owner.run('admin-get-proxy', 'iortega', 'access_user'), 1);
  assert.match(owner.complained.join(), /may not take proxies of others/);
});

test('proxy-destroy removes the one here, and with -a those of the store', async () => {
  const p = await person('mkolar');
  await p.run('proxy-init', '-U');
  assert.equal(await p.run('proxy-destroy', '-a', '-v', 'vo.access.egi.eu'), 2);
  assert.match(p.complained.join(), /-a and -v options are mutually exclusive/);
  assert.equal(await p.run('proxy-destroy', '-a'), 0, p.complained.join());
  assert.deepEqual(p.printed.toSorted(), [
    'Deleted proxy for access_user.',
    'Deleted proxy for training_user.',
    'Local proxy deleted.',
  ]);
  assert.deepEqual(await uploadedOf('mkolar'), []);
  await assert.rejects(stat(p.proxy));
  await p.run('proxy-init');
  await p.run('proxy-destroy', '-v', 'vo.access.egi.eu');
  assert.deepEqual(p.printed, ['No remote proxies found.']);
});
