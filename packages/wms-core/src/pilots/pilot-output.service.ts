/**
 * What a pilot wrote: while it runs its computing element is asked, after its end what was fetched then is shown, and
 * its log in any case. For operators, administrators of its VO and owners of jobs it ran; nothing crosses a VO.
 */
import { createHash } from 'node:crypto';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import { maySeeJob } from '../jobs/job-rights.ts';
import type { Clock } from '../kernel/clock.ts';
import { isWmsError, WmsError } from '../kernel/wms-error.ts';
import type { PilotUseCases } from '../use-cases.ts';
import {
  endRemark,
  liveRemark,
  type PilotEnd,
  type PilotOutputSource,
  type PilotTexts,
  type StoredOutput,
} from './pilot-output-words.ts';
import { countLogParts, findEnd, findOutput } from './pilot-output.store.ts';
import { mayReadPilotOutput, maySeePilot, noSuchPilot } from './pilot-rights.ts';
import { findPilot, jobsOfPilot, readLog, type StoredPilot } from './pilot.store.ts';

export interface PilotOutputParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Throws `service.unavailable` when it cannot be asked; empty texts when there is nothing (any more). */
  readonly outputAtElement: OutputAtElement;
}

export type OutputAtElement = (
  pilot: Pick<StoredPilot, 'site' | 'computingElement' | 'pilotReference'>,
) => Promise<PilotTexts>;

interface Found extends PilotTexts {
  readonly source: PilotOutputSource;
  readonly remark: string | null;
}

const notKept = 'Its output was not kept, and its computing element has it no more.';

/** Computing elements are asked once for all who look at a pilot, and not oftener than this. */
const askEveryMs = 2000;

/** One answer for everybody who asks within a short time. */
export function sharedAnswers(ask: (pilot: StoredPilot) => Promise<Found>, clock: Clock) {
  const answers = new Map<string, { readonly askedAtMs: number; readonly answer: Promise<Found> }>();
  return (pilot: StoredPilot): Promise<Found> => {
    const nowMs = clock.nowMs();
    for (const [stamp, { askedAtMs }] of answers) if (askedAtMs <= nowMs - askEveryMs) answers.delete(stamp);
    const there = answers.get(pilot.stamp);
    if (there !== undefined) return there.answer;
    const answer = ask(pilot);
    answers.set(pilot.stamp, { askedAtMs: nowMs, answer });
    return answer;
  };
}

export function createPilotOutput(parts: PilotOutputParts): Pick<PilotUseCases, 'output'> {
  const { clock, database, outputAtElement } = parts;

  /** Throws `not-found` for pilots the caller may not see, `access.denied` when he may not read what they wrote. */
  async function readable(principal: UserPrincipal, stamp: string): Promise<StoredPilot> {
    const { jobs, pilot } = await database.read(function* () {
      return { pilot: yield* findPilot(stamp), jobs: yield* jobsOfPilot(stamp) };
    });
    if (pilot === undefined || !maySeePilot(principal, pilot)) throw noSuchPilot(stamp);
    const { jobVisibility } = parts.configuration.current().values;
    const ranOwnJob = jobs.some(
      (job) => job.owner === principal.userName && maySeeJob(principal, jobVisibility, job),
    );
    if (!ranOwnJob && !mayReadPilotOutput(principal, pilot))
      throw new WmsError(
        'access.denied',
        'The output of a pilot is for operators, administrators of its VO and owners of jobs it ran.',
        { stamp },
      );
    return pilot;
  }

  const askLive = sharedAnswers(async (pilot) => {
    try {
      const { stderr, stdout } = await outputAtElement(pilot);
      return { source: 'live', stdout, stderr, remark: liveRemark({ stdout, stderr }, undefined) };
    } catch (error) {
      if (!isWmsError(error)) throw error;
      return {
        source: 'live',
        stdout: '',
        stderr: '',
        remark: liveRemark({ stdout: '', stderr: '' }, error.message),
      };
    }
  }, clock);

  async function textsOf(
    pilot: StoredPilot,
    end: PilotEnd,
    stored: StoredOutput | undefined,
  ): Promise<Found> {
    if (stored !== undefined && stored.keptAtMs !== null)
      return { source: 'kept', stdout: stored.stdout, stderr: stored.stderr, remark: endRemark(end, stored) };
    const live = await askLive(pilot);
    if (end.endedAtMs === null) return live;
    const isThere = live.stdout !== '' || live.stderr !== '';
    // A pilot that ended before outputs were kept: nobody will fetch it.
    if (stored === undefined) return { ...live, source: 'kept', remark: isThere ? null : notKept };
    return { ...live, source: 'awaited', remark: isThere ? null : endRemark(end, stored) };
  }

  return {
    async output(principal, stamp, known) {
      const pilot = await readable(principal, stamp);
      const { end, logParts, stored } = await database.read(function* () {
        const [found, logParts] = [yield* findEnd(stamp), yield* countLogParts(stamp)];
        return { end: found, logParts, stored: yield* findOutput(stamp) };
      });
      if (end === undefined) throw noSuchPilot(stamp);
      const { remark, source, stderr, stdout } = await textsOf(pilot, end, stored);
      const version = versionOf([end.status, source, remark, stdout, stderr, logParts]);
      const texts =
        version === known ? null : { stdout, stderr, log: await database.read(() => readLog(stamp)) };
      return { version, ...end, source, remark, texts };
    },
  };
}

const versionOf = (facts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
