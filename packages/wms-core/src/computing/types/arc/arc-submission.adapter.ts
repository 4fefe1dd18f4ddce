/**
 * Brings pilots to an ARC CE. A job starts only when all its input files are there, and they are put there only after
 * its id is known and written down: whatever reply gets lost, no stamp ever runs twice.
 *
 *   record → description → (reply lost: look for the stamp; missing ones once more) → wrapper, pilot, configuration
 */
import { readFile } from 'node:fs/promises';
import { isWmsError, WmsError } from '../../../kernel/wms-error.ts';
import type { PilotConfiguration } from '../../../pilots/pilot-configuration.ts';
import type { ComputingElementContext, PilotLaunch, SubmitVerdict } from '../../computing-element.ts';
import { pilotProgram } from '../../hosts/pilot-program.ts';
import { activityDescriptions, pilotNameFor, sessionFiles } from './arc-description.ts';
import { mayHaveActed } from './arc-http.adapter.ts';
import type { ArcJobs } from './arc-jobs.adapter.ts';
import type { ArcParameters } from './arc-parameters.ts';
import type { PilotRecord, PilotRecords } from './arc-records.adapter.ts';
import { arcReference } from './arc-reference.ts';
import { pilotWrapper } from './arc-wrapper.ts';

export interface ArcSubmissionParts {
  readonly context: ComputingElementContext;
  readonly parameters: ArcParameters;
  readonly jobs: ArcJobs;
  readonly records: PilotRecords;
  /** Who submits, and what is delegated for it. */
  readonly entry: () => Promise<{ readonly identity: string; readonly delegationId: string | undefined }>;
}

export type ArcSubmission = (pilots: readonly PilotLaunch[]) => Promise<readonly SubmitVerdict[]>;

const chunkOf = 100;
const uploadsAtOnce = 4;

interface Announced {
  readonly launch: PilotLaunch;
  readonly record: PilotRecord;
}

/** What came of one description. */
type Fate = { readonly id: string } | { readonly reason: string; readonly isCertain: boolean };

