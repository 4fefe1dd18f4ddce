/**
 * The configuration everybody asks: that of the file with what site managers say laid over it. Statuses that end are
 * noticed to the second here and, like those that another process stored, at the next refresh elsewhere.
 */
import type { Broadcast } from '../db/broadcast.ts';
import type { Database } from '../db/database.ts';
import type { ConfigurationHolder } from '../configuration/configuration-holder.service.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { endOverdue, openStatuses } from './element-status.store.ts';
import { openingTimes } from './opening-times.ts';
import { isInForce, withStatuses, type SetStatus } from './status-overlay.ts';

export interface EffectiveConfiguration {
  readonly configuration: ConfigurationHolder;
  /** Those in force now. */
  statuses(): readonly SetStatus[];
  /** When batch queues that are closed now open by themselves: see `opening-times.ts`. */
  openings(): ReadonlyMap<string, number>;
  /** Reads what is stored; call it after a change. */
  refresh(): Promise<void>;
  /** Tells the other processes to refresh. */
  tell(): void;
  /** Ends what is over and follows other processes; runs in every process. */
  readonly agent: Agent;
}

const topic = 'element-statuses';
const everyMs = 5000;

export async function createEffectiveConfiguration(parts: {
  readonly file: ConfigurationHolder;
  readonly database: Database;
  readonly broadcast: Broadcast | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<EffectiveConfiguration> {
  const { broadcast, clock, database, file, log } = parts;
  const listeners = new Set<(snapshot: ConfigurationSnapshot) => void | Promise<void>>();
  let statuses: readonly SetStatus[] = await database.read(openStatuses);
  let laid:
    | {
        readonly under: ConfigurationSnapshot;
        readonly key: string;
        readonly snapshot: ConfigurationSnapshot;
      }
    | undefined;
  let toldKey = '';

  const inForce = (): readonly SetStatus[] => {
    const nowMs = clock.nowMs();
    return statuses.filter((each) => isInForce(each, nowMs));
  };

  function current(): ConfigurationSnapshot {
    const under = file.current();
    if (statuses.length === 0) return under;
    const now = inForce();
    const key = keyOf(now);
    if (laid?.under !== under || laid.key !== key) {
      const version = key === '' ? under.version : `${under.version}+${key}`;
      laid = { under, key, snapshot: { ...under, version, values: withStatuses(under.values, now) } };
    }
    return laid.snapshot;
  }

  /** Listeners of the configuration hear of statuses like of a new file. */
  async function tellListeners(): Promise<void> {
    const key = keyOf(inForce());
    if (key === toldKey) return;
    toldKey = key;
    for (const listener of listeners)
      try {
        await listener(current());
      } catch (error) {
        log.error({ err: error }, 'configuration.listener-failed');
      }
  }

  async function refresh(): Promise<void> {
    statuses = await database.read(openStatuses);
    await tellListeners();
  }

  toldKey = keyOf(inForce());
  broadcast?.onMessage(topic, () => void refresh().catch(() => {})); // the agent tries again
  const agent = createAgent({
    name: 'element-statuses',
    everyMs,
    log,
    async cycle() {
      const nowMs = clock.nowMs();
      if (statuses.some((each) => !isInForce(each, nowMs))) await database.write(() => endOverdue(nowMs));
      await refresh();
    },
  });
  return {
    configuration: {
      ...file,
      current,
      onChange(listener) {
        listeners.add(listener);
        const stop = file.onChange(() => listener(current()));
        return () => {
          listeners.delete(listener);
          stop();
        };
      },
    },
    statuses: inForce,
    openings: () => openingTimes(file.current().values, inForce(), clock.nowMs()),
    refresh,
    tell: () => broadcast?.send(topic, ''),
    agent,
  };
}

const keyOf = (statuses: readonly SetStatus[]): string => statuses.map(({ statusId }) => statusId).join('.');
