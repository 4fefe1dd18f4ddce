/** Bad input of credentials, row by row, with how it is answered and the tests that send it. See `attacks.ts`. */
import type { Attack } from './attacks.ts';

const credentials = 'packages/credentials/src';
const identity = 'packages/wms-core/src/identity';
const auth = 'apps/bff/src/auth';
const chain = `${credentials}/chain.test.ts`;
const pkcs12 = `${credentials}/pkcs12.test.ts`;
const upload = `${identity}/proxy-manager.service.test.ts`;
const tokens = `${identity}/tokens/tokens.test.ts`;
const logInAttacks = `${auth}/log-in-attacks.test.ts`;
const oidc = `${auth}/oidc.adapter.test.ts`;
const overHttp = `${auth}/tokens.test.ts`;
const vomsService = `${identity}/voms/voms-attributes.service.test.ts`;
const wizard = 'apps/portal/src/applications/proxy-upload/wizard.test.ts';

const refusedUpload = (what: string, code: string): readonly [string, string] => [
  upload,
  `${what} is refused with ${code}, and nothing is stored`,
];

/** In the order of the table of the design. */
export const badInputs: readonly Attack[] = [
  {
    attack: 'No file',
    defence: 'told beside the field before anything is read',
    tests: [
      [
        'e2e/journeys/03-proxy-upload.spec.ts',
        'a .p12 of legacy encoding is opened here and a proxy of it uploaded',
      ],
      [pkcs12, 'an empty passphrase is one'],
    ],
  },
  {
    attack: 'An empty file, one over 256 KiB',
    defence: '`P12_SIZE`',
    tests: [
      [wizard, 'files that cannot be certificates are named before they are read'],
      [pkcs12, 'an empty file is refused with P12_SIZE'],
    ],
  },
  {
    attack: 'A PEM file with another name',
    defence: '`P12_IS_PEM`',
    tests: [[pkcs12, 'a PEM file is refused with P12_IS_PEM']],
  },
  {
    attack: 'Random or truncated bytes',
    defence: '`P12_MALFORMED`',
    tests: [
      [pkcs12, 'random bytes is refused with P12_MALFORMED'],
      [pkcs12, 'a file that is cut off is refused with P12_MALFORMED'],
    ],
  },
  {
    attack: 'A wrong passphrase',
    defence: '`P12_PASSPHRASE`',
    tests: [[pkcs12, 'a wrong passphrase is told apart from damage, with and without a MAC']],
  },
  {
    attack: 'An unknown cipher, PBMAC1, integrity by signature',
    defence: '`P12_ALGORITHM`',
    tests: [
      [pkcs12, 'a file for which no method is known is refused with P12_ALGORITHM'],
      [pkcs12, 'a file whose MAC is PBMAC1 is refused with P12_ALGORITHM'],
      [pkcs12, 'a file signed instead of given a MAC is refused with P12_ALGORITHM'],
    ],
  },
  {
    attack: 'Too many rounds',
    defence: '`P12_ITERATIONS`',
    tests: [[pkcs12, 'a file that asks for too many rounds is refused with P12_ITERATIONS']],
  },
  {
    attack: 'No key, no certificate, several keys, halves of two pairs',
    defence: '`P12_NO_KEY`, `P12_NO_CERT`, `P12_MANY_KEYS`, `P12_MISMATCH`',
    tests: [
      [pkcs12, 'a file without key is refused with P12_NO_KEY'],
      [pkcs12, 'a file without certificate is refused with P12_NO_CERT'],
      [pkcs12, 'a file with the keys of two people is refused with P12_MANY_KEYS'],
      [pkcs12, 'a key that fits no certificate is refused with P12_MISMATCH'],
    ],
  },
  {
    attack: 'Expired, of tomorrow, about to end',
    defence: '`certificate.expired`, `certificate.not-yet-valid`, a warning',
    tests: [
      refusedUpload('an expired person', 'certificate.expired (EXPIRED)'),
      refusedUpload('a person of tomorrow', 'certificate.not-yet-valid (NOT_YET_VALID)'),
      [wizard, 'a certificate is warned of in its last thirty days'],
    ],
  },
  {
    attack: 'Signed by itself, by an unknown authority or by a person',
    defence: '`certificate.untrusted`',
    tests: [
      refusedUpload('a person of an unknown authority', 'certificate.untrusted (UNTRUSTED_CA)'),
      [chain, 'a certificate signed by a person is refused with UNTRUSTED_CA'],
    ],
  },
  {
    attack: 'Outside the name space, revoked, a stale revocation list',
    defence: '`certificate.untrusted`, `certificate.revoked`',
    tests: [
      refusedUpload(
        'a person outside the name space of the authority',
        'certificate.untrusted (SIGNING_POLICY)',
      ),
      [upload, 'a revoked person cannot upload'],
      [chain, 'a revocation list must be there, in date and signed by the authority'],
    ],
  },
  {
    attack: 'A short key, an odd curve; an authority, a host',
    defence: '`certificate.untrusted`',
    tests: [
      [chain, 'a weak key is refused with WEAK_KEY'],
      [chain, 'a key on a curve that nobody uses is refused with WEAK_KEY'],
      [chain, 'an authority as a person is refused with EEC_IS_CA'],
      refusedUpload('the certificate of a host', 'certificate.untrusted (NOT_A_USER)'),
    ],
  },
  {
    attack: 'A proxy that is limited, with a group, with VOMS attributes, below an hour',
    defence: '`proxy.invalid`, `proxy.short`',
    tests: [
      refusedUpload('a limited proxy', 'proxy.invalid (PROXY_LIMITED)'),
      refusedUpload('a proxy with a group', 'proxy.invalid (PROXY_HAS_GROUP)'),
      refusedUpload('a proxy with VOMS attributes', 'proxy.invalid (PROXY_HAS_VOMS)'),
      refusedUpload('a proxy of less than an hour', 'proxy.short'),
    ],
  },
  {
    attack: 'A certificate of another account; one more certificate',
    defence: '`certificate.wrong-owner`; said before it is uploaded',
    tests: [
      [upload, 'a certificate of another account, or reserved for one, is refused'],
      [wizard, 'a certificate is the own one, the first one or one more'],
    ],
  },
  {
    attack: 'An upload that is unknown, used, late, or for another key',
    defence: '`not-found`, `conflict`, `proxy.request-expired`, `proxy.invalid`',
    tests: [
      [upload, 'a request belongs to one session and one account, is used once and ends after five minutes'],
      [upload, 'a refused upload is over: it does not count as open, and cannot be handed in again'],
      refusedUpload('a proxy for another key', 'proxy.invalid (KEY_MISMATCH)'),
    ],
  },
  {
    attack: 'A request that is no PEM, badly signed, weak or long',
    defence: '`CSR_MALFORMED`, `CSR_SIGNATURE`, `CSR_KEY`',
    tests: [
      [`${credentials}/proxy-certificate.test.ts`, 'requests that are damaged, foreign or weak are refused'],
    ],
  },
  {
    attack: 'A lifetime of nothing, in the past, or beyond its issuer',
    defence: '`LIFETIME`, or cut',
    tests: [
      [`${credentials}/proxy-certificate.test.ts`, 'a proxy never lasts longer than its issuer'],
      [
        `${credentials}/voms/voms-files.test.ts`,
        'what is not of the VO, or no FQAN at all, is not asked for',
      ],
    ],
  },
  {
    attack: 'A group that is unknown, not held, or suspended',
    defence: '`access.denied`',
    tests: [
      [
        'apps/bff/src/access.test.ts',
        'a group is named per request and checked against the memberships of now',
      ],
      [`${identity}/account.service.test.ts`, 'suspended wins over static lists and entitlements'],
    ],
  },
  {
    attack: 'VOMS: unknown VO, no such role, server down',
    defence: 'told in the words of the server',
    tests: [
      [vomsService, 'of a VO without servers nobody is asked'],
      [vomsService, 'what is not given is told in the words of the server'],
      [vomsService, 'when no server is left it is said why, and again later'],
    ],
  },
  {
    attack: 'A user code of the wrong form, unknown, used, late',
    defence: '`input.invalid`, `not-found`, `conflict`, `code.expired`',
    tests: [
      [tokens, 'D9 a user code that is unknown, malformed, used or late says which'],
      [`${identity}/tokens/user-code.test.ts`, 'what cannot be a code is none'],
    ],
  },
  {
    attack: 'A return from the identity provider without state, or with its refusal',
    defence: '`access.unauthenticated`, with the reason',
    tests: [
      [logInAttacks, 'wrong or missing state'],
      [logInAttacks, 'the user said no'],
    ],
  },
  {
    attack: 'The identity provider is down, its UserInfo fails or is of somebody else',
    defence: '`service.unavailable`, `access.unauthenticated`',
    tests: [
      [oidc, 'an issuer that is away is told as such, and asked again at the next log-in'],
      [
        `${auth}/identity-providers.test.ts`,
        'a provider whose UserInfo is broken (userinfo-fails) lets nobody in',
      ],
      [
        `${auth}/identity-providers.test.ts`,
        'a provider whose UserInfo is broken (other-subject) lets nobody in',
      ],
    ],
  },
  {
    attack: 'Claims that are missing, no list, too many, or junk',
    defence: 'left out; without a subject nobody is logged in',
    tests: [
      [`${identity}/account.service.test.ts`, 'a log-in without usable claims is refused'],
      [oidc, 'junk among the claims is left out'],
      [oidc, 'one entitlement alone may come without a list'],
    ],
  },
  {
    attack: 'A token in an address, too long, no token; an unknown cookie; two of a kind',
    defence: '`input.invalid`, `access.unauthenticated`',
    tests: [
      [overHttp, 'a token and a session of two people, a token in the address, a route of the session alone'],
      [overHttp, 'two credentials of one kind are refused, whichever comes first'],
      [tokens, 'T6 T7 T8 forged tokens of every kind are refused'],
      [`${auth}/log-in.test.ts`, 'the malformed cookie wm=s%3Ax.y is nobody, and no fault'],
    ],
  },
  {
    attack: 'Names too long or with control characters; times without zone or out of range',
    defence: '`MALFORMED`',
    tests: [
      [`${credentials}/names.test.ts`, 'control characters and names beyond 1 KiB are refused'],
      [
        `${credentials}/der.test.ts`,
        'times without zone, out of range or of a date that is none are refused',
      ],
    ],
  },
];
