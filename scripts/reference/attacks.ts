/**
 * Attacks on credentials and bad input of theirs, row by row, each with the tests that try it. The page of the
 * reference is made of it; `attacks.test.ts` sees to it that every test named is there.
 */
export interface Attack {
  readonly attack: string;
  readonly defence: string;
  /** Test file and the title of a test in it, as it is reported. */
  readonly tests: readonly (readonly [file: string, title: string])[];
}

const credentials = 'packages/credentials/src';
const identity = 'packages/wms-core/src/identity';
const auth = 'apps/bff/src/auth';
const chain = `${credentials}/chain.test.ts`;
const pkcs12 = `${credentials}/pkcs12.test.ts`;
const proxyCertificate = `${credentials}/proxy-certificate.test.ts`;
const upload = `${identity}/proxy-manager.service.test.ts`;
const payload = `${identity}/payload-proxy.service.test.ts`;
const tokens = `${identity}/tokens/tokens.test.ts`;
const grants = `${identity}/outside/token-grants.test.ts`;
const outside = 'apps/bff/src/auth/token-grants.test.ts';
const masterPortal = `${identity}/issuing/master-portal.test.ts`;
const proxyLogIn = `${auth}/proxy-log-in.test.ts`;
const accounts = `${identity}/account.service.test.ts`;
const linking = `${identity}/account-certificates.service.test.ts`;
const vomsAttributes = `${credentials}/voms/verify-attributes.test.ts`;
const vomsService = `${identity}/voms/voms-attributes.service.test.ts`;
const trustFolder = `${identity}/trust-folder.adapter.test.ts`;
const door = 'apps/bff/src/certificate-door/certificate-door.test.ts';
const logIn = `${auth}/log-in.test.ts`;
const logInAttacks = `${auth}/log-in-attacks.test.ts`;
const overHttp = `${auth}/tokens.test.ts`;
const access = 'apps/bff/src/access.test.ts';
const keyRoom = 'apps/portal/src/applications/proxy-upload/key-room-client.test.ts';
const uploadJourney = 'e2e/journeys/03-proxy-upload.spec.ts';

