/**
 * Limited proxies for payloads, signed from a stored one (credentials.md §6.3, DESIGN D12): always limited,
 * always with the group of the job and what VOMS gives for it, never longer than the slot of its pilot or a day.
 * Asked when a pilot has taken a job; the pilot makes the key itself, so no private key travels.
 */
import { createPublicKey } from 'node:crypto';
import { buildProxy, isRevoked, parseCertificate, readPem, writePem } from '@wm/credentials';
import type { AuditAction } from '../audit/audit-actions.ts';
import { recordAudit } from '../audit/audit.store.ts';
import type { Work } from '../db/database.ts';
import { attemptRunningStatuses } from '../jobs/job-status.ts';
import { findJob, type JobRow } from '../jobs/job.store.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { findPilot } from '../pilots/pilot.store.ts';
import type { PayloadProxy, PayloadProxyOrder } from '../use-cases.ts';
import { knownIdentity } from './account.service.ts';
import { findAccountByUserName, findCertificateOwner } from './account.store.ts';
import { vomsOf } from './group-voms.service.ts';
import { membershipsOf } from './memberships.ts';
import { servesGroup } from './picked-groups.ts';
import type { PilotPrincipal } from './principal.ts';
import type { ProxyManagerDeps as Deps } from './proxy-records.service.ts';
import { proxiesOf, touchProxy, type ProxyRow } from './proxy.store.ts';
import { issuerOf, signingKeyOf } from './stored-key.adapter.ts';
import type { GivenAttributes } from './voms/voms-attributes.service.ts';
import { vomsReasonOf } from './voms/voms-errors.ts';

const maxLifetimeS = 86_400;
/** Clocks differ, and what the payload stored last may be looked at after its end. */
const marginS = 1800;

const malformedKey = (): WmsError =>
  new WmsError('input.invalid', 'publicKeyPem must be a PUBLIC KEY of RSA with 2048 to 4096 bits.', {
    field: 'publicKeyPem',
  });

/** SubjectPublicKeyInfo written anew, so that nothing else of what was sent gets into the certificate. */
function publicKeyOf(pem: string): Uint8Array {
  const [block] = readPem(pem);
  if (block?.label !== 'PUBLIC KEY') throw malformedKey();
  try {
    const key = createPublicKey({ key: Buffer.from(block.der), format: 'der', type: 'spki' });
    const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
    const isGood = modulusLength >= 2048 && modulusLength <= 4096 && publicExponent === 65_537n;
    if (key.asymmetricKeyType === 'rsa' && isGood) return key.export({ format: 'der', type: 'spki' });
  } catch {
    // told below
  }
  throw malformedKey();
}

/** The job, when this pilot holds it now. Throws `job.not-found`, `job.stale-attempt`. */
function* heldJob(pilot: PilotPrincipal, { jobId, attempt }: PayloadProxyOrder): Work<JobRow> {
  const job = yield* findJob(jobId);
  if (job?.vo !== pilot.vo) throw new WmsError('job.not-found', `There is no job ${jobId}.`, { jobId });
  const isRunning = (attemptRunningStatuses as readonly string[]).includes(job.status);
  if (job.pilotStamp === pilot.stamp && job.attempt === attempt && isRunning) return job;
  throw new WmsError(
    'job.stale-attempt',
    `Attempt ${attempt} of job ${jobId} is not held by this pilot (any more).`,
    { jobId, attempt },
  );
}

/** When the batch system will have ended the pilot, and every payload with it. */
function* endOfSlotMs(pilot: PilotPrincipal): Work<number> {
  const stored = yield* findPilot(pilot.stamp);
  if (!stored) throw new WmsError('pilot.unknown', 'This pilot is not known.');
  return (stored.registeredAtMs ?? stored.submittedAtMs) + stored.maxWallTimeS * 1000;
}

interface Facts {
  readonly job: JobRow;
  readonly slotEndsAtMs: number;
  readonly isMember: boolean;
  /** Of certificates that are linked to the account of the owner, the longest-lived first. */
  readonly proxies: readonly ProxyRow[];
}

