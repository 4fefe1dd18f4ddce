/**
 * RSA pairs made before they are needed: one takes 40 to 130 ms, which nobody should wait for. Asked by whatever
 * makes proxies. The first asker waits; from then on some pairs lie ready and are made anew one at a time.
 */
import type { webcrypto } from 'node:crypto';
import { generateRsaKeyPair } from '@wm/credentials';

export interface KeyPool {
  take(): Promise<webcrypto.CryptoKeyPair>;
}

const poolSize = 4;

export function createKeyPool(
  generate: () => Promise<webcrypto.CryptoKeyPair> = () => generateRsaKeyPair(),
  size = poolSize,
): KeyPool {
  const ready: webcrypto.CryptoKeyPair[] = [];
  let isFilling = false;

  async function fill(): Promise<void> {
    if (isFilling) return;
    isFilling = true;
    try {
      while (ready.length < size) ready.push(await generate());
    } catch {
      // The next one who asks makes his own, and hears of the fault.
    } finally {
      isFilling = false;
    }
  }

  return {
    async take() {
      const pair = ready.shift() ?? (await generate());
      void fill();
      return pair;
    },
  };
}
