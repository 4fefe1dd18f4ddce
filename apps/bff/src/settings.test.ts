import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSettings, SettingsError, unknownVariables, type Environment } from './settings.ts';
import { settingsTable } from './settings/settings-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'wm-settings-'));
after(() => rmSync(folder, { recursive: true }));

const hex = '0123456789abcdef'.repeat(4);
const production: Environment = {
  WM_MODE: 'production',
  WM_DATA: join(folder, 'production'),
  WM_CONFIG: '/etc/wm/configuration.yaml',
  WM_PUBLIC_URL: 'https://wm.example.org',
  WM_TRUST_PROXY: '1',
  WM_OIDC_ISSUER: 'https://aai.egi.eu/auth/realms/egi',
  WM_OIDC_CLIENT_ID: 'client',
  WM_OIDC_CLIENT_SECRET: 'from-the-registry',
  WM_SESSION_SECRET: hex,
  WM_KEK: hex,
  WM_SIGNING_KEY: hex,
};

function faultsOf(environment: Environment): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    assert(error instanceof SettingsError);
    return error.faults.map(({ variable }) => variable);
  }
  return [];
}

test('without any variable the demo starts on loopback with secrets of its own, in files only the owner reads', () => {
  const dataFolder = join(folder, 'demo');
  const settings = readSettings({ WM_DATA: dataFolder });
  assert.equal(settings.mode, 'demo');
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.oidc, undefined);
  assert.match(settings.configurationFile, /config\/demo\.yaml$/);
  const secrets = join(dataFolder, 'secrets');
  assert.deepEqual(readdirSync(secrets).toSorted(), [
    'key-encryption-key',
    'metrics-token',
    'session-secret',
    'signing-key',
  ]);
  for (const name of readdirSync(secrets))
    assert.equal(statSync(join(secrets, name)).mode & 0o777, 0o600, name);
  assert.deepEqual(readSettings({ WM_DATA: dataFolder }).secrets, settings.secrets);
});

test('one message lists every fault with its variable, what is wrong and what would be right', () => {
  const environment = {
    WM_PORT: '70000',
    WM_MODE: 'test',
    WM_PUBLIC_URL: 'wm.example.org/x',
    WM_KEK: 'short',
  };
  assert.throws(
    () => readSettings(environment),
    (error) => {
      assert(error instanceof SettingsError);
      assert.deepEqual(
        error.faults.map(({ variable }) => variable),
        ['WM_MODE', 'WM_PORT', 'WM_PUBLIC_URL', 'WM_KEK'],
      );
      assert.match(error.message, /WM_PORT: “70000” is not .*Right would be: a whole number from 0 to 65535/);
      return true;
    },
  );
});

test('a faulty secret is not printed', () => {
  const given = 'my-own-secret-value';
  assert.throws(
    () => readSettings({ WM_SESSION_SECRET: given, WM_KEK: given }),
    (error) => error instanceof SettingsError && !error.message.includes(given),
  );
});

test('production starts with everything given', () => {
  const settings = readSettings(production);
  assert.equal(settings.oidc?.issuer, 'https://aai.egi.eu/auth/realms/egi');
  assert.equal(settings.secrets.keyEncryptionKey.length, 32);
});

test('the key moves from the environment to a file in steps, and no step is without it', () => {
  const file = join(folder, 'kek');
  const fresh = 'fedcba9876543210'.repeat(4);
  writeFileSync(file, fresh, { mode: 0o400 });
  const keysOf = (environment: Environment): readonly string[] => {
    const { secrets, formerKeyEncryptionKeys = [] } = readSettings(environment);
    return [secrets.keyEncryptionKey, ...formerKeyEncryptionKeys].map((key) =>
      Buffer.from(key).toString('hex'),
    );
  };
  assert.deepEqual(keysOf(production), [hex]);
  assert.deepEqual(keysOf({ ...production, WM_KEK_FILE: file }), [fresh, hex]);
  assert.deepEqual(keysOf({ ...production, WM_KEK: undefined, WM_KEK_FILE: file }), [fresh]);
  chmodSync(file, 0o444);
  assert.deepEqual(faultsOf({ ...production, WM_KEK_FILE: file }), ['WM_KEK_FILE']);
});

test('production has no metrics unless it is given a token, and no placeholder for one', () => {
  assert.equal(readSettings(production).metricsToken, undefined);
  const given = 'e'.repeat(16) + hex.slice(16);
  assert.equal(readSettings({ ...production, WM_METRICS_TOKEN: given }).metricsToken, given);
  for (const bad of ['short', 'change-me-change-me-change-me-change-me'])
    assert.deepEqual(faultsOf({ ...production, WM_METRICS_TOKEN: bad }), ['WM_METRICS_TOKEN']);
});

test('production refuses to start without its own secrets, configuration and identity provider', () => {
  assert.deepEqual(faultsOf({ WM_MODE: 'production' }), [
    'WM_PUBLIC_URL',
    'WM_CONFIG',
    'WM_OIDC_ISSUER',
    'WM_OIDC_CLIENT_ID',
    'WM_OIDC_CLIENT_SECRET',
    'WM_SESSION_SECRET',
    'WM_SIGNING_KEY',
    'WM_KEK',
    'WM_TRUST_PROXY',
  ]);
});

