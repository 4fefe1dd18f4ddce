/**
 * Many users with stored proxies whose jobs are in the hands of pilots, on a real database: for measuring what
 * credentials cost. People share keys, which no real ones would; the work of the server is the same.
 */
import { randomBytes, type webcrypto } from 'node:crypto';
import {
  buildProxy,
  exportPrivateKey,
  exportPublicKey,
  generateRsaKeyPair,
  nameKey,
  parseCertificate,
  readPem,
  slashForm,
  validateChain,
  writeCertificates,
  writePem,
  type Certificate,
  type ValidatedChain,
} from '@wm/credentials';
import { createTestPki } from '@wm/credentials/testing';
import type { Engine } from '../db/database.ts';
import { bareKeyOf } from '../identity/asked-key.adapter.ts';
import { createAccountService } from '../identity/account.service.ts';
import { linkCertificate } from '../identity/account.store.ts';
import { deriveProxy, type DerivedProxy } from '../identity/derived-proxy.service.ts';
import { keyEncryptionKey, sealKey } from '../identity/key-envelope.adapter.ts';
import { createKeyPool } from '../identity/key-pool.ts';
import { createProxyManager } from '../identity/proxy-manager.service.ts';
import { allProxies, storeProxy } from '../identity/proxy.store.ts';
import { silentLogger } from '../kernel/logger.ts';
import { insertPilot } from '../pilots/pilot.store.ts';
import type { AccountUseCases, IdentityClaims, PayloadProxy } from '../use-cases.ts';
import { aConfiguration, aPilot, aUser, configurationHolder } from './builders.ts';
import { openJobWorld } from './job-world.ts';
import type { TestDatabase } from './test-database.ts';

export interface CredentialWorld extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly accounts: AccountUseCases;
  claimsOf(userNumber: number): IdentityClaims;
  /** Of each stored proxy: what its pilot asks for when a payload starts or its proxy runs out. */
  readonly renewals: readonly (() => Promise<PayloadProxy>)[];
  /** Of a stored proxy that was read before: unseals, signs and encodes what a renewal does, and nothing else. */
  derive(): Promise<DerivedProxy>;
  /** Judges the chain of a stored proxy as at an upload. */
  validate(): Promise<ValidatedChain>;
}

const issuer = 'https://checkin.example.org';
const stamps = (number: number): string => number.toString(16).padStart(32, '0');

interface Person {
  readonly certificate: Certificate;
  readonly chainPem: string;
  readonly proxyKey: Uint8Array;
}

