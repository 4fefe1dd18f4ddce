/** A job of ada in the hands of a pilot, with her proxy in the store: what tests of payload proxies begin with. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { buildProxy, publicKeyOfRequest, writeCertificates } from '@wm/credentials';
import type { Credential } from '@wm/credentials/authority';
import type { TestPki } from '@wm/credentials/testing';
import type { Configuration } from '../configuration/schema.ts';
import { createAccountService } from '../identity/account.service.ts';
import { keyEncryptionKey } from '../identity/key-envelope.adapter.ts';
import { createKeyPool } from '../identity/key-pool.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import { createProxyManager } from '../identity/proxy-manager.service.ts';
import type { ProxyManagerDeps } from '../identity/proxy-records.service.ts';
import { silentLogger } from '../kernel/logger.ts';
import { insertPilot } from '../pilots/pilot.store.ts';
import type { PayloadProxyOrder } from '../use-cases.ts';
import { aConfiguration, aPilot, aUser, configurationHolder } from './builders.ts';
import { createFakeClock } from './fake-clock.ts';
import { openJobWorld } from './job-world.ts';

const issuer = 'http://127.0.0.1/stand-in';
/** When the clock of a payload world begins. */
export const payloadStartMs = createFakeClock().nowMs();
export const payloadWallTimeS = 36_000;

/** The pilot's; made once, because that is slow. */
export const payloadKeys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const plainConfiguration = aConfiguration({
  vos: {
    biomed: { groups: { biomed_user: { properties: ['NormalUser'], users: ['ada'] } } },
    fermilab: { groups: { fermilab_user: { properties: ['NormalUser'], users: ['ada'] } } },
  },
  users: { ada: {} },
});

export interface PayloadWorldOptions {
  readonly pki: TestPki;
  readonly ada: Credential;
  readonly lastsS?: number;
  readonly slotS?: number;
  readonly groups?: readonly string[];
  readonly configuration?: Configuration;
  readonly voms?: ProxyManagerDeps['voms'];
}

/** Her proxy is stored unless it lasts not at all. */
export async function openPayloadWorld({
  pki,
  ada,
  lastsS = 30 * 86_400,
  slotS = payloadWallTimeS,
  groups,
  configuration = plainConfiguration,
  voms,
}: PayloadWorldOptions) {
  const jobs = await openJobWorld({ configuration });
  const { database, clock } = jobs;
  const deps = {
    database,
    clock,
    log: silentLogger,
    configuration: configurationHolder(configuration),
    standInIssuers: [issuer],
    keyEncryptionKeys: [keyEncryptionKey('kek-1', randomBytes(32))],
    trust: { current: async () => pki.trust },
    keys: createKeyPool(),
    ...(voms && { voms }),
  };
  const proxies = createProxyManager(deps);
  const { accountId } = await createAccountService(deps).logIn({
    issuer,
    subject: 'ada',
    preferredUserName: 'ada',
    entitlements: [],
  });
  const user = aUser({ accountId });
  if (lastsS > 0) {
    const { requestId, csrPem } = await proxies.request(user, 'session');
    const proxy = await buildProxy({
      issuer: ada.certificate,
      issuerKey: ada.keys.privateKey,
      publicKey: await publicKeyOfRequest(csrPem),
      nowMs: payloadStartMs,
      notAfterMs: payloadStartMs + lastsS * 1000,
      policy: 'inheritAll',
    });
    const chain = writeCertificates([proxy, ada.certificate.der, pki.issuer.certificate.der]);
    await proxies.complete(user, 'session', requestId, chain, groups);
  }
  const known = async (pilot: PilotPrincipal): Promise<PilotPrincipal> => {
    const { stamp, vo, site, computingElement, batchQueue } = pilot;
    const row = { stamp, vo, site, computingElement, batchQueue, secretSha256: '', gridType: 'Local' };
    const more = { processors: 1, maxWallTimeS: slotS, taskQueueId: null };
    await database.write(() => insertPilot({ ...row, ...more }, payloadStartMs));
    return pilot;
  };
  const pilot = await known(aPilot());
  await jobs.submitOne(undefined, user);
  const job = await jobs.matchOne(pilot);
  const order: PayloadProxyOrder = {
    jobId: job.jobId,
    attempt: job.attempt,
    publicKeyPem: payloadKeys.publicKey,
  };
  return {
    ...jobs,
    deps,
    proxies,
    user,
    pilot,
    job,
    order,
    known,
    [Symbol.asyncDispose]: () => database.close(),
  };
}
