/**
 * Environment → typed settings, or one message that lists every fault: variable, what is wrong, what would
 * be right. Read once, by `main.ts`. The table itself is in `settings/settings-table.ts`.
 */
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { settingsTable, type GivenSettings, type SettingName } from './settings/settings-table.ts';
import {
  certificateDoorOf,
  faultsOfCertificateDoor,
  type CertificateDoorSettings,
} from './settings/certificate-door-settings.ts';
import { readKeyEncryptionKeys } from './settings/key-encryption-keys.ts';
import { loadOrMakeMetricsToken, loadOrMakeSecrets, type Secrets } from './settings/secrets.ts';
import type { SettingFault } from './settings/setting-kinds.ts';
import type { SettingDefinition } from './settings/settings-table.ts';

export const demoConfigurationFile = fileURLToPath(new URL('../../../config/demo.yaml', import.meta.url));

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Settings extends Omit<
  GivenSettings,
  | 'certificatePort'
  | 'certificateUrl'
  | 'tlsCertificate'
  | 'tlsKey'
  | 'configurationFile'
  | 'oidcIssuer'
  | 'oidcClientId'
  | 'oidcClientSecret'
  | 'sessionSecret'
  | 'keyEncryptionKey'
  | 'keyEncryptionKeyFile'
  | 'keyEncryptionKeyCommand'
  | 'signingKey'
> {
  readonly configurationFile: string;
  readonly secrets: Secrets;
  /** Undefined = the stand-in Check-in; demo mode only. */
  readonly oidc: OidcSettings | undefined;
  /** Undefined = there is no certificate port. */
  readonly certificateDoor: CertificateDoorSettings | undefined;
}

export class SettingsError extends Error {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    const lines = faults.map(
      ({ variable, wrong, right }) => `  ${variable}: ${wrong}. Right would be: ${right}.`,
    );
    super(`The server cannot start with these settings:\n${lines.join('\n')}`);
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Variables that begin with `WM_` but are not in the table: misspelt, most likely. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = new Set<string>(Object.values(settingsTable).map(({ variable }) => variable));
  return Object.keys(environment).filter((name) => name.startsWith('WM_') && !known.has(name));
}

function readTable(environment: Environment): { given: GivenSettings; faults: SettingFault[] } {
  const given: Partial<Record<SettingName, unknown>> = {};
  const faults: SettingFault[] = [];
  for (const [name, definition] of Object.entries(settingsTable) as [
    SettingName,
    SettingDefinition<unknown>,
  ][]) {
    // An empty variable counts as not set: that is how compose files and unit files leave one out.
    const written = environment[definition.variable];
    const text = written === undefined || written === '' ? definition.default : written;
    if (text === undefined) continue;
    const reading = definition.kind.read(text);
    if (reading.ok) given[name] = reading.value;
    else faults.push({ variable: definition.variable, wrong: reading.wrong, right: reading.right });
  }
  return { given: given as GivenSettings, faults };
}

/** The demo's own file, or a copy nobody changed. */
function isDemoConfiguration(file: string): boolean {
  if (resolve(file) === demoConfigurationFile) return true;
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile && readFileSync(file).equals(readFileSync(demoConfigurationFile));
}

const placeholders = /change.?me|example|secret|password|demo|^(.)\1+$/i;

function faultsOfProduction(given: GivenSettings, environment: Environment): SettingFault[] {
  const faults: SettingFault[] = [];
  const fault = (name: SettingName, wrong: string, right: string): void => {
    faults.push({ variable: settingsTable[name].variable, wrong, right });
  };
  const needed: readonly (readonly [SettingName, string])[] = [
    ['publicUrl', 'the https origin of the portal'],
    ['configurationFile', 'the path of your own configuration; the demo one has demo users'],
    ['oidcIssuer', 'your identity provider; the stand-in Check-in is for demo mode only'],
    ['oidcClientId', 'the client id registered at the issuer'],
    ['oidcClientSecret', 'the client secret registered at the issuer'],
    ['sessionSecret', 'at least 32 random characters; secrets are made only in demo mode'],
    ['signingKey', '32 random bytes; secrets are made only in demo mode'],
  ];
  for (const [name, right] of needed)
    if (!environment[settingsTable[name].variable]) fault(name, 'is missing in production mode', right);
  const keySources = ['keyEncryptionKey', 'keyEncryptionKeyFile', 'keyEncryptionKeyCommand'] as const;
  if (keySources.every((name) => !environment[settingsTable[name].variable]))
    fault(
      'keyEncryptionKey',
      'is missing in production mode',
      '32 random bytes, or WM_KEK_FILE or WM_KEK_COMMAND; secrets are made only in demo mode',
    );
  if (given.publicUrl?.startsWith('http:'))
    fault('publicUrl', 'is not https', 'an origin that begins with https://');
  if (given.oidcIssuer?.startsWith('http:'))
    fault('oidcIssuer', 'is not https', 'an issuer that begins with https://');
  if (given.configurationFile !== undefined && isDemoConfiguration(given.configurationFile))
    fault('configurationFile', 'is the demo configuration with demo users', 'your own configuration');
  if (given.trustProxy === 0)
    fault(
      'trustProxy',
      'is 0, but TLS must end in front of this server',
      'the number of proxies in front, 1 as a rule',
    );
  for (const name of ['sessionSecret', 'keyEncryptionKey', 'signingKey', 'metricsToken'] as const)
    if (placeholders.test(environment[settingsTable[name].variable] ?? ''))
      fault(name, 'looks like a placeholder', 'random characters, such as `openssl rand -hex 32` prints');
  return faults;
}