function* gather(deps: Deps, pilot: PilotPrincipal, order: PayloadProxyOrder): Work<Facts> {
  const job = yield* heldJob(pilot, order);
  const account = yield* findAccountByUserName(job.owner);
  const identity = account ? yield* knownIdentity(deps, account.account_id) : undefined;
  const proxies: ProxyRow[] = [];
  for (const proxy of account ? yield* proxiesOf(account.account_id) : [])
    if ((yield* findCertificateOwner(proxy.subject_key, proxy.issuer_key)) === account?.account_id)
      proxies.push(proxy);
  const isMember =
    identity !== undefined &&
    membershipsOf(deps.configuration.current().values, identity).some(
      ({ vo, group }) => vo === job.vo && group === job.ownerGroup,
    );
  return { job, isMember, proxies, slotEndsAtMs: yield* endOfSlotMs(pilot) };
}

async function usableProxy(deps: Deps, { job, isMember, proxies }: Facts): Promise<ProxyRow> {
  const { owner, ownerGroup } = job;
  if (!isMember) throw new WmsError('access.denied', `${owner} is not a member of ${ownerGroup}.`);
  const trust = await deps.trust.current();
  for (const proxy of proxies.filter((stored) => servesGroup(stored, ownerGroup)))
    if (!(await isRevoked(proxy.issuer_key, proxy.certificate_serial, trust))) {
      if (proxy.valid_until_ms > deps.clock.nowMs()) return proxy;
      throw new WmsError('proxy.expired', `The proxy of ${owner} has ended.`);
    }
  throw new WmsError('proxy.missing', `${owner} has no usable proxy that serves ${ownerGroup}.`);
}

interface Delivery {
  readonly pilot: PilotPrincipal;
  readonly job: JobRow;
  readonly stored: ProxyRow;
}

const record = (
  { pilot, job, stored }: Delivery,
  nowMs: number,
  action: AuditAction,
  result: string,
): Work<void> =>
  recordAudit({
    atMs: nowMs,
    action,
    actorAccountId: `pilot ${pilot.stamp}`,
    actorGroup: job.ownerGroup,
    targetAccountId: stored.account_id,
    subjectDn: stored.subject_dn,
    result: `${result}, job ${job.jobId}, attempt ${job.attempt}`,
    vo: pilot.vo,
  });

/** What VOMS gives the owner for his group; undefined when the group wants nothing. A refusal is put on record. */
async function vomsFor(
  deps: Deps,
  delivery: Delivery,
  untilMs: number,
): Promise<GivenAttributes | undefined> {
  const { job, stored } = delivery;
  try {
    return await vomsOf(deps, stored, { vo: job.vo, group: job.ownerGroup, untilMs });
  } catch (error) {
    const reason = vomsReasonOf(error);
    if (reason !== undefined)
      await deps.database.write(() =>
        record(delivery, deps.clock.nowMs(), 'download voms proxy', `${reason} limited`),
      );
    throw error;
  }
}

/** See `ProxyUseCases.payloadProxy`. */
export async function createPayloadProxy(
  deps: Deps,
  pilot: PilotPrincipal,
  order: PayloadProxyOrder,
): Promise<PayloadProxy> {
  const publicKey = publicKeyOf(order.publicKeyPem);
  const facts = await deps.database.read(() => gather(deps, pilot, order));
  const { job } = facts;
  const stored = await usableProxy(deps, facts);
  const delivery = { pilot, job, stored };
  const endsAtMs = (nowMs: number): number =>
    Math.min(Math.max(facts.slotEndsAtMs, nowMs) + marginS * 1000, nowMs + maxLifetimeS * 1000);
  const voms = await vomsFor(deps, delivery, endsAtMs(deps.clock.nowMs()));
  const nowMs = deps.clock.nowMs();
  const issuer = issuerOf(stored);
  const proxy = await buildProxy({
    issuer,
    issuerKey: await signingKeyOf(deps.keyEncryptionKeys, stored, issuer),
    publicKey,
    nowMs,
    notAfterMs: endsAtMs(nowMs),
    policy: 'limited',
    diracGroup: job.ownerGroup,
    attributeCertificates: voms && [voms.attributeCertificate],
  });
  await deps.database.write(function* () {
    // VOMS may have taken its time.
    yield* heldJob(pilot, order);
    yield* touchProxy(stored.proxy_id, nowMs);
    yield* voms
      ? record(delivery, nowMs, 'download voms proxy', `OK limited, ${voms.fqans[0] ?? ''}`)
      : record(delivery, nowMs, 'download proxy', 'OK limited');
  });
  const { jobId, attempt } = order;
  deps.log.info({ jobId, attempt, stamp: pilot.stamp, accountId: stored.account_id }, 'proxy.delegated');
  return {
    chainPem: writePem('CERTIFICATE', proxy) + stored.chain_pem,
    validUntilMs: parseCertificate(proxy).notAfterMs,
  };
}