for (const [what, change, variable] of [
  ['http', { WM_PUBLIC_URL: 'http://wm.example.org' }, 'WM_PUBLIC_URL'],
  ['an issuer without TLS', { WM_OIDC_ISSUER: 'http://localhost:9400/realm' }, 'WM_OIDC_ISSUER'],
  ['the demo configuration', { WM_CONFIG: './config/../config/demo.yaml' }, 'WM_CONFIG'],
  [
    'a placeholder as secret',
    { WM_SESSION_SECRET: 'change-me-change-me-change-me-change-me' },
    'WM_SESSION_SECRET',
  ],
  ['one digit as key', { WM_KEK: '0'.repeat(64) }, 'WM_KEK'],
] as const)
  test(`production refuses ${what}`, () => {
    assert.deepEqual(faultsOf({ ...production, ...change }), [variable]);
  });

test('the stand-in Check-in is never offered beyond this machine', () => {
  assert.deepEqual(faultsOf({ WM_HOST: '0.0.0.0', WM_DATA: join(folder, 'open') }), ['WM_HOST']);
});

test('half an identity provider is a fault', () => {
  assert.deepEqual(faultsOf({ WM_OIDC_ISSUER: 'https://aai.example.org' }), [
    'WM_OIDC_ISSUER, WM_OIDC_CLIENT_ID, WM_OIDC_CLIENT_SECRET',
  ]);
});

for (const [given, wrong] of [
  ['mysql://wm:hush-hush@db.example.org/wm', /names the scheme mysql:/],
  ['postgresql://wm:hush-hush@db.example.org', /names no database/],
  ['db.example.org hush-hush', /is not a URL/],
] as const)
  test(`a database address that ${wrong.source} is refused without a word of its password`, () => {
    assert.throws(
      () => readSettings({ DATABASE_URL: given }),
      (error) =>
        error instanceof SettingsError &&
        /DATABASE_URL: .*Right would be: postgresql:/.test(error.message) &&
        wrong.test(error.message) &&
        !error.message.includes('hush-hush'),
    );
  });

test('a PostgreSQL database is taken as it is written', () => {
  const url = 'postgresql://wm:p%40ss@db.example.org:5433/wm?sslmode=verify-full';
  assert.equal(readSettings({ WM_DATA: join(folder, 'demo'), DATABASE_URL: url }).databaseUrl, url);
});

test('an empty variable counts as not set', () => {
  assert.equal(readSettings({ WM_DATA: join(folder, 'demo'), WM_PORT: '' }).port, undefined);
});

test('misspelt variables are noticed', () => {
  assert.deepEqual(unknownVariables({ WM_PROT: '1', WM_PORT: '1', HOME: '/' }), ['WM_PROT']);
});

test('every default is a value its own kind accepts, and every setting has a sentence of help', () => {
  for (const definition of Object.values(settingsTable)) {
    if ('default' in definition) assert(definition.kind.read(definition.default).ok, definition.variable);
    assert.match(definition.help, /\.$/, definition.variable);
  }
});

const door = {
  WM_CERTIFICATE_PORT: '8443',
  WM_CERTIFICATE_URL: 'https://wm.example.org:8443',
  WM_TLS_CERT: '/etc/grid-security/hostcert.pem',
  WM_TLS_KEY: '/etc/grid-security/hostkey.pem',
};

test('the certificate port is off in production until it is set, and on in a demo', () => {
  assert.equal(readSettings(production).certificateDoor, undefined);
  const demo = { WM_DATA: join(folder, 'demo') };
  assert.deepEqual(readSettings(demo).certificateDoor, { port: undefined, url: undefined, tls: undefined });
  assert.equal(readSettings({ ...demo, WM_PORT: '0' }).certificateDoor?.port, 0);
  assert.deepEqual(readSettings({ ...production, ...door }).certificateDoor, {
    port: 8443,
    url: 'https://wm.example.org:8443',
    tls: { certificate: '/etc/grid-security/hostcert.pem', key: '/etc/grid-security/hostkey.pem' },
  });
});

for (const [what, change, variable] of [
  ['without its port', { WM_CERTIFICATE_PORT: '' }, 'WM_CERTIFICATE_PORT'],
  ['without its address', { WM_CERTIFICATE_URL: '' }, 'WM_CERTIFICATE_URL'],
  ['with the port of the portal', { WM_PORT: '8443' }, 'WM_CERTIFICATE_PORT'],
  ['with the address of the portal', { WM_CERTIFICATE_URL: 'https://wm.example.org' }, 'WM_CERTIFICATE_URL'],
  ['with an address without TLS', { WM_CERTIFICATE_URL: 'http://wm.example.org:1' }, 'WM_CERTIFICATE_URL'],
  ['without key', { WM_TLS_KEY: '' }, 'WM_TLS_KEY'],
  ['without certificate', { WM_TLS_CERT: '' }, 'WM_TLS_CERT'],
  ['with neither', { WM_TLS_CERT: '', WM_TLS_KEY: '' }, 'WM_TLS_CERT'],
] as const)
  test(`production refuses a certificate port ${what}`, () => {
    assert.deepEqual(faultsOf({ ...production, ...door, ...change }), [variable]);
  });

test('a demo at a real identity provider has no authority of its own to make a host certificate', () => {
  const oidc = {
    WM_OIDC_ISSUER: 'https://aai.example.org',
    WM_OIDC_CLIENT_ID: 'c',
    WM_OIDC_CLIENT_SECRET: 's',
    WM_DATA: join(folder, 'demo'),
  };
  assert.equal(readSettings(oidc).certificateDoor, undefined);
  assert.deepEqual(faultsOf({ ...oidc, WM_CERTIFICATE_PORT: '8443' }), ['WM_TLS_CERT']);
});
