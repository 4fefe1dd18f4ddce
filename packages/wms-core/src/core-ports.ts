/** What a process must bring to run the core: places, addresses, keys. Settings become this, nothing else does. */
import type { Database } from './db/database.ts';
import type { ProcessFacts } from './health/health-facts.ts';
import type { ConfiguredCertificate } from './identity/account.service.ts';
import type { IssuingAuthority } from './identity/issuing/issuing-authority.adapter.ts';
import type { OutsideProviders } from './identity/outside/token-grant.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import type { Metrics } from './kernel/metrics.ts';
import type { Core } from './use-cases.ts';

export interface CorePorts {
  /** Made when missing. Holds `wms.sqlite`, `sandboxes/` and the working folders of pilots. */
  readonly dataFolder: string;
  /** Address of a PostgreSQL database; without one `wms.sqlite` in the data folder is used. */
  readonly databaseUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Nothing is measured without. */
  readonly metrics?: Metrics;
  /** What only the process knows of its health. */
  readonly processFacts?: () => ProcessFacts;
  /** Address of this server as browsers see it, without a slash at the end; presigned doors start with it. */
  readonly publicUrl: string;
  /** Address of this server as worker nodes see it. */
  readonly serverUrlForPilots: string;
  /** Key of presigned doors, 32 bytes or more. */
  readonly signingKey: Uint8Array;
  /** Keys that seal stored proxies, newest first, at least one; 32 bytes each. */
  readonly keyEncryptionKeys: readonly Uint8Array[];
  /** Folders of trusted authorities as from the IGTF, or PEM files; none = no certificate is trusted. */
  readonly trustFolders: readonly string[];
  /** The installation's own authority for short-lived certificates; none = no proxy without a certificate. */
  readonly issuingAuthority?: IssuingAuthority | undefined;
  /** Default true: an authority without a revocation list is refused. */
  readonly isRevocationListRequired?: boolean;
  /** A file or folder of `vomses` lines, and a folder of `.lsc` files; where there is none, nothing is known of VOMS. */
  readonly vomses?: string;
  readonly vomsdir?: string;
  /** Mails go out through it; none = there are none. Holds a password. */
  readonly smtpUrl?: string | undefined;
  /** YAML file, see config/example.yaml. */
  readonly configurationFile: string;
  /** The pilot as one file. */
  readonly pilotBundlePath: string;
  /** Makes the pilot with a Node.js of its own, for nodes without one, and tells where it lies. */
  readonly singlePilotFile?: (() => Promise<string>) | undefined;
  /** Identity providers that gave refresh tokens; asked after the start. None = no groups are asked for anew. */
  readonly outsideProviders?: OutsideProviders;
  /** Issuers whose preferred user names are configured users; empty in production. */
  readonly standInIssuers?: readonly string[];
  /** Certificates that belong to configured users from the start, such as those of a demo installation. */
  readonly configuredCertificates?: readonly ConfiguredCertificate[];
}

/** The core with its database, for what lives beside it in the same file, such as sessions. */
export interface OpenCore extends Core {
  readonly database: Database;
}
