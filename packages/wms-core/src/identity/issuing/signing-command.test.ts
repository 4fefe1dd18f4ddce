/** An authority whose key is elsewhere: behind a program made for the test, and on a token of SoftHSM. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  generateRsaKeyPair,
  parseCertificate,
  parseRevocationList,
  readPem,
  slashForm,
  validateChain,
  writePem,
} from '@wm/credentials';
import { makeIssuingAuthority, openIssuingAuthority } from './issuing-authority.adapter.ts';
import { signingCommand } from './signing-command.adapter.ts';

const subject = [
  ['DC', 'org'],
  ['DC', 'example'],
  ['CN', 'Held Issuing CA'],
] as const;
const nowMs = Date.now();
const dayMs = 86_400_000;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-held-'));
});
after(() => rm(folder, { recursive: true }));

let count = 0;
async function program(lines: string): Promise<string> {
  const path = join(folder, `program-${(count += 1)}`);
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o700);
  return path;
}

/** Makes the authority of a key that `signCommand` signs with, and what it makes is good for others. */
async function proveIt(publicKeyPem: string, signCommand: string): Promise<void> {
  const keyFile = join(folder, `authority-${(count += 1)}.pem`);
  const trustFolder = `${keyFile}.trust`;
  await makeIssuingAuthority({ keyFile, subject, nowMs, held: { publicKeyPem, signCommand } });
  assert.ok(!(await readFile(keyFile, 'utf8')).includes('PRIVATE KEY'));
  const authority = await openIssuingAuthority({
    keyFile,
    signCommand,
    folder: trustFolder,
    listUrl: 'https://wm.example.org/list',
  });
  const keys = await generateRsaKeyPair();
  const wish = { commonName: 'Jane Doe', notBeforeMs: nowMs - 60_000, notAfterMs: nowMs + dayMs, keys };
  const [person, other] = await Promise.all([authority.issue(wish), authority.issue(wish)]);
  await authority.publish([{ serialHex: other.serialHex, atMs: nowMs - 1000 }], nowMs);
  const read = async (name: string) => readPem(await readFile(join(trustFolder, name), 'utf8'))[0]!.der;
  const trust = {
    authorities: [parseCertificate(await read('issuing-authority.pem'))],
    policies: [],
    revocationLists: [parseRevocationList(await read('issuing-authority.r0'))],
    isListRequired: true,
  };
  const { endEntity } = await validateChain([person], trust, nowMs);
  assert.equal(slashForm(endEntity.subject), '/DC=org/DC=example/CN=Jane Doe');
  await assert.rejects(validateChain([other], trust, nowMs), { reason: 'REVOKED' });
}

for (const [kind, make] of [
  ['RSA', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
  ['EC', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
] as const)
  test(`an authority signs with an ${kind} key that only its program has`, async () => {
    const key = join(folder, `${kind}.key`);
    execFileSync('openssl', [...make, '-out', key], { stdio: 'ignore' });
    const publicKeyPem = execFileSync('openssl', ['pkey', '-in', key, '-pubout']).toString();
    await proveIt(publicKeyPem, `${await program('exec openssl dgst -sha256 -sign "$1"')} ${key}`);
  });

test('what the program gives is no signature unless the key of the authority verifies it', async () => {
  const [own, foreign] = [join(folder, 'own.key'), join(folder, 'foreign.key')];
  for (const key of [own, foreign])
    execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-out', key], { stdio: 'ignore' });
  const publicKeyPem = execFileSync('openssl', ['pkey', '-in', own, '-pubout']).toString();
  const signWith = await program('exec openssl dgst -sha256 -sign "$1"');
  const keyFile = join(folder, 'verified.pem');
  const held = (signCommand: string) => ({ publicKeyPem, signCommand });
  const make = (signCommand: string) =>
    makeIssuingAuthority({ keyFile, subject, nowMs, held: held(signCommand) });
  await assert.rejects(make(`${signWith} ${foreign}`), { reason: 'BAD_SIGNATURE' });
  assert.ok(!existsSync(keyFile));
  await make(`${signWith} ${own}`);
  const open = (signCommand: string) =>
    openIssuingAuthority({ keyFile, signCommand, folder: `${keyFile}.trust`, listUrl: 'x' });
  await assert.rejects(open(`${signWith} ${foreign}`), { reason: 'BAD_SIGNATURE' });
  await open(`${signWith} ${own}`);
});

test('a program that fails, waits, prints without end or is not there is told, and the next call is served', async () => {
  const tbs = Uint8Array.of(0x30, 0);
  const unavailable = (message: RegExp) => ({ code: 'service.unavailable', message });
  for (const [lines, message] of [
    ['exit 3', /exit code 3/],
    ['exec sleep 60', /nothing within 1 s/],
    ['while :; do echo aaaaaaaaaaaaaaaaaaaaaaaa; done', /more than a signature/],
  ] as const)
    await assert.rejects(signingCommand(await program(lines), 1000)(tbs), unavailable(message));
  await assert.rejects(signingCommand(join(folder, 'none'))(tbs), unavailable(/cannot be run/));
  assert.throws(() => signingCommand('openssl dgst'), /whole path/);
  const flag = join(folder, 'second');
  const sign = signingCommand(await program(`[ -e ${flag} ] || { : >${flag}; exit 1; }; exec cat`));
  const [first, second] = await Promise.allSettled([sign(tbs), sign(tbs)]);
  assert.equal(first.status, 'rejected');
  assert.deepEqual(second, { status: 'fulfilled', value: tbs });
});

const modules = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'];
const softhsm = modules.find((path) => existsSync(path));
const hasTools = ['/usr/bin/pkcs11-tool', '/usr/bin/softhsm2-util'].every((path) => existsSync(path));
const skip = softhsm !== undefined && hasTools ? false : 'needs softhsm2 and opensc';

test('an authority signs with a key that never leaves its PKCS#11 token', { skip }, async () => {
  const tokens = join(folder, 'tokens');
  await mkdir(tokens);
  const conf = join(folder, 'softhsm2.conf');
  await writeFile(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const env = { ...process.env, SOFTHSM2_CONF: conf };
  const run = (file: string, ...words: readonly string[]): Buffer =>
    execFileSync(file, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  run('softhsm2-util', '--init-token', '--free', '--label', 'wm', '--pin', '1234', '--so-pin', '5678');
  const tool = ['--module', softhsm ?? '', '--token-label', 'wm'];
  run(
    'pkcs11-tool',
    ...tool,
    ...[
      '--login',
      '--pin',
      '1234',
      '--keypairgen',
      '--key-type',
      'rsa:2048',
      '--id',
      '01',
      '--label',
      'issuing',
    ],
  );
  const spki = run('pkcs11-tool', ...tool, '--read-object', '--type', 'pubkey', '--id', '01');
  const pinFile = join(folder, 'pin');
  await writeFile(pinFile, '1234', { mode: 0o400 });
  // As in docs/how-to/issue-proxies-without-certificates.md.
  const signCommand = await program(
    [
      `export SOFTHSM2_CONF=${conf}`,
      `WM_PIN=$(cat ${pinFile}) && export WM_PIN`,
      `exec pkcs11-tool --module ${softhsm} --token-label wm --login --pin env:WM_PIN \\`,
      '  --sign --mechanism SHA256-RSA-PKCS --id 01',
    ].join('\n'),
  );
  await proveIt(writePem('PUBLIC KEY', spki), signCommand);
});
