/**
 * Limited proxies for payloads, signed from a stored one (credentials.md §6.3, DESIGN D12): always limited,
 * always with the group of the job and what VOMS gives for it, never longer than the slot of its pilot or a day.
 * Asked when a pilot has taken a job; the pilot makes the key itself, so no private key travels.
 */
import type { AuditAction } from '../audit/audit-actions.ts';
import { recordAudit } from '../audit/audit.store.ts';
import type { Work } from '../db/database.ts';
import { attemptRunningStatuses } from '../jobs/job-status.ts';
import { findJob, type JobRow } from '../jobs/job.store.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { findPilot } from '../pilots/pilot.store.ts';
import type { PayloadProxy, PayloadProxyOrder } from '../use-cases.ts';
import { findAccountByUserName } from './account.store.ts';
import { bareKeyOf } from './asked-key.adapter.ts';
import { deriveProxy, derivationFacts, usableProxy, type DerivationFacts } from './derived-proxy.service.ts';
import { vomsOf } from './group-voms.service.ts';
import type { PilotPrincipal } from './principal.ts';
import type { ProxyManagerDeps as Deps } from './proxy-records.service.ts';
import { touchProxy, type ProxyRow } from './proxy.store.ts';
import type { GivenAttributes } from './voms/voms-attributes.service.ts';
import { vomsReasonOf } from './voms/voms-errors.ts';

const maxLifetimeS = 86_400;
/** Clocks differ, and what the payload stored last may be looked at after its end. */
const marginS = 1800;

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
  readonly owner: DerivationFacts;
}

function* gather(deps: Deps, pilot: PilotPrincipal, order: PayloadProxyOrder): Work<Facts> {
  const job = yield* heldJob(pilot, order);
  const { owner: userName, vo, ownerGroup: group } = job;
  const owner = yield* derivationFacts(deps, yield* findAccountByUserName(userName), { userName, vo, group });
  return { job, owner, slotEndsAtMs: yield* endOfSlotMs(pilot) };
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
  const publicKey = bareKeyOf(order.publicKeyPem);
  const facts = await deps.database.read(() => gather(deps, pilot, order));
  const { job } = facts;
  const stored = await usableProxy(deps, facts.owner);
  const delivery = { pilot, job, stored };
  const endsAtMs = (nowMs: number): number =>
    Math.min(Math.max(facts.slotEndsAtMs, nowMs) + marginS * 1000, nowMs + maxLifetimeS * 1000);
  const voms = await vomsFor(deps, delivery, endsAtMs(deps.clock.nowMs()));
  const nowMs = deps.clock.nowMs();
  const derived = await deriveProxy(deps, stored, {
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
  return derived;
}
