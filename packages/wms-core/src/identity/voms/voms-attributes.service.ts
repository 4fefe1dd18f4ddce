/**
 * VOMS attributes of the owner of a stored proxy: asked of a VOMS server with a full proxy that lives in memory only,
 * verified as anybody else would, and kept in memory for as long as they serve (credentials.md §6.3, §7). Asked when
 * a payload gets its proxy, and by the proxy status.
 */
import {
  buildProxy,
  exportPrivateKey,
  exportPublicKey,
  parseAttributeCertificate,
  parseCertificate,
  primaryFqanOf,
  readPem,
  verifyAttributes,
  writePem,
  type Certificate,
  type ProxyOrder,
  type TrustStore,
  type VomsAttributes,
} from '@wm/credentials';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createKeyPool, type KeyPool } from '../key-pool.ts';
import { vomsError } from './voms-errors.ts';
import type { VomsSource } from './voms-folders.adapter.ts';
import type { VomsClient } from './voms-server.adapter.ts';
import { createVomsServers } from './voms-servers.adapter.ts';

export interface VomsAttributesParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly trust: { current(): Promise<TrustStore> };
  readonly folders: VomsSource;
  /** Of proxies that ask. */
  readonly keys?: KeyPool;
  /** Orders the servers of a VO. */
  readonly random?: () => number;
}

export interface StoredProxy {
  /** Another one after each upload. */
  readonly proxyId: string;
  /** Full proxy, certificate of the person, authorities below the root. */
  readonly chainPem: string;
  /** Opens the key of the proxy; called only when a server must be asked. */
  signingKey(): Promise<ProxyOrder['issuerKey']>;
}

export interface WantedAttributes {
  readonly vo: string;
  /** Must be among what is given; the VO itself when left out. */
  readonly fqan?: string | undefined;
  /** When they are needed no more. */
  readonly untilMs: number;
}

export interface GivenAttributes {
  /** DER. */
  readonly attributeCertificate: Uint8Array;
  /** The primary one first. */
  readonly fqans: readonly string[];
  readonly notAfterMs: number;
}

export interface VomsAttributesService {
  /**
   * Throws `configuration.invalid` (VOMS_UNKNOWN_VO), `access.denied` (VOMS_DENIED) with the words of the server, and
   * `service.unavailable` (VOMS_DOWN); `details.reason` names which.
   */
  vomsAttributes(stored: StoredProxy, wanted: WantedAttributes): Promise<GivenAttributes>;
}

/** What servers give at most, as a rule. */
const askedLifetimeS = 86_400;
const leastLeftMs = 3_600_000;
/** A younger one is as good as one could get now. */
const freshMs = 3_600_000;
/** So that a thousand payloads do not make a server refuse a thousand times. */
const refusalLastsMs = 60_000;

interface Kept {
  readonly askedAtMs: number;
  readonly given: Promise<GivenAttributes>;
  /** What it came to, once known. */
  outcome?: GivenAttributes | 'failed';
}

function serves({ askedAtMs, outcome }: Kept, nowMs: number, untilMs: number): boolean {
  if (outcome === undefined) return true;
  if (outcome === 'failed') return nowMs < askedAtMs + refusalLastsMs;
  const isEnough = outcome.notAfterMs >= untilMs || nowMs < askedAtMs + freshMs;
  return isEnough && outcome.notAfterMs >= nowMs + leastLeftMs;
}

export function createVomsAttributes(parts: VomsAttributesParts): VomsAttributesService {
  const servers = createVomsServers({ random: Math.random, ...parts });
  const keys = parts.keys ?? createKeyPool();
  const kept = new Map<string, Kept>();

  async function fetch(stored: StoredProxy, { vo, fqan }: WantedAttributes): Promise<GivenAttributes> {
    const primary = primaryFqanOf({ vo, fqan });
    if (primary === undefined) throw denied(vo, fqan ?? `/${vo}`, 'that is no group or role of this VO.');
    const { servers: all, lsc } = await parts.folders.current();
    const known = all.filter((server) => server.vo === vo);
    if (known.length === 0)
      throw vomsError('VOMS_UNKNOWN_VO', `No VOMS server of ${vo} is known here: vomses has no line of it.`);
    const trust = await parts.trust.current();
    const chain = certificatesOf(stored.chainPem);
    const order = {
      request: { vo, fqan: primary, lifetimeS: askedLifetimeS },
      client: await clientOf(stored, chain, await keys.take(), parts.clock.nowMs()),
      trust,
    };
    const verify = (der: Uint8Array): Promise<VomsAttributes> =>
      verifyAttributes(parseAttributeCertificate(der), personOf(chain), { trust, lsc }, parts.clock.nowMs());
    return servers.ask(known, order, async (answer) => {
      if (answer.kind === 'refused')
        throw answer.isFinal ? denied(vo, primary, answer.text) : new Error(answer.text);
      const { attributeCertificate } = answer;
      const { fqans, notAfterMs } = await verify(attributeCertificate);
      if (!fqans.includes(primary)) throw denied(vo, primary, `it gave ${fqans.join(', ')} instead.`);
      return { attributeCertificate, fqans, notAfterMs };
    });
  }

  function ask(key: string, stored: StoredProxy, wanted: WantedAttributes): Promise<GivenAttributes> {
    const nowMs = parts.clock.nowMs();
    for (const [other, entry] of kept) if (!serves(entry, nowMs, 0)) kept.delete(other);
    const entry: Kept = { askedAtMs: nowMs, given: fetch(stored, wanted) };
    kept.set(key, entry);
    entry.given.then(
      (given) => {
        entry.outcome = given;
        parts.log.info({ proxyId: stored.proxyId, fqans: given.fqans }, 'voms.attributes-given');
      },
      () => (entry.outcome = 'failed'),
    );
    return entry.given;
  }

  return {
    async vomsAttributes(stored, wanted) {
      const key = `${stored.proxyId}\n${wanted.vo}\n${primaryFqanOf(wanted) ?? wanted.fqan}`;
      const entry = kept.get(key);
      return entry && serves(entry, parts.clock.nowMs(), wanted.untilMs)
        ? entry.given
        : ask(key, stored, wanted);
    },
  };
}

const certificatesOf = (pem: string): readonly Certificate[] =>
  readPem(pem).map(({ der }) => parseCertificate(der));

function personOf(chain: readonly Certificate[]): Certificate {
  const person = chain.find(({ proxy }) => !proxy);
  if (!person) throw new Error('A stored proxy has no certificate of a person below it.');
  return person;
}

/** A full proxy with a key of its own below the stored one. */
async function clientOf(
  stored: StoredProxy,
  [issuer]: readonly Certificate[],
  keys: Awaited<ReturnType<KeyPool['take']>>,
  nowMs: number,
): Promise<VomsClient> {
  if (!issuer) throw new Error('A stored proxy has no chain.');
  const proxy = await buildProxy({
    issuer,
    issuerKey: await stored.signingKey(),
    publicKey: await exportPublicKey(keys.publicKey),
    nowMs,
    notAfterMs: nowMs + askedLifetimeS * 1000,
    policy: 'inheritAll',
  });
  return {
    chainPem: writePem('CERTIFICATE', proxy) + stored.chainPem,
    keyPem: writePem('PRIVATE KEY', await exportPrivateKey(keys.privateKey)),
  };
}

const denied = (vo: string, fqan: string, said: string): Error =>
  vomsError('VOMS_DENIED', `VOMS of ${vo} does not give ${fqan}: ${said}`, {
    details: { serverMessage: said },
  });
