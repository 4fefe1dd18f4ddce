/**
 * The authorities of an installation: folders as from the IGTF distribution (credentials.md §10) with
 * certificates (`*.pem`, `*.0`), name spaces (`*.signing_policy`) and revocation lists (`*.r0`, `*.crl`). Read whole
 * when first asked and again when older than ten minutes; a broken file is skipped and told to the operators.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  nameKey,
  parseCertificate,
  parseRevocationList,
  parseSigningPolicy,
  readPem,
  type Certificate,
  type RevocationList,
  type SigningPolicy,
  type TrustStore,
} from '@wm/credentials';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';

export interface TrustFolderOptions {
  /** Folders and single PEM files, read into one store; none = nobody is trusted. */
  readonly anchors: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Default true: an authority without a revocation list is refused. */
  readonly isListRequired?: boolean;
}

export interface TrustSource {
  /** The store as of at most ten minutes ago. */
  current(): Promise<TrustStore>;
  /** Reads the folders anew when next asked. */
  forget(): void;
}

const maxAgeMs = 600_000;
const certificateFile = /\.(pem|crt|0)$/;
const listFile = /\.(r\d|crl|crl\.pem)$/;

const blocksOf = (bytes: Buffer, label: string): readonly Uint8Array[] => {
  const text = bytes.toString('latin1');
  return text.includes('-----BEGIN ')
    ? readPem(text)
        .filter((block) => block.label === label)
        .map(({ der }) => der)
    : [new Uint8Array(bytes)];
};

interface Loaded {
  readonly authorities: Map<string, Certificate>;
  readonly policies: SigningPolicy[];
  readonly revocationLists: RevocationList[];
}

async function loadFile(path: string, into: Loaded): Promise<void> {
  if (path.endsWith('.signing_policy'))
    into.policies.push(...parseSigningPolicy(await readFile(path, 'utf8')));
  else if (listFile.test(path))
    into.revocationLists.push(...blocksOf(await readFile(path), 'X509 CRL').map(parseRevocationList));
  else if (certificateFile.test(path))
    for (const der of blocksOf(await readFile(path), 'CERTIFICATE'))
      // hash links name the same file twice
      into.authorities.set(Buffer.from(der).toString('base64'), parseCertificate(der));
}

const filesOf = async (anchor: string): Promise<readonly string[]> =>
  (await stat(anchor)).isDirectory()
    ? (await readdir(anchor)).toSorted().map((name) => join(anchor, name))
    : [anchor];

async function load({ anchors, log, isListRequired }: TrustFolderOptions): Promise<TrustStore> {
  const into: Loaded = { authorities: new Map(), policies: [], revocationLists: [] };
  for (const anchor of anchors)
    for (const path of await filesOf(anchor))
      try {
        await loadFile(path, into);
      } catch (error) {
        log.error({ path, err: error }, 'trust.file-skipped');
      }
  log.info(
    { authorities: into.authorities.size, revocationLists: into.revocationLists.length },
    'trust.loaded',
  );
  return { ...into, authorities: [...into.authorities.values()], isListRequired: isListRequired ?? true };
}

/**
 * A list that was seen stays when an older one takes its place, so that putting back an old file revokes no
 * revocation. Which lists count at all is judged by their signatures, in the chain.
 */
function withNewerLists(store: TrustStore, former: TrustStore | undefined): TrustStore {
  if (former === undefined) return store;
  const newer = former.revocationLists.filter((seen) => {
    const now = store.revocationLists.filter(({ issuer }) => nameKey(issuer) === nameKey(seen.issuer));
    return now.length > 0 && now.every(({ thisUpdateMs }) => thisUpdateMs < seen.thisUpdateMs);
  });
  return { ...store, revocationLists: [...store.revocationLists, ...newer] };
}

/** Keeps the last good store when a folder cannot be read. */
export function createTrustFolder(options: TrustFolderOptions): TrustSource {
  let isForgotten = false;
  let loaded: { readonly store: Promise<TrustStore>; readonly atMs: number } | undefined;
  return {
    async current() {
      const nowMs = options.clock.nowMs();
      if (loaded && !isForgotten && nowMs - loaded.atMs < maxAgeMs) return loaded.store;
      isForgotten = false;
      const former = loaded?.store;
      const store = load(options)
        .then(async (fresh) => withNewerLists(fresh, await former?.catch(() => undefined)))
        .catch((error: unknown) => {
          options.log.error({ err: error }, 'trust.not-loaded');
          if (former) return former;
          loaded = undefined;
          throw error;
        });
      loaded = { store, atMs: nowMs };
      return store;
    },
    forget() {
      isForgotten = true;
    },
  };
}
