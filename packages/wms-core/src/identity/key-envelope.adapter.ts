/**
 * Envelope encryption of proxy keys at rest (credentials.md §6.2): a data key of its own per row seals the
 * private key, a key-encryption key (KEK) seals the data key; both AES-256-GCM, bound to the row by the
 * additional data, so a row moved to another owner or DN does not open.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

export interface KeyEncryptionKey {
  /** Stored beside what it sealed; never reused for another key. */
  readonly id: string;
  readonly key: KeyObject;
}

export interface SealedKey {
  readonly sealedKey: Uint8Array;
  readonly sealedDataKey: Uint8Array;
  readonly keyEncryptionKeyId: string;
}

/** What a sealed key belongs to; any change makes it unreadable. */
export interface Binding {
  readonly table: 'proxy_requests' | 'proxies' | 'token_keys' | 'token_grants';
  readonly id: string;
  readonly accountId: string;
  readonly subjectDn: string;
}

const ivBytes = 12;
const tagBytes = 16;

const additionalData = (binding: Binding): Buffer =>
  Buffer.from(JSON.stringify([1, binding.table, binding.id, binding.accountId, binding.subjectDn]));

function seal(key: KeyObject, plain: Uint8Array, binding: Binding): Uint8Array {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additionalData(binding));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: KeyObject, sealed: Uint8Array, binding: Binding): Buffer {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
    .setAAD(additionalData(binding))
    .setAuthTag(bytes.subarray(bytes.length - tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, bytes.length - tagBytes)), decipher.final()]);
}

/** 32 bytes. */
export const keyEncryptionKey = (id: string, bytes: Uint8Array): KeyEncryptionKey => {
  if (bytes.length !== 32) throw new RangeError(`Key-encryption key "${id}" must have 32 bytes.`);
  return { id, key: createSecretKey(bytes) };
};

/** Seals with the first (newest) key. */
export function sealKey(keys: readonly KeyEncryptionKey[], plain: Uint8Array, binding: Binding): SealedKey {
  const newest = keys[0];
  if (!newest) throw new RangeError('At least one key-encryption key is needed.');
  const dataKey = randomBytes(32);
  try {
    return {
      sealedKey: seal(createSecretKey(dataKey), plain, binding),
      sealedDataKey: seal(newest.key, dataKey, binding),
      keyEncryptionKeyId: newest.id,
    };
  } finally {
    dataKey.fill(0);
  }
}

/**
 * The same sealed key with its data key sealed by the newest key-encryption key; the private key itself is not opened.
 * Throws when the former key is not at hand.
 */
export function rewrapKey(keys: readonly KeyEncryptionKey[], sealed: SealedKey, binding: Binding): SealedKey {
  const newest = keys[0];
  const wrapping = keys.find((key) => key.id === sealed.keyEncryptionKeyId);
  if (!newest || !wrapping)
    throw new RangeError(`Key-encryption key "${sealed.keyEncryptionKeyId}" is not at hand.`);
  const dataKey = open(wrapping.key, sealed.sealedDataKey, binding);
  try {
    return {
      ...sealed,
      sealedDataKey: seal(newest.key, dataKey, binding),
      keyEncryptionKeyId: newest.id,
    };
  } finally {
    dataKey.fill(0);
  }
}

/** The plain bytes; the caller overwrites them after use. Throws when key, row or binding are not the ones sealed. */
export function openKey(keys: readonly KeyEncryptionKey[], sealed: SealedKey, binding: Binding): Buffer {
  const wrapping = keys.find((key) => key.id === sealed.keyEncryptionKeyId);
  if (!wrapping) throw new RangeError(`Key-encryption key "${sealed.keyEncryptionKeyId}" is not at hand.`);
  const dataKey = open(wrapping.key, sealed.sealedDataKey, binding);
  try {
    return open(createSecretKey(dataKey), sealed.sealedKey, binding);
  } finally {
    dataKey.fill(0);
  }
}
