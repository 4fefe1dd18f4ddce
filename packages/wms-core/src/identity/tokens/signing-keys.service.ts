/**
 * The keys that sign access tokens: kept sealed in the database, so that every process signs and checks with the
 * same ones, and remembered here for a while. Asked at every request with a bearer token.
 */
import type { KeyObject } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import { openKey, rewrapKey, sealKey, type Binding, type KeyEncryptionKey } from '../key-envelope.adapter.ts';
import { makeSigningKey, readPrivateKey, readPublicKey } from './access-token.adapter.ts';
import { dueChange, signingKeyAt, type ScheduledKey } from './key-schedule.ts';
import { newId } from './secrets.adapter.ts';
import {
  allTokenKeys,
  insertTokenKey,
  removeTokenKey,
  resealTokenKey,
  sealedTokenKey,
  type TokenKeyRow,
} from './token-key.store.ts';
import type { PublicKey } from './token-use-cases.ts';

interface KnownKey extends ScheduledKey {
  readonly publicJwk: PublicKey;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject | undefined;
}

export interface SigningKeys {
  /** The key to sign with now. */
  signer(): Promise<{ readonly kid: string; readonly privateKey: KeyObject }>;
  /** Undefined for keys that are not ours, or not any more. */
  publicKey(kid: string): Promise<KeyObject | undefined>;
  published(): Promise<readonly PublicKey[]>;
  /** Makes and removes what the schedule says is due. */
  keepSchedule(): Promise<void>;
  /** Seals with the newest key-encryption key what a former one sealed. */
  reseal(): Promise<void>;
}

export interface SigningKeysParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[];
}

/** Other processes make keys two days before they sign, so there is no hurry. */
const rememberMs = 60_000;
/** An unknown `kid` has the keys read again, at most so often. */
const readAgainMs = 1000;

const bindingOf = (kid: string): Binding => ({ table: 'token_keys', id: kid, accountId: '', subjectDn: '' });

export function createSigningKeys(parts: SigningKeysParts): SigningKeys {
  const { database, clock, log, keyEncryptionKeys } = parts;
  let known: { readonly keys: readonly KnownKey[]; readonly readAtMs: number } | undefined;

  function openPrivate(row: TokenKeyRow): KeyObject | undefined {
    try {
      const der = openKey(keyEncryptionKeys, sealedTokenKey(row), bindingOf(row.kid));
      const key = readPrivateKey(der);
      der.fill(0);
      return key;
    } catch (error) {
      log.warn({ kid: row.kid, err: error }, 'token-key.unreadable');
      return undefined;
    }
  }

  function toKnown(row: TokenKeyRow): KnownKey {
    const publicJwk = JSON.parse(row.public_key) as PublicKey;
    const privateKey = openPrivate(row);
    return {
      kid: row.kid,
      signsFromMs: row.signs_from_ms,
      canSign: privateKey !== undefined,
      publicJwk,
      publicKey: readPublicKey(publicJwk),
      privateKey,
    };
  }

  async function keysNoOlderThan(ageMs: number): Promise<readonly KnownKey[]> {
    const nowMs = clock.nowMs();
    if (known !== undefined && nowMs - known.readAtMs < ageMs) return known.keys;
    const rows = await database.read(allTokenKeys);
    known = { keys: rows.map(toKnown), readAtMs: nowMs };
    return known.keys;
  }

  async function keepSchedule(): Promise<void> {
    const nowMs = clock.nowMs();
    const { makeFromMs, remove } = dueChange(await keysNoOlderThan(0), nowMs);
    if (makeFromMs === undefined && remove.length === 0) return;
    const kid = newId(nowMs);
    const made = makeSigningKey(kid);
    const sealed = sealKey(keyEncryptionKeys, made.privateKey, bindingOf(kid));
    made.privateKey.fill(0);
    await database.write(function* () {
      if (makeFromMs !== undefined)
        yield* insertTokenKey({ kid, publicKey: made.publicKey, signsFromMs: makeFromMs }, sealed, nowMs);
      for (const old of remove) yield* removeTokenKey(old);
    });
    known = undefined;
    if (makeFromMs !== undefined)
      log.info({ kid, signsFrom: new Date(makeFromMs).toISOString() }, 'token-key.made');
    for (const old of remove) log.info({ kid: old }, 'token-key.removed');
  }

  async function reseal(): Promise<void> {
    const [newest] = keyEncryptionKeys;
    const atHand = new Set(keyEncryptionKeys.map(({ id }) => id));
    const rows = await database.read(allTokenKeys);
    const former = rows.filter(({ key_encryption_key_id: id }) => id !== newest?.id && atHand.has(id));
    if (former.length === 0) return;
    await database.write(function* () {
      for (const row of former)
        yield* resealTokenKey(row.kid, rewrapKey(keyEncryptionKeys, sealedTokenKey(row), bindingOf(row.kid)));
    });
    log.info({ keys: former.length }, 'token-key.resealed');
  }

  /** The first key of an installation is made when it is first needed. */
  async function withSigner(): Promise<readonly KnownKey[]> {
    const keys = await keysNoOlderThan(rememberMs);
    if (signingKeyAt(keys, clock.nowMs()) !== undefined) return keys;
    await keepSchedule();
    return keysNoOlderThan(rememberMs);
  }

  return {
    keepSchedule,
    reseal,
    async signer() {
      const key = signingKeyAt(await withSigner(), clock.nowMs());
      if (key?.privateKey === undefined) throw new WmsError('internal', 'No key can sign tokens.');
      return { kid: key.kid, privateKey: key.privateKey };
    },
    async publicKey(kid) {
      const find = (keys: readonly KnownKey[]) => keys.find((key) => key.kid === kid)?.publicKey;
      return find(await keysNoOlderThan(rememberMs)) ?? find(await keysNoOlderThan(readAgainMs));
    },
    published: async () => (await withSigner()).map(({ publicJwk }) => publicJwk),
  };
}
