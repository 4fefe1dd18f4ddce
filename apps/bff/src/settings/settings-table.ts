/**
 * Every setting of the process as data: variable, kind, default, meaning. `settings.ts` reads the environment
 * by this table and `docs/reference/settings.md` is generated from it. What the installation offers (VOs,
 * sites, …) is configuration instead, see `@wm/wms-core` `configuration/schema.ts`.
 */
import {
  choice,
  issuer,
  origin,
  password,
  path,
  postgresUrl,
  smtpUrl,
  secretKey,
  secretKeys,
  secretText,
  text,
  wholeNumber,
  type SettingKind,
} from './setting-kinds.ts';

export interface SettingDefinition<T> {
  readonly variable: `WM_${string}` | 'DATABASE_URL';
  readonly kind: SettingKind<T>;
  /** Text as one would write it; undefined = no default, see `help` for what happens then. */
  readonly default?: string;
  readonly help: string;
}

export const settingsTable = {
  mode: {
    variable: 'WM_MODE',
    kind: choice('demo', 'production'),
    default: 'demo',
    help: 'demo: runs at once, with demo users, a stand-in Check-in and secrets it makes itself. production: refuses all of these.',
  },
  host: {
    variable: 'WM_HOST',
    kind: text,
    default: '127.0.0.1',
    help: 'Address to listen on. The default is reached from this machine only.',
  },
  port: {
    variable: 'WM_PORT',
    kind: wholeNumber(0, 65_535),
    help: 'Port to listen on; 0 takes any free one. Without it 8080, in demo mode the next free one above.',
  },
  publicUrl: {
    variable: 'WM_PUBLIC_URL',
    kind: origin,
    help: 'Origin under which browsers reach the portal. Without it http://WM_HOST:WM_PORT (demo only).',
  },
  pilotUrl: {
    variable: 'WM_PILOT_URL',
    kind: origin,
    help: 'Origin under which worker nodes reach the server. Without it WM_PUBLIC_URL.',
  },
  certificatePort: {
    variable: 'WM_CERTIFICATE_PORT',
    kind: wholeNumber(0, 65_535),
    help: 'Port for people and programs that come with a certificate or proxy, over TLS; 0 takes any free one. Without it there is none; the demo takes the next free one above WM_PORT.',
  },
  certificateUrl: {
    variable: 'WM_CERTIFICATE_URL',
    kind: origin,
    help: 'Origin under which that port is reached, https and another one than WM_PUBLIC_URL. Without it https://WM_HOST:WM_CERTIFICATE_PORT (demo only).',
  },
  tlsCertificate: {
    variable: 'WM_TLS_CERT',
    kind: path,
    help: 'PEM file with the certificate of this host and those between it and its root, for the certificate port; read again every ten minutes. The demo makes one.',
  },
  tlsKey: {
    variable: 'WM_TLS_KEY',
    kind: path,
    help: 'PEM file with the key of WM_TLS_CERT.',
  },
  trustProxy: {
    variable: 'WM_TRUST_PROXY',
    kind: wholeNumber(0, 8),
    default: '0',
    help: 'Number of reverse proxies in front whose X-Forwarded-… headers are believed.',
  },
  dataFolder: {
    variable: 'WM_DATA',
    kind: path,
    default: './var',
    help: 'Folder of the SQLite database, the sandboxes and, in demo mode, the secrets. Made when missing.',
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    kind: postgresUrl,
    help: 'PostgreSQL database of one or more server processes. Without it a SQLite file in WM_DATA.',
  },
  configurationFile: {
    variable: 'WM_CONFIG',
    kind: path,
    help: 'The configuration (YAML). Without it the built-in config/demo.yaml (demo only).',
  },
  trustFolder: {
    variable: 'WM_TRUST',
    kind: path,
    default: '/etc/grid-security/certificates',
    help: 'Folder of the trusted certification authorities, as the IGTF distributes them. The demo adds one of its own.',
  },
  issuingAuthority: {
    variable: 'WM_ISSUING_AUTHORITY',
    kind: path,
    help: 'PEM file of mode 0600 with certificate and key of an authority of your own: proxies without a certificate then. Without it there are none; demo mode makes one.',
  },
  issuingCommand: {
    variable: 'WM_ISSUING_COMMAND',
    kind: text,
    help: 'Program by its whole path, with its words, that signs for this authority: what to sign at stdin, the signature at stdout, within 10 s and without a shell. The key can then stay on a PKCS#11 token, and WM_ISSUING_AUTHORITY holds the certificate alone.',
  },
  revocationLists: {
    variable: 'WM_REVOCATION_LISTS',
    kind: choice('required', 'when-there'),
    default: 'required',
    help: 'Whether certificates of an authority without a current revocation list are refused.',
  },
  vomses: {
    variable: 'WM_VOMSES',
    kind: path,
    default: '/etc/vomses',
    help: 'File or folder of lines that say where the VOMS servers of a VO are. Without it none is asked.',
  },
  vomsdir: {
    variable: 'WM_VOMSDIR',
    kind: path,
    default: '/etc/grid-security/vomsdir',
    help: 'Folder of `<vo>/<host>.lsc` files: which VOMS servers are trusted for a VO.',
  },
  smtpUrl: {
    variable: 'WM_SMTP_URL',
    kind: smtpUrl,
    help: 'Mail server by which reminders go out. Without it there are none. See docs/how-to/send-mails.md.',
  },
  oidcIssuer: {
    variable: 'WM_OIDC_ISSUER',
    kind: issuer,
    help: 'Issuer of the identity provider. Without it the stand-in Check-in (demo only).',
  },
  oidcClientId: { variable: 'WM_OIDC_CLIENT_ID', kind: text, help: 'Client id registered at the issuer.' },
  oidcClientSecret: {
    variable: 'WM_OIDC_CLIENT_SECRET',
    kind: password,
    help: 'Client secret registered at the issuer.',
  },
  oidcOfflineAccess: {
    variable: 'WM_OIDC_OFFLINE_ACCESS',
    kind: choice('yes', 'no'),
    default: 'no',
    help: 'Ask the issuer for a refresh token (`offline_access`) and keep it sealed, so that groups are confirmed while their members are away. The client must be allowed to.',
  },
  oidcCertificates: {
    variable: 'WM_OIDC_CERTIFICATES',
    kind: choice('ignored', 'linked'),
    default: 'ignored',
    help: 'linked: certificates that this identity provider says are somebody’s (claim cert_entitlement, as Check-in has it) become his at the log-in, unless they are another’s. Asks for the scope of that name.',
  },
  sessionSecret: {
    variable: 'WM_SESSION_SECRET',
    kind: secretText,
    help: 'Signs the session cookie. Demo mode makes one at first start.',
  },
  keyEncryptionKey: {
    variable: 'WM_KEK',
    kind: secretKey,
    help: 'Encrypts stored proxies; lost key = lost proxies. Demo mode makes one at first start.',
  },
  keyEncryptionKeyFile: {
    variable: 'WM_KEK_FILE',
    kind: path,
    help: 'File of mode 0400 or 0600 that holds the key instead, one key a line; goes before WM_KEK, which then only opens.',
  },
  keyEncryptionKeyCommand: {
    variable: 'WM_KEK_COMMAND',
    kind: text,
    help: 'Program by its whole path, with its words, that prints the key as WM_KEK_FILE holds it, from a key service for example; run once at the start, without a shell, for at most 10 s. Goes before the other two.',
  },
  formerKeyEncryptionKeys: {
    variable: 'WM_KEK_FORMER',
    kind: secretKeys,
    help: 'Keys that WM_KEK was before, apart by commas: they open what they sealed until it is sealed anew. See docs/how-to/rotate-keys.md.',
  },
  signingKey: {
    variable: 'WM_SIGNING_KEY',
    kind: secretKey,
    help: 'Signs presigned URLs. Demo mode makes one at first start.',
  },
  sessionIdleS: {
    variable: 'WM_SESSION_IDLE_S',
    kind: wholeNumber(10, 86_400),
    default: '1800',
    help: 'Seconds without any action of the user after which a session ends.',
  },
  sessionAbsoluteS: {
    variable: 'WM_SESSION_ABSOLUTE_S',
    kind: wholeNumber(10, 604_800),
    default: '36000',
    help: 'Seconds after log-in at which a session ends in any case.',
  },
  sessionsPerAccount: {
    variable: 'WM_SESSIONS_PER_ACCOUNT',
    kind: wholeNumber(1, 1000),
    default: '10',
    help: 'Sessions an account may have at once; one more ends the oldest.',
  },
  loginsPerMinute: {
    variable: 'WM_LOGINS_PER_MINUTE',
    kind: wholeNumber(1, 100_000),
    default: '60',
    help: 'Log-ins an address may begin in a minute.',
  },
  proxyUploadsPerMinute: {
    variable: 'WM_PROXY_UPLOADS_PER_MINUTE',
    kind: wholeNumber(1, 100_000),
    default: '30',
    help: 'Changes to proxies an account may make in a minute.',
  },
  requestsPerMinute: {
    variable: 'WM_REQUESTS_PER_MINUTE',
    kind: wholeNumber(1, 10_000_000),
    default: '6000',
    help: 'Requests an account, or a visitor by address, may make in a minute.',
  },
  metricsToken: {
    variable: 'WM_METRICS_TOKEN',
    kind: secretText,
    help: 'Bearer token that opens /metrics and /metrics/health. Without it they do not exist; demo mode makes one at first start.',
  },
  logLevel: {
    variable: 'WM_LOG_LEVEL',
    kind: choice('debug', 'info', 'warn', 'error'),
    default: 'info',
    help: 'Least important log lines that are written.',
  },
} as const satisfies Record<string, SettingDefinition<unknown>>;

export type SettingName = keyof typeof settingsTable;

type ValueOf<D> = D extends { kind: SettingKind<infer T> } ? T : never;
type HasDefault<D> = D extends { default: string } ? true : false;

/** Values by name; those without a default are undefined when not given. */
export type GivenSettings = {
  readonly [K in SettingName]: HasDefault<(typeof settingsTable)[K]> extends true
    ? ValueOf<(typeof settingsTable)[K]>
    : ValueOf<(typeof settingsTable)[K]> | undefined;
};
