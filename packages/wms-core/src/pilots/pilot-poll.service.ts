/**
 * Asks computing elements how their pilots are and acts on it: statuses move, dead pilots give their jobs back,
 * those that should be gone are killed. One question in bulk a computing element.
 */
import type { ComputingElement, PilotStateAtElement } from '../computing/computing-element.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { BackOff } from './pilot-back-off.ts';
import { classKeyOf } from './pilot-classes.ts';
import type { ElementLanes } from './element-lanes.service.ts';
import type { ComputingElements } from './computing-elements.service.ts';
import type { PilotMoves } from './pilot-moves.service.ts';
import type { PilotStatus } from './pilot-status.ts';
import type { PilotPresence } from './pilot-presence.ts';
import { pilotVerdict } from './pilot-verdict.ts';
import { findPilot, touchPilot } from './pilot.store.ts';
import type { StoredPilot } from './pilot.store.ts';

export interface PilotPollParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly elements: ComputingElements;
  readonly moves: PilotMoves;
  readonly presence: PilotPresence;
  readonly backOff: BackOff;
  readonly lanes: ElementLanes;
}

export interface PilotPoll {
  /** Polls these pilots that have not ended. A computing element that is slow to answer is not waited for. */
  poll(pilots: readonly StoredPilot[]): Promise<void>;
  /** Ends the processes of pilots that said good-bye but still run. */
  killLeaked(ended: readonly StoredPilot[]): Promise<void>;
  /** The server stops: idle pilots on its own machine end with it, all others go on. */
  endIdle(idle: readonly StoredPilot[]): Promise<void>;
}

/** After its good-bye a pilot may clean up. */
const goodByeMs = 60_000;
/** Computing elements answer in bulk, in chunks (computing-elements.md §2). */
const chunk = 100;

type States = ReadonlyMap<string, PilotStateAtElement>;

export const createPilotPoll = (parts: PilotPollParts): PilotPoll => {
  const { database, clock, log } = parts;
  const startedAtMs = clock.nowMs();

  const lastSeenAtMs = (pilot: StoredPilot): number =>
    Math.max(parts.presence.lastSeenAtMs(pilot.stamp) ?? 0, pilot.heartbeatAtMs ?? 0, startedAtMs);

  /** A failure to ask says nothing about any pilot. */
  const ask = async (element: ComputingElement, pilots: readonly StoredPilot[]): Promise<States> => {
    const states = new Map<string, PilotStateAtElement>();
    for (let from = 0; from < pilots.length; from += chunk) {
      const references = pilots.slice(from, from + chunk).map(({ pilotReference }) => pilotReference);
      for (const [reference, state] of await element.status(references)) states.set(reference, state);
    }
    return states;
  };

  const perElement = async (
    pilots: readonly StoredPilot[],
    act: (element: ComputingElement | undefined, pilots: readonly StoredPilot[]) => Promise<void>,
  ): Promise<void> => {
    const groups = Map.groupBy(pilots, ({ site, computingElement }) => `${site}/${computingElement}`);
    for (const [name, group] of groups) {
      const [first] = group;
      if (first === undefined) continue;
      parts.lanes.start(first, async () => {
        try {
          await act(parts.elements.find(first.site, first.computingElement), group);
        } catch (error) {
          log.warn({ computingElement: name, err: error }, 'pilots.poll-failed');
        }
      });
    }
    await parts.lanes.rest();
  };

  const apply = async (
    pilot: StoredPilot,
    state: PilotStateAtElement,
    element: ComputingElement | undefined,
  ) => {
    const nowMs = clock.nowMs();
    const { lostAfterS } = parts.configuration.current().values.lifeCycle;
    const verdict = pilotVerdict({ ...pilot, lastSeenAtMs: lastSeenAtMs(pilot) }, state, nowMs, lostAfterS);
    if (verdict.kill === true) await element?.kill([pilot.pilotReference]);
    if (verdict.failed === true)
      parts.backOff.failed(classKeyOf(pilot), nowMs, {
        reason: verdict.move?.reason ?? state.reason,
        vo: pilot.vo,
      });
    const { note } = verdict;
    if (note !== undefined) await database.write(() => parts.moves.waitsBecause(pilot, note));
    if (verdict.move !== undefined) await moved(pilot, verdict.move.status, verdict.move.reason);
  };

  const storePresence = (pilots: readonly StoredPilot[]) =>
    database.write(function* () {
      for (const { stamp, heartbeatAtMs } of pilots) {
        const seen = parts.presence.lastSeenAtMs(stamp);
        if (seen !== undefined && seen > (heartbeatAtMs ?? 0)) yield* touchPilot(stamp, seen);
      }
    });

  const moved = async (pilot: StoredPilot, status: PilotStatus, reason: string): Promise<boolean> => {
    const hasMoved = await database.write(function* () {
      const now = yield* findPilot(pilot.stamp);
      return now !== undefined && (yield* parts.moves.move(now, status, reason));
    });
    if (hasMoved) log.info({ stamp: pilot.stamp, status, reason }, 'pilot.moved');
    return hasMoved;
  };

  return {
    poll: async (pilots) => {
      await storePresence(pilots);
      await perElement(pilots, async (element, group) => {
        const states =
          element === undefined ? new Map<string, PilotStateAtElement>() : await ask(element, group);
        for (const pilot of group) {
          const state = states.get(pilot.pilotReference);
          await apply(
            pilot,
            state ?? { status: 'Unknown', reason: 'The computing element did not say.' },
            element,
          );
        }
      });
    },

    killLeaked: async (ended) => {
      const late = ended.filter(({ endedAtMs }) => clock.nowMs() - (endedAtMs ?? 0) > goodByeMs);
      await perElement(late, async (element, group) => {
        if (element === undefined) return;
        const states = await ask(element, group);
        const leaked = group.filter(({ pilotReference }) => states.get(pilotReference)?.status === 'Running');
        if (leaked.length === 0) return;
        log.warn({ stamps: leaked.map(({ stamp }) => stamp) }, 'pilots.leaked');
        await element.kill(leaked.map(({ pilotReference }) => pilotReference));
      });
      for (const { stamp } of late) parts.presence.forget(stamp);
    },

    endIdle: (idle) =>
      perElement(idle, async (element, group) => {
        if (element?.endsWithServer !== true) return;
        for (const pilot of group) await moved(pilot, 'Deleted', 'The server stopped and it had no job.');
        await element.kill(
          group.map(({ pilotReference }) => pilotReference),
          true,
        );
      }),
  };
};
