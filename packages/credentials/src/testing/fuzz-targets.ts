/**
 * Every parser that reads what a stranger wrote, with good inputs to begin from. A parser may refuse with its own
 * kind of error and must do nothing else: no other exception, no endless work. Asked by `npm run fuzz` and by the
 * test that plays the kept corpus again.
 */
import { parseCertificate } from '../certificate.ts';
import { parseChain } from '../chain.ts';
import { isCredentialError } from '../credential-error.ts';
import { parseRevocationList } from '../crl.ts';
import { makeProxyRequest, publicKeyOfRequest } from '../csr.ts';
import { sequence } from '../der.ts';
import { parseEntitlements } from '../entitlements.ts';
import { normaliseFqan } from '../fqan.ts';
import { readPem, writePem } from '../pem.ts';
import { openPkcs12 } from '../pkcs12.ts';
import { writePkcs12 } from '../pkcs12-writer.ts';
import { issueRevocationList, privateKeyOf } from '../authority.ts';
import { generateRsaKeyPair } from '../public-key.ts';
import { parseSigningPolicy } from '../signing-policy.ts';
import { attributeCertificatesIn, parseAttributeCertificate } from '../voms/attribute-certificate.ts';
import { parseLsc } from '../voms/lsc.ts';
import { parseVomsAnswer } from '../voms/voms-answer.ts';
import { parseVomses } from '../voms/vomses.ts';
import { createTestPki } from './test-pki.ts';
import { issueAttributes } from './voms-issuer.ts';

export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Throws only what is no refusal. Answers the outcome in a word: `read` or the reason of the refusal. */
  readonly run: (input: Uint8Array) => Promise<string>;
}

const passphrase = 'fuzz';
const namespaces = ['urn:mace:egi.eu:group'];
const dayMs = 86_400_000;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function outcomeOf(parse: () => unknown): Promise<string> {
  try {
    await parse();
    return 'read';
  } catch (error) {
    if (isCredentialError(error)) return error.reason;
    throw error;
  }
}

const target = (
  name: string,
  seeds: readonly Uint8Array[],
  parse: (input: Uint8Array) => unknown,
): FuzzTarget => ({ name, seeds, run: (input) => outcomeOf(() => parse(input)) });

const entitlements = [
  'urn:mace:egi.eu:group:vo.example.org:production:role=mgr#aai.egi.eu',
  'urn:mace:egi.eu:group:km3net.org#x\nURN:MACE:egi.eu:group:%C3%A4:role=member',
];

const vomsAnswer =
  '<?xml version="1.0"?><vomsans><version>3</version><error><item><number>1</number><message>late</message></item></error><ac>QQ==</ac></vomsans>';

/** Makes what to begin from anew: no keys lie in the project. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  const pki = await createTestPki();
  const person = await pki.person('Jane Doe');
  const ders = [person.certificate.der, pki.issuer.certificate.der, pki.root.certificate.der];
  const life = { notBeforeMs: pki.nowMs - dayMs, notAfterMs: pki.nowMs + dayMs };
  const attributes = await issueAttributes(pki.issuer, {
    holder: person.certificate,
    vo: 'vo.example.org',
    fqans: ['/vo.example.org/Role=pilot/Capability=NULL', '/vo.example.org'],
    ...life,
  });
  const list = await issueRevocationList(pki.issuer, {
    thisUpdateMs: pki.nowMs,
    nextUpdateMs: pki.nowMs + dayMs,
    revoked: [{ serialHex: person.certificate.serialHex, atMs: pki.nowMs }],
  });
  const contents = { certificates: ders, keys: [await privateKeyOf(person)] };
  const p12 = (encoding: 'modern' | 'legacy') =>
    writePkcs12(contents, { encoding, passphrase, iterations: 2 });
  const request = await makeProxyRequest(await generateRsaKeyPair());
  return [
    target('certificate', ders, parseCertificate),
    target('chain', [bytesOf(ders.map((der) => writePem('CERTIFICATE', der)).join(''))], (input) =>
      parseChain(readPem(textOf(input)).map(({ der }) => der)),
    ),
    target('revocation-list', [list], parseRevocationList),
    target('request', [bytesOf(request)], (input) => publicKeyOfRequest(textOf(input))),
    target('attribute-certificate', [attributes], parseAttributeCertificate),
    target('attribute-extension', [sequence(sequence(attributes))], (vomsAttributes) =>
      attributeCertificatesIn({ vomsAttributes }),
    ),
    target('p12', [await p12('modern'), await p12('legacy')], (input) => openPkcs12(input, passphrase)),
    target('entitlements', entitlements.map(bytesOf), (input) =>
      parseEntitlements(textOf(input).split('\n'), namespaces),
    ),
    target('fqan', [bytesOf('/vo.example.org/production/Role=pilot/Capability=NULL')], (input) =>
      normaliseFqan(textOf(input)),
    ),
    target('voms-answer', [bytesOf(vomsAnswer)], (input) => parseVomsAnswer(textOf(input))),
    target(
      'vomses',
      [bytesOf('"vo" "voms.example.org" "15000" "/DC=org/CN=voms.example.org" "vo" "24"')],
      (input) => parseVomses(textOf(input)),
    ),
    target('lsc', [bytesOf('/DC=org/CN=voms.example.org\n/DC=org/CN=CA\n')], (input) =>
      parseLsc(textOf(input)),
    ),
    target(
      'signing-policy',
      [
        bytesOf(
          `access_id_CA X509 '/CN=CA'\npos_rights globus CA:sign\ncond_subjects globus '"/DC=org/*"'\n`,
        ),
      ],
      (input) => parseSigningPolicy(textOf(input)),
    ),
  ];
}