function faultsOfCombination(given: GivenSettings): SettingFault[] {
  const faults: SettingFault[] = [];
  const oidc = [given.oidcIssuer, given.oidcClientId, given.oidcClientSecret];
  const isPartial = oidc.includes(undefined) && oidc.some((value) => value !== undefined);
  if (given.mode !== 'production' && isPartial)
    faults.push({
      variable: 'WM_OIDC_ISSUER, WM_OIDC_CLIENT_ID, WM_OIDC_CLIENT_SECRET',
      wrong: 'only some of them are set',
      right: 'all three, or none for the stand-in Check-in',
    });
  if (given.mode === 'demo' && given.oidcIssuer === undefined && !isLoopback(given.host ?? ''))
    faults.push({
      variable: settingsTable.host.variable,
      wrong: `“${given.host}” is not loopback, and the stand-in Check-in lets anybody in`,
      right: '127.0.0.1, or an identity provider in WM_OIDC_ISSUER',
    });
  return faults;
}

/**
 * Throws `SettingsError` with all faults. In demo mode missing secrets are made in the data folder, which
 * happens only when everything else is right.
 */
export function readSettings(environment: Environment): Settings {
  const { given, faults } = readTable(environment);
  if (given.mode === 'production') faults.push(...faultsOfProduction(given, environment));
  if (given.mode !== undefined) faults.push(...faultsOfCombination(given), ...faultsOfCertificateDoor(given));
  if (faults.length > 0) throw new SettingsError(faults);
  const { oidcIssuer, oidcClientId, oidcClientSecret, sessionSecret, signingKey, ...others } = given;
  const { keyEncryptionKey, keyEncryptionKeyFile, keyEncryptionKeyCommand, ...more } = others;
  const { certificatePort, certificateUrl, tlsCertificate, tlsKey, ...rest } = more;
  const sealing = readKeyEncryptionKeys({
    command: keyEncryptionKeyCommand,
    file: keyEncryptionKeyFile,
    environment: keyEncryptionKey,
    former: given.formerKeyEncryptionKeys ?? [],
  });
  if (sealing.faults.length > 0) throw new SettingsError(sealing.faults);
  // Former keys alone seal nothing: without a source the demo makes its key.
  const hasSource = [keyEncryptionKeyCommand, keyEncryptionKeyFile, keyEncryptionKey].some(
    (source) => source !== undefined,
  );
  const newest = hasSource ? sealing.keys[0] : undefined;
  const formerKeyEncryptionKeys = hasSource ? sealing.keys.slice(1) : sealing.keys;
  const dataFolder = resolve(given.dataFolder);
  return {
    ...rest,
    formerKeyEncryptionKeys,
    dataFolder,
    configurationFile: resolve(given.configurationFile ?? demoConfigurationFile),
    oidc:
      oidcIssuer === undefined || oidcClientId === undefined || oidcClientSecret === undefined
        ? undefined
        : { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: oidcClientSecret },
    certificateDoor: certificateDoorOf(given, { certificatePort, certificateUrl, tlsCertificate, tlsKey }),
    metricsToken:
      given.metricsToken ?? (given.mode === 'demo' ? loadOrMakeMetricsToken(dataFolder) : undefined),
    secrets: loadOrMakeSecrets(dataFolder, { sessionSecret, keyEncryptionKey: newest, signingKey }),
  };
}