export const createArcSubmission = (parts: ArcSubmissionParts): ArcSubmission => {
  const { context, parameters, jobs, records } = parts;
  const { nodeExecutable } = parameters;

  /** Once for many pilots: one that brings its Node.js is 45 MB. */
  const readPilot = (): Promise<Buffer> =>
    pilotProgram(context, nodeExecutable)
      .file()
      .then((path) => readFile(path))
      .catch((cause: unknown) => {
        const words = `The pilot's own file cannot be sent: ${sentenceOf(cause)}`;
        throw new WmsError('service.unavailable', words, { wasSent: false }, { cause });
      });

  const describe = (pilots: readonly PilotLaunch[], delegationId: string | undefined): string =>
    activityDescriptions(
      pilots.map((launch) => ({
        launch,
        order: {
          queue: parameters.queue ?? launch.batchQueue,
          nodeExecutable,
          delegationId,
          runtimeEnvironments: parameters.runtimeEnvironments,
        },
      })),
    );

  /** Fates in order. Throws `service.unavailable` when no answer came, or one that does not fit. */
  const send = async (
    pilots: readonly PilotLaunch[],
    delegationId: string | undefined,
  ): Promise<readonly Fate[]> => {
    const answers = await jobs.submit(describe(pilots, delegationId));
    const isWholeRefusal = answers.length === 1 && answers[0]?.id === undefined;
    if (answers.length !== pilots.length && !isWholeRefusal) throw new Error(miscounted);
    return pilots.map((_, index) => {
      // Refused as a whole: one answer for all.
      const answer = answers[index] ?? answers[0];
      return answer?.id !== undefined && answer.code === 201
        ? { id: answer.id }
        : { reason: answer?.reason || 'The service gave no reason.', isCertain: true };
    });
  };

  /** The reply was lost: the stamps that the service has, and those that it has not sent once more. */
  const recover = async (
    pilots: readonly PilotLaunch[],
    delegationId: string | undefined,
    why: string,
  ): Promise<readonly Fate[]> => {
    context.log.warn({ computingElement: context.name, pilots: pilots.length, why }, 'arc.reply-lost');
    const known = new Set((await records.all()).map(({ id }) => id));
    const found = await jobs.stampsOfOthers((id) => known.has(id));
    const missing = pilots.filter(({ stamp }) => !found.has(stamp));
    const again = missing.length === 0 ? [] : await send(missing, delegationId);
    const fates = new Map(missing.map(({ stamp }, index) => [stamp, again[index]]));
    return pilots.map(({ stamp }) => {
      const id = found.get(stamp);
      return id === undefined ? (fates.get(stamp) ?? lost(why)) : { id };
    });
  };

  const fatesOf = async (
    pilots: readonly PilotLaunch[],
    delegationId: string | undefined,
  ): Promise<readonly Fate[]> => {
    try {
      return await send(pilots, delegationId);
    } catch (error) {
      const why = sentenceOf(error);
      if (!mayHaveActed(error)) return pilots.map(() => ({ reason: why, isCertain: true }));
      return recover(pilots, delegationId, why).catch(() => pilots.map(() => lost(why)));
    }
  };

  /** The configuration comes last: without it there is nothing to run and no secret at the service. */
  const stage = async (launch: PilotLaunch, id: string, pilot: Buffer): Promise<void> => {
    const configuration: PilotConfiguration = { ...launch, workDirectory: 'work', hiddenDirectories: [] };
    await jobs.upload(id, sessionFiles.wrapper, pilotWrapper(nodeExecutable));
    await jobs.upload(id, pilotNameFor(nodeExecutable), pilot);
    await jobs.upload(id, sessionFiles.configuration, JSON.stringify(configuration));
  };

  const finish = async ({ launch, record }: Announced, fate: Fate, pilot: Buffer): Promise<SubmitVerdict> => {
    const { stamp } = launch;
    if (!('id' in fate)) {
      // One whose fate is not certain is looked for, and ended, when the computing element is cleaned.
      if (fate.isCertain) await records.forget(stamp);
      else await records.save({ ...record, isGivenUp: true });
      return { stamp, ok: false, reason: fate.reason };
    }
    const { id } = fate;
    await records.save({ ...record, id });
    try {
      await stage(launch, id, pilot);
      await records.save({ ...record, id, isStaged: true });
    } catch (error) {
      await records.save({ ...record, id, isGivenUp: true, wasKilledByUs: true });
      await jobs.kill([id]).catch(() => undefined);
      return { stamp, ok: false, reason: `Its files did not reach the service: ${sentenceOf(error)}` };
    }
    return { stamp, ok: true, reference: arcReference(parameters.endpoint, { id, stamp }) };
  };

  /** Those whose stamp was never used, with their record. */
  const announce = async (
    pilots: readonly PilotLaunch[],
    identity: string,
  ): Promise<readonly Announced[]> => {
    const announced: Announced[] = [];
    for (const launch of pilots) {
      const submittedAtMs = context.clock.nowMs();
      const record = { stamp: launch.stamp, submittedAtMs, identity, isStaged: false };
      if (await records.announce(record)) announced.push({ launch, record });
    }
    return announced;
  };

  const submitChunk = async (pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> => {
    const pilot = await readPilot();
    const { identity, delegationId } = await parts.entry();
    const announced = await announce(pilots, identity);
    const launches = announced.map(({ launch }) => launch);
    const fates = launches.length === 0 ? [] : await fatesOf(launches, delegationId);
    const verdicts = await inTurns(announced, uploadsAtOnce, (one, index) =>
      finish(one, fates[index] ?? lost(miscounted), pilot),
    );
    const byLaunch = new Map(launches.map((launch, index) => [launch, verdicts[index]]));
    return pilots.map((launch) => {
      const verdict = byLaunch.get(launch);
      byLaunch.delete(launch);
      return verdict ?? { stamp: launch.stamp, ok: false, reason: usedBefore };
    });
  };

  return async (pilots) => {
    const verdicts: SubmitVerdict[] = [];
    for (let from = 0; from < pilots.length; from += chunkOf) {
      const chunk = pilots.slice(from, from + chunkOf);
      verdicts.push(
        ...(await submitChunk(chunk).catch((error: unknown) => {
          if (!isWmsError(error)) throw error;
          return chunk.map(({ stamp }) => ({ stamp, ok: false as const, reason: error.message }));
        })),
      );
    }
    return verdicts;
  };
};

const miscounted = 'The service answered for another number of jobs than it was given.';
const usedBefore = 'The stamp must be 32 hexadecimal digits that were never used before.';

const lost = (why: string): Fate => ({ reason: `The reply was lost: ${why}`, isCertain: false });

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Results in order, so many at a time. */
async function inTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const turn = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, turn));
  return results;
}
