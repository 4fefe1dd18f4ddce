/**
 * Fetches what pilots wrote once they have ended, before their computing elements clean it away. A pilot's wish to be
 * fetched is stored with its end, so no death of a server loses it.
 */
import type { Database, Work } from '../db/database.ts';
import { recordEvent } from '../events/event.store.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import type { OutputAtElement } from './pilot-output.service.ts';
import { endOf } from './pilot-output-words.ts';
import {
  dueOutputs,
  keepOutput,
  postponeOutput,
  wantOutput,
  type WantedOutput,
} from './pilot-output.store.ts';

const everyMs = 5000;
const atOnce = 100;
/** A pilot says good-bye a little before its process ends and its batch system has its output. */
const firstAfterMs = 10_000;
/** Then again after so long each: computing elements are away for a while, or give output late. */
const againAfterMs = [60_000, 600_000, 3_600_000, 6 * 3_600_000, 12 * 3_600_000];
/** So often an empty answer is doubted. */
const doubts = 2;

export interface PilotOutputAgent extends Agent {
  /** In the transaction that ends the pilot. */
  readonly ended: (stamp: string) => Work<void>;
}

export function createPilotOutputAgent(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outputAtElement: OutputAtElement;
}): PilotOutputAgent {
  const { clock, database, log, outputAtElement } = parts;

  function* keep(pilot: WantedOutput, texts: Parameters<typeof keepOutput>[1]): Work<void> {
    const atMs = clock.nowMs();
    yield* keepOutput(pilot.stamp, texts, atMs);
    yield* recordEvent({
      noun: 'pilot',
      id: pilot.stamp,
      vo: pilot.vo,
      owner: null,
      ownerGroup: null,
      atMs,
    });
  }

  /** Later, or never when it was tried often enough. */
  async function failed(pilot: WantedOutput, fault: string): Promise<void> {
    const waitMs = againAfterMs[pilot.tries];
    await database.write(() =>
      waitMs === undefined
        ? keep(pilot, { stdout: '', stderr: '', fault })
        : postponeOutput(pilot.stamp, clock.nowMs() + waitMs, fault),
    );
  }

  async function fetched(pilot: WantedOutput): Promise<void> {
    const { stderr, stdout } = await outputAtElement(pilot);
    const isEmpty = stdout === '' && stderr === '';
    const waitMs = againAfterMs[pilot.tries];
    // One that never registered may never have started.
    const isDoubted = isEmpty && pilot.registeredAtMs !== null && pilot.tries < doubts;
    await database.write(() =>
      isDoubted && waitMs !== undefined
        ? postponeOutput(pilot.stamp, clock.nowMs() + waitMs, null)
        : keep(pilot, { stdout: plain(stdout), stderr: plain(stderr), fault: null }),
    );
  }

  /** One after the other; when the computing element is away the rest of its pilots wait like the first. */
  async function fetchAll(pilots: readonly WantedOutput[]): Promise<void> {
    let fault: string | undefined;
    for (const pilot of pilots)
      if (fault === undefined)
        try {
          await fetched(pilot);
        } catch (error) {
          fault = isWmsError(error) ? error.message : unexpected;
          const { computingElement, site, stamp } = pilot;
          log.warn({ site, computingElement, stamp, err: error }, 'pilot-output.not-fetched');
          await failed(pilot, fault);
        }
      else await failed(pilot, fault);
  }

  async function cycle(): Promise<void> {
    const due = await database.read(() => dueOutputs(clock.nowMs(), atOnce));
    const elements = Map.groupBy(due, ({ computingElement, site }) =>
      JSON.stringify([site, computingElement]),
    );
    await Promise.all([...elements.values()].map(fetchAll));
  }

  return {
    ...createAgent({ name: 'pilot-output', everyMs, cycle, log }),
    ended: (stamp) => wantOutput(stamp, clock.nowMs() + firstAfterMs),
  };
}

const unexpected = 'something unexpected happened; the log of the server tells more.';

/** The end of it; a nul character is no text for one of the engines. */
const plain = (text: string): string => endOf(text).replaceAll('\0', '\uFFFD');
