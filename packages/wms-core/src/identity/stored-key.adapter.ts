/** The key of a stored proxy, opened to sign with. Asked where proxies are derived from it. */
import { importSigningKey, parseCertificate, readFirstPem, type Certificate } from '@wm/credentials';
import { WmsError } from '../kernel/wms-error.ts';
import { openKey, type KeyEncryptionKey } from './key-envelope.adapter.ts';
import { sealedKeyOf, type ProxyRow } from './proxy.store.ts';

/** The stored proxy itself: the certificate that signs those derived from it. */
export function issuerOf(stored: ProxyRow): Certificate {
  const leaf = readFirstPem(stored.chain_pem);
  if (!leaf) throw new WmsError('internal', 'A stored proxy has no chain.');
  return parseCertificate(leaf.der);
}

/** The opened bytes are overwritten once imported. */
export async function signingKeyOf(
  keys: readonly KeyEncryptionKey[],
  stored: ProxyRow,
  issuer: Certificate = issuerOf(stored),
): ReturnType<typeof importSigningKey> {
  const pkcs8 = openKey(keys, sealedKeyOf(stored), {
    table: 'proxies',
    id: stored.proxy_id,
    accountId: stored.account_id,
    subjectDn: stored.subject_dn,
  });
  return importSigningKey(pkcs8, issuer.publicKey).finally(() => pkcs8.fill(0));
}
