/**
 * Sends pilots as planned. A pilot's row is durable before its computing element hears of it, so no pilot ever
 * runs that the server does not know; a lost answer is settled by the next poll.
 */
import type { Accounting } from '../accounting/accounting.service.ts';
import type { ComputingElement, SubmitVerdict } from '../computing/computing-element.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import type { ComputingElements } from './computing-elements.service.ts';
import type { PilotMoves } from './pilot-moves.service.ts';
import type { ConfiguredClass } from './pilot-classes.ts';
import { makePilotCredential } from './pilot-token.adapter.ts';
import type { PilotCredential } from './pilot-token.adapter.ts';
import { findPilot, insertPilot, setPilotReference } from './pilot.store.ts';
import type { PlannedSubmission } from './plan-submissions.ts';

export interface PilotSubmissionParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly elements: ComputingElements;
  readonly moves: PilotMoves;
  /** Word of the pilot monitor's column GridType. */
  readonly gridTypeOf: (site: string, computingElement: string) => string;
  /** Address of this server as worker nodes see it. */
  readonly serverUrl: string;
  /** Name of this server, for the accounting of submissions. */
  readonly hostName: string;
  readonly accounting: Pick<Accounting, 'pilotsSubmitted'>;
}

export type SubmitPilots = (
  planned: PlannedSubmission,
  to: ConfiguredClass,
) => Promise<{ readonly failed: number; readonly reason?: string | undefined }>;

export const createPilotSubmission = (parts: PilotSubmissionParts): SubmitPilots => {
  const { database, clock, log } = parts;

  const announce = (
    credentials: readonly PilotCredential[],
    planned: PlannedSubmission,
    to: ConfiguredClass,
  ) =>
    database.write(function* () {
      for (const { stamp, secretSha256 } of credentials) {
        yield* insertPilot(
          {
            stamp,
            secretSha256,
            vo: planned.vo,
            gridType: parts.gridTypeOf(to.site, to.computingElement),
            site: to.site,
            computingElement: to.computingElement,
            batchQueue: to.batchQueue,
            processors: to.queue.processors,
            maxWallTimeS: to.queue.maxWallTimeS,
            taskQueueId: planned.taskQueueId,
          },
          clock.nowMs(),
        );
      }
    });

  const settle = (verdicts: readonly SubmitVerdict[], planned: PlannedSubmission, to: ConfiguredClass) =>
    database.write(function* () {
      const { site, computingElement, batchQueue } = to;
      yield* parts.accounting.pilotsSubmitted(
        {
          vo: planned.vo,
          hostName: parts.hostName,
          siteDirector: 'PilotDirector',
          site,
          computingElement,
          batchQueue,
          pilots: verdicts.length,
          succeeded: verdicts.filter(({ ok }) => ok).length,
        },
        clock.nowMs(),
      );
      for (const verdict of verdicts) {
        if (verdict.ok) {
          yield* setPilotReference(verdict.stamp, verdict.reference);
          continue;
        }
        const pilot = yield* findPilot(verdict.stamp);
        if (pilot !== undefined)
          yield* parts.moves.move(pilot, 'Aborted', `Submission failed: ${verdict.reason}`);
      }
    });

  const launch = async (
    element: ComputingElement | undefined,
    credentials: readonly PilotCredential[],
    to: ConfiguredClass,
  ): Promise<readonly SubmitVerdict[]> => {
    if (element === undefined)
      return credentials.map(({ stamp }) => ({ stamp, ok: false, reason: 'not configured' }));
    return await element.submit(
      credentials.map(({ stamp, token }) => ({
        serverUrl: parts.serverUrl,
        token,
        stamp,
        site: to.site,
        computingElement: to.computingElement,
        batchQueue: to.batchQueue,
        maxWallTimeS: to.queue.maxWallTimeS,
        processors: to.queue.processors,
        memoryMiB: to.queue.memoryMiB,
        tags: to.queue.tags,
        requiredTags: to.queue.requiredTags,
      })),
    );
  };

  return async (planned, to) => {
    const element = parts.elements.find(to.site, to.computingElement);
    const credentials = Array.from({ length: planned.pilots }, makePilotCredential);
    await announce(credentials, planned, to);
    const verdicts = await launch(element, credentials, to).catch((error: unknown) => {
      if (isWmsError(error) && error.code === 'service.unavailable') return error.message;
      throw error;
    });
    if (typeof verdicts === 'string') {
      // Nothing is known of any of them: the polls find out. The queue rests meanwhile.
      log.warn({ queue: to.key, vo: planned.vo, reason: verdicts }, 'pilots.submission-unanswered');
      return { failed: planned.pilots, reason: verdicts };
    }
    await settle(verdicts, planned, to);
    const failures = verdicts.filter((verdict) => !verdict.ok);
    const facts = { queue: to.key, vo: planned.vo, pilots: planned.pilots - failures.length };
    if (failures.length === 0) log.info(facts, 'pilots.submitted');
    else
      log.warn(
        { ...facts, failed: failures.length, reason: failures[0]?.reason },
        'pilots.submission-failed',
      );
    return { failed: failures.length, reason: failures[0]?.reason };
  };
};