export async function openCredentialWorld(options: {
  readonly users: number;
  readonly proxies: number;
  readonly engine: Engine;
}): Promise<CredentialWorld> {
  const configuration = aConfiguration({
    vos: { biomed: { groups: { biomed_user: { properties: ['NormalUser'], fqans: ['/biomed'] } } } },
    limits: {},
  });
  const jobs = await openJobWorld({ configuration, engine: options.engine });
  const { database, clock } = jobs;
  const pki = await createTestPki(clock.nowMs());
  const keyEncryptionKeys = [keyEncryptionKey('kek-1', randomBytes(32))];
  const deps = {
    database,
    clock,
    log: silentLogger,
    configuration: configurationHolder(configuration),
    keyEncryptionKeys,
    trust: { current: async () => pki.trust },
    keys: createKeyPool(),
  };
  const accounts = createAccountService(deps);
  const proxies = createProxyManager(deps);
  const claimsOf = (userNumber: number): IdentityClaims => ({
    issuer,
    subject: `user${userNumber}`,
    preferredUserName: `user${userNumber}`,
    entitlements: ['urn:mace:egi.eu:group:biomed:role=member#x'],
  });

  const proxyKeys = await generateRsaKeyPair();
  const proxyKey = await exportPrivateKey(proxyKeys.privateKey);
  const person = async (number: number): Promise<Person> => {
    const { certificate, keys } = await pki.person(`Person ${number}`);
    return { certificate, chainPem: await chainOf(certificate, keys), proxyKey };
  };
  async function chainOf(certificate: Certificate, keys: webcrypto.CryptoKeyPair): Promise<string> {
    const proxy = await buildProxy({
      issuer: certificate,
      issuerKey: keys.privateKey,
      publicKey: await exportPublicKey(proxyKeys.publicKey),
      nowMs: clock.nowMs(),
      notAfterMs: clock.nowMs() + 30 * 86_400_000,
      policy: 'inheritAll',
    });
    return writeCertificates([proxy, certificate.der, pki.issuer.certificate.der]);
  }

  async function store(number: number, accountId: string): Promise<string> {
    const { certificate, chainPem } = await person(number);
    const proxy_id = crypto.randomUUID();
    const link = {
      subjectKey: nameKey(certificate.subject),
      issuerKey: nameKey(certificate.issuer),
      subjectDn: slashForm(certificate.subject),
      issuerDn: slashForm(certificate.issuer),
    };
    const binding = { table: 'proxies', id: proxy_id, accountId, subjectDn: link.subjectDn } as const;
    const sealed = sealKey(keyEncryptionKeys, proxyKey, binding);
    await database.write(function* () {
      yield* linkCertificate(accountId, link, 'upload', clock.nowMs());
      yield* storeProxy({
        proxy_id,
        account_id: accountId,
        subject_key: link.subjectKey,
        issuer_key: link.issuerKey,
        subject_dn: link.subjectDn,
        issuer_dn: link.issuerDn,
        certificate_serial: certificate.serialHex,
        chain_pem: chainPem,
        valid_until_ms: clock.nowMs() + 30 * 86_400_000,
        sealed_key: sealed.sealedKey,
        sealed_data_key: sealed.sealedDataKey,
        key_encryption_key_id: sealed.keyEncryptionKeyId,
        created_at_ms: clock.nowMs(),
        last_used_at_ms: null,
        groups_picked: null,
        revoked_at_ms: null,
        source: 'upload',
      });
    });
    return chainPem;
  }

  const accountIds: { readonly accountId: string; readonly userName: string }[] = [];
  for (let number = 0; number < options.users; number += 1)
    accountIds.push(await accounts.logIn(claimsOf(number)));
  const publicKeyPem = writePem('PUBLIC KEY', await exportPublicKey((await generateRsaKeyPair()).publicKey));
  const renewals: (() => Promise<PayloadProxy>)[] = [];
  let someChain = '';
  for (let number = 0; number < options.proxies; number += 1) {
    const account = accountIds[number % accountIds.length];
    if (account === undefined) throw new Error('a world needs users');
    someChain = await store(number, account.accountId);
    const pilot = aPilot({ stamp: stamps(number) });
    const { stamp, vo, site, computingElement, batchQueue } = pilot;
    await database.write(() =>
      insertPilot(
        {
          ...{ stamp, vo, site, computingElement, batchQueue },
          ...{ secretSha256: '', gridType: 'Local', processors: 1, maxWallTimeS: 36_000, taskQueueId: null },
        },
        clock.nowMs(),
      ),
    );
    await jobs.submitOne(undefined, aUser({ ...account }));
    const { jobId, attempt } = await jobs.matchOne(pilot);
    renewals.push(() => proxies.payloadProxy(pilot, { jobId, attempt, publicKeyPem }));
  }
  const certificates = readPem(someChain).map(({ der }) => der);
  const [someProxy] = await database.read(allProxies);
  const derive = async (): Promise<DerivedProxy> => {
    if (someProxy === undefined) throw new Error('a world without proxies has none to derive from');
    return deriveProxy(deps, someProxy, {
      publicKey: bareKeyOf(publicKeyPem),
      nowMs: clock.nowMs(),
      notAfterMs: clock.nowMs() + 3_600_000,
      policy: 'limited',
      diracGroup: 'biomed_user',
    });
  };
  return {
    database,
    accounts,
    claimsOf,
    renewals,
    derive,
    validate: () => validateChain(certificates.map(parseCertificate), pki.trust, clock.nowMs()),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
