/** The key of a stored proxy, opened to sign with. Asked where proxies are derived from it. */
import { createPrivateKey, sign } from 'node:crypto';
import {
  parseCertificate,
  readFirstPem,
  signerElsewhere,
  type Certificate,
  type Signer,
} from '@wm/credentials';
import { WmsError } from '../kernel/wms-error.ts';
import { openKey, type KeyEncryptionKey } from './key-envelope.adapter.ts';
import { sealedKeyOf, type ProxyRow } from './proxy.store.ts';

/** The stored proxy itself: the certificate that signs those derived from it. */
export function issuerOf(stored: ProxyRow): Certificate {
  const leaf = readFirstPem(stored.chain_pem);
  if (!leaf) throw new WmsError('internal', 'A stored proxy has no chain.');
  return parseCertificate(leaf.der);
}

/** Signs off the main thread. WebCrypto would import the key for four times what this takes. */
function signWith(pkcs8: Buffer, tbs: Uint8Array): Promise<Uint8Array> {
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return new Promise((resolve, reject) => {
    sign('sha256', tbs, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}

/** Opens the key for each signature; the opened bytes are overwritten before it is made. */
export function signerOfStored(
  keys: readonly KeyEncryptionKey[],
  stored: ProxyRow,
  issuer: Certificate = issuerOf(stored),
): Signer {
  return signerElsewhere(issuer.publicKey, (tbs) => {
    const pkcs8 = openKey(keys, sealedKeyOf(stored), {
      table: 'proxies',
      id: stored.proxy_id,
      accountId: stored.account_id,
      subjectDn: stored.subject_dn,
    });
    try {
      return signWith(pkcs8, tbs);
    } finally {
      pkcs8.fill(0);
    }
  });
}