/** In the order of the threat table of the design. */
export const threats: readonly Attack[] = [
  {
    attack: 'The .p12 or its passphrase leaks from the server',
    defence: 'never sent',
    tests: [
      [uploadJourney, 'a .p12 of modern encoding is opened here and a proxy of it uploaded'],
      [keyRoom, 'file and passphrase go to the worker, names come back'],
    ],
  },
  {
    attack: 'Malicious bytes to sign',
    defence: 'the browser builds what it signs and takes the public key only',
    tests: [[proxyCertificate, 'the browser takes nothing but the public key from a request']],
  },
  {
    attack: 'The certificate request is swapped on its way',
    defence: 'the key must be the one made for this upload',
    tests: [
      [upload, 'a proxy for another key is refused with proxy.invalid (KEY_MISMATCH), and nothing is stored'],
    ],
  },
  {
    attack: "Somebody else's chain is uploaded",
    defence: 'the certificate belongs to one account, and the key signs',
    tests: [
      [upload, 'a certificate of another account, or reserved for one, is refused'],
      ['apps/bff/src/vo-separation.test.ts', "somebody else's certificate does not become the own proxy"],
    ],
  },
  {
    attack: 'A delegation is replayed',
    defence: 'one use, one session, five minutes',
    tests: [
      [upload, 'a request belongs to one session and one account, is used once and ends after five minutes'],
      [upload, 'two hand-ins of one request at the same moment store one proxy'],
    ],
  },
  {
    attack: 'The same name from another authority',
    defence: 'identity is the pair of subject and issuer',
    tests: [
      [door, 'refused as UNTRUSTED_CA: the same name of another authority'],
      [linking, 'a linked certificate opens its account; the same name of another authority does not'],
    ],
  },
  {
    attack: 'A subject outside the name space of its authority',
    defence: 'signing policies',
    tests: [
      [door, 'refused as SIGNING_POLICY: a name outside the signing policy'],
      [chain, 'a person outside the name space of the authority is refused with SIGNING_POLICY'],
    ],
  },
  {
    attack: 'A limited proxy is widened',
    defence: 'once limited, limited below',
    tests: [
      [chain, 'a full proxy below a limited one is refused with LIMITED_ESCALATION'],
      [door, 'refused as LIMITED_ESCALATION: a full proxy below a limited one'],
      [door, 'a limited proxy may neither submit, upload nor change'],
    ],
  },
  {
    attack: 'TLS resumption hides the chain',
    defence: 'no tickets on the certificate port',
    tests: [[door, 'TLSv1.3: a client that wants to resume its session shows its whole chain again']],
  },
  {
    attack: 'Headers that claim a certificate or an address',
    defence: 'never believed; addresses only from the proxies that are set',
    tests: [[door, 'headers that claim a certificate or an address are ignored']],
  },
  {
    attack: 'Rounds of key derivation, size and depth as bombs',
    defence: 'counted before any work; the worker is ended',
    tests: [
      [pkcs12, 'a file that asks for too many rounds is refused with P12_ITERATIONS'],
      [pkcs12, 'a file of 300 KiB is refused with P12_SIZE'],
      [pkcs12, 'a file nested too deep is refused with P12_MALFORMED'],
      [keyRoom, 'a worker that does not answer in time is ended'],
    ],
  },
  {
    attack: 'Session fixation',
    defence: 'a new id at every log-in',
    tests: [[logIn, 'a log-in leads back to where it began, with a new session id and a strict cookie']],
  },
  {
    attack: 'Session theft',
    defence: '`__Host-`, HttpOnly, ends by time and by hand',
    tests: [
      [logIn, 'behind TLS the cookie is bound to this host and to TLS, and browsers are told to stay there'],
      [logIn, 'log-out ends the session and its live events at once'],
      ['apps/bff/src/auth/session-store.test.ts', 'no activity keeps a session beyond its absolute end'],
      [
        'apps/bff/src/routes/my-account.routes.test.ts',
        'one sees where one is logged in, and ends one session or all others',
      ],
    ],
  },
  {
    attack: 'Requests from pages elsewhere',
    defence: 'origin, token of the session, content type',
    tests: [
      [access, 'every route that changes something refuses a session without the CSRF token'],
      [access, 'every route that changes something refuses a session from a foreign origin'],
      ['apps/bff/src/app.test.ts', 'a body that is no JSON, or of another type, is refused'],
    ],
  },
  {
    attack: 'Log-in of somebody else, mixed-up providers, injected codes',
    defence: 'state, issuer, nonce, PKCE; one use',
    tests: [
      [logInAttacks, 'wrong or missing state'],
      [logInAttacks, 'other iss (mix-up)'],
      [logInAttacks, 'a code a second time, or one that was injected from another log-in'],
      [logInAttacks, 'wrong nonce'],
      [logInAttacks, 'wrong verifier'],
      [
        logIn,
        'a return from the provider works once, in the browser that began, with the state it began with',
      ],
    ],
  },
  {
    attack: 'A redirect to elsewhere after the log-in',
    defence: 'paths of this server only',
    tests: [
      ['apps/bff/src/auth/return-to.test.ts', 'after log-in to "//evil.example" the browser goes to /'],
    ],
  },
  {
    attack: 'A user code is sent to a victim',
    defence: 'code, program, address and time are shown; one use; ten minutes',
    tests: [
      [
        'e2e/journeys/16-log-in-a-terminal.spec.ts',
        'the code is compared and approved, and the token submits a job and sees it Done',
      ],
      [overHttp, 'D2 D3 D6 a log-in from a terminal, from the question to the second use of the code'],
    ],
  },
  {
    attack: 'User codes are guessed',
    defence: 'twenty letters to the eighth, five wrong ones a minute',
    tests: [
      [
        'apps/bff/src/auth/wrong-codes.test.ts',
        'the sixth wrong user code is refused with 429 on every way to look one up',
      ],
    ],
  },
  {
    attack: 'Confused algorithms, key ids that lead elsewhere, foreign issuers',
    defence: 'one algorithm, keys from our own store by id',
    tests: [
      [tokens, 'T6 T7 T8 forged tokens of every kind are refused'],
      [
        tokens,
        'tokens of another issuer, ID tokens and tokens nobody was given are refused although our key signed them',
      ],
    ],
  },
  {
    attack: 'An ID token used as an access token',
    defence: 'type, audience and the row of the token',
    tests: [
      [
        tokens,
        'tokens of another issuer, ID tokens and tokens nobody was given are refused although our key signed them',
      ],
    ],
  },
  {
    attack: 'A stolen refresh token',
    defence: 'good once; reuse ends all of its subject',
    tests: [[tokens, 'T1 T2 T3 a refresh token is good once; one that comes back ends all of its subject']],
  },
  {
    attack: 'A Master Portal gives the proxy of somebody else, of an unknown authority, or for another key',
    defence:
      'judged like an upload; one name for each account and authority; never longer than was asked for',
    tests: [
      [masterPortal, 'that of somebody who is known here is refused, and stays with its owner'],
      [masterPortal, 'that of somebody unknown is refused to whom the portal gave another name before'],
      [masterPortal, 'of an authority that is not in the trust folder'],
      [masterPortal, 'of a certificate that is revoked'],
      [masterPortal, 'answer: key-of-another'],
      [masterPortal, 'answer: longer-than-asked'],
      [masterPortal, 'of somebody else never: his grant is not that of who asks'],
    ],
  },
  {
    attack: 'A Master Portal leads elsewhere, floods, keeps waiting, or is somebody else',
    defence:
      'TLS judged with the trust folder; no redirects; bounds of size and time; nothing of an answer is repeated',
    tests: [
      [masterPortal, 'answer: redirect'],
      [masterPortal, 'answer: endless'],
      [masterPortal, 'answer: page'],
      [masterPortal, 'an answer that never ends is given up'],
      [masterPortal, 'a portal whose host certificate nobody vouches for gets no secret'],
      [masterPortal, 'a token of another issuer is not shown to the portal'],
      [
        masterPortal,
        'neither secret nor token nor key is in log, audit, notices or errors, and the key lies sealed',
      ],
    ],
  },
  {
    attack: 'A provider of proxies is used to log in, or to get into groups',
    defence: 'no way to log in; nothing it says of people is believed; bound to the session that went there',
    tests: [
      [proxyLogIn, 'nobody logs in here with it'],
      [proxyLogIn, 'one click, one log-in at the portal, and the proxy is there'],
      [proxyLogIn, 'what was begun by one is not kept for another who came to the same browser'],
      [masterPortal, 'what the portal says of groups counts for nothing, and its grant stays'],
    ],
  },
  {
    attack: 'Two refreshes at once',
    defence: 'one at a time; of two the second is theft',
    tests: [
      [tokens, 'of two refreshes at once one is taken for theft'],
      [outside, '50 who ask at once get one token from one refresh, and the grant lives on'],
      [outside, 'two processes on one database refresh one after the other'],
      [
        'packages/cli/src/log-in.test.ts',
        'a token about to end is renewed once, however many programs need it',
      ],
    ],
  },
  {
    attack: 'A thief reads the database',
    defence: 'envelopes; hashes of ids, codes and tokens',
    tests: [
      [upload, 'no private key is ever stored in clear, answered or logged'],
      [tokens, 'a copy of the database holds no code, no token and no private key'],
      [outside, 'a thief of the database finds no token'],
      [
        'apps/bff/src/auth/session-store.test.ts',
        'the id of a session is nowhere in the database, only its hash',
      ],
    ],
  },
  {
    attack: 'A row is moved to another user',
    defence: 'the envelope is bound to its row',
    tests: [[payload, 'stored keys open with the right key-encryption key and row only']],
  },
  {
    attack: 'A pilot takes proxies of other VOs',
    defence: 'bound to stamp, attempt and VO',
    tests: [[payload, 'a pilot gets proxies for the current attempts of its own jobs only']],
  },
  {
    attack: 'Tokens or proxies of others are asked for',
    defence: 'the owner is in the query',
    tests: [
      [upload, 'one sees and removes only own proxies; a manager those of his VO, with the groups of his VO'],
      [tokens, 'T13 T14 people end their own refresh tokens, ProxyManagement those of its VO'],
      [grants, 'another member of the same VO finds nothing, whatever he tries'],
      [grants, 'a manager sees members of his VO, not of others, and nothing of their other VOs'],
    ],
  },
  {
    attack: 'A group is forged in a request or a proxy',
    defence: 'membership at every request',
    tests: [
      [access, 'a group is named per request and checked against the memberships of now'],
      [door, 'the group is that of the proxy, else of the header, and must be held now'],
    ],
  },
  {
    attack: 'A membership that is over',
    defence: 'entitlements count for a day',
    tests: [
      [accounts, 'entitlements give groups for a day, and vanish with the next log-in'],
      [outside, 'end when the entitlement ends, and begin when a new one comes'],
      [tokens, 'a membership that ended or a suspension counts at the next request'],
    ],
  },
  {
    attack: 'A lying VOMS server',
    defence: '`.lsc`, holder, signature, own VO only',
    tests: [
      [vomsAttributes, 'no bit can be flipped, and nothing but CredentialError comes of it'],
      [vomsAttributes, 'a changed FQAN does not count'],
      [
        vomsService,
        'a server with another name than its line, or of an authority nobody trusts, is told nothing',
      ],
      [vomsService, 'attributes that are not true are not taken, and the next server is asked'],
    ],
  },
  {
    attack: 'Mass deletion by a hijacked session of a manager',
    defence: 'a log-in of the last 15 minutes, the audit log of the owner',
    tests: [
      [
        upload,
        "a manager removes other people's proxies only within minutes of the log-in, and it is written down",
      ],
      [
        'packages/wms-core/src/identity/registry/registry.service.test.ts',
        'a session that was found open does no harm to others',
      ],
    ],
  },
  {
    attack: 'The trust folder is poisoned',
    defence: 'a broken file is skipped, an older list does not count',
    tests: [
      [trustFolder, 'an older revocation list in the place of a newer one revokes no revocation'],
      [
        trustFolder,
        'a trust folder gives authorities, name spaces and revocation lists; a broken file is told and skipped',
      ],
    ],
  },
];
