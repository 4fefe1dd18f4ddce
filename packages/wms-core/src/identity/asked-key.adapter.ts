/**
 * The public key that somebody asks a proxy for: RSA of 2048 to 4096 bits, written anew, so that nothing else of what
 * was sent gets into the certificate. Asked for payloads (a bare key) and by those who take proxies (a request that is
 * signed with the key, which proves that they hold it).
 */
import { isCredentialError, publicKeyOfRequest, readPem, rewrittenRsaKey } from '@wm/credentials';
import { WmsError } from '../kernel/wms-error.ts';

/** Of a PUBLIC KEY block. Throws `input.invalid`. */
export function bareKeyOf(pem: string): Uint8Array {
  const [block] = readPem(pem);
  const key = block?.label === 'PUBLIC KEY' ? rewrittenRsaKey(block.der) : undefined;
  if (key) return key;
  throw new WmsError('input.invalid', 'publicKeyPem must be a PUBLIC KEY of RSA with 2048 to 4096 bits.', {
    field: 'publicKeyPem',
  });
}

const requestFaults: Readonly<Record<string, string>> = {
  CSR_MALFORMED: 'csrPem must be one CERTIFICATE REQUEST block of at most 16 KiB.',
  CSR_SIGNATURE: 'csrPem must be signed with its own key.',
  CSR_KEY: 'csrPem must ask for a key of RSA with 2048 to 4096 bits and the exponent 65537.',
};

function badRequest(reason: string): WmsError {
  const message = requestFaults[reason] ?? 'csrPem is no usable certificate request.';
  return new WmsError('input.invalid', message, { field: 'csrPem', reason });
}

/** Of a PKCS#10 request. Throws `input.invalid` with CSR_MALFORMED, CSR_SIGNATURE, CSR_KEY. */
export async function keyOfRequest(pem: string): Promise<Uint8Array> {
  const asked = await publicKeyOfRequest(pem).catch((error: unknown) => {
    throw isCredentialError(error) ? badRequest(error.reason) : error;
  });
  const key = rewrittenRsaKey(asked);
  if (key) return key;
  throw badRequest('CSR_KEY');
}
