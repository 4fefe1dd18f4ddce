/**
 * Certificate requests (PKCS#10). The server makes one for a key of its own; the browser takes nothing from
 * it but the public key, after checking that whoever sent it holds the private one (credentials.md §5.3).
 */
import { CredentialError } from './credential-error.ts';
import {
  ascii,
  childrenOf,
  der,
  expectTag,
  oid,
  readBits,
  readDer,
  readOid,
  sequence,
  tags,
  unsignedInteger,
} from './der.ts';
import { commonNameOid } from './names.ts';
import { readPem, writePem } from './pem.ts';
import {
  exportPublicKey,
  isSignedBy,
  parsePublicKey,
  signStructure,
  type PublicKeyInfo,
} from './public-key.ts';

const maxCsrBytes = 16_384;

/** A request for `CN=proxy`; the name means nothing, the proxy's is made by its signer. */
export async function makeProxyRequest(keys: CryptoKeyPair): Promise<string> {
  const commonName = sequence(oid(commonNameOid), der(tags.printableString, ascii('proxy')));
  const info = sequence(
    unsignedInteger(Uint8Array.of(0)),
    sequence(der(tags.set, commonName)),
    await exportPublicKey(keys.publicKey),
    der(0xa0),
  );
  return writePem('CERTIFICATE REQUEST', await signStructure(info, keys.privateKey));
}

interface Request {
  readonly info: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly key: PublicKeyInfo;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
}

function parse(pem: string): Request {
  const block = pem.length <= maxCsrBytes ? readPem(pem)[0] : undefined;
  if (block?.label !== 'CERTIFICATE REQUEST')
    throw new CredentialError('CSR_MALFORMED', 'The server did not send a certificate request.');
  try {
    const [info, algorithm, signature] = childrenOf(readDer(block.der, tags.sequence));
    const [, , key] = childrenOf(expectTag(info, tags.sequence));
    const publicKey = expectTag(key, tags.sequence).raw;
    return {
      info: expectTag(info, tags.sequence).raw,
      publicKey,
      key: parsePublicKey(publicKey),
      signatureOid: readOid(expectTag(childrenOf(expectTag(algorithm, tags.sequence))[0], tags.oid)),
      signature: readBits(expectTag(signature, tags.bitString)),
    };
  } catch (cause) {
    throw new CredentialError('CSR_MALFORMED', 'The certificate request is damaged.', { cause });
  }
}

/** SubjectPublicKeyInfo of the request. Throws CSR_MALFORMED, CSR_KEY (RSA below 2048 bits, other kinds), CSR_SIGNATURE. */
export async function publicKeyOfRequest(pem: string): Promise<Uint8Array> {
  const request = parse(pem);
  const { key } = request;
  if (key.algorithm !== 'RSA' || key.bits < 2048)
    throw new CredentialError(
      'CSR_KEY',
      'The key of the certificate request is not RSA with 2048 bits or more.',
    );
  if (!(await isSignedBy(request.info, request.signatureOid, request.signature, key)))
    throw new CredentialError('CSR_SIGNATURE', 'The certificate request is not signed with its own key.');
  return request.publicKey;
}
