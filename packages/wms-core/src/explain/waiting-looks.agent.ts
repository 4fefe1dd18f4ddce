/**
 * Looks at what waits and keeps why, so that the answer is there after the start. Per task queue, not per job: its
 * jobs wait for the same causes, and a million of them cost one row. One such agent an installation is enough.
 */
import type { Database } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Gates } from '../matching/open-queues.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { bareFault } from './credential-for.ts';
import type { ExplainWorld } from './explain-world.service.ts';
import { causesOf, firstInLine, viewOf } from './explain-waiting.ts';
import {
  digestOf,
  pruneExplanations,
  readLastLooks,
  saveLook,
  type Look,
  type LookCause,
} from './explain.store.ts';
import { fitting } from './requirement-table.ts';
import type { World } from './world.ts';

export interface WaitingLooksParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly world: ExplainWorld;
  readonly taskQueues: () => readonly TaskQueue[];
  readonly isHeld: Gates['isHeld'];
}

const everyMs = 30_000;
/** What waits for less needs no explanation afterwards. */
const shortWaitMs = 60_000;
/** With more queues than this each is looked at less often, in turn. */
const mostPerCycle = 1000;
const chunk = 20;
/** A look that was not confirmed for so long is over. */
const staleMs = 900_000;
const hourMs = 3_600_000;
const keepLooksMs = 30 * 24 * hourMs;
const keepCountsMs = 2 * hourMs;
const mostPruned = 5000;

interface Waiting {
  readonly digest: string;
  readonly sinceMs: number;
  look: Look | undefined;
}

const isSame = (look: Look, causes: readonly LookCause[]): boolean =>
  look.causes.map(({ id }) => id).join() === causes.map(({ id }) => id).join();

export function createWaitingLooksAgent(parts: WaitingLooksParts): Agent {
  const { clock, database, world } = parts;
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let prunedAtMs = 0;

  function causesFor(current: World, taskQueue: TaskQueue): readonly LookCause[] {
    // What is kept is for everybody who may see such jobs, so it does not tell what is wrong with the proxy.
    const credential = parts.isHeld(taskQueue) ? bareFault(true) : null;
    const view = viewOf(current, { ...firstInLine(taskQueue), credential });
    const found = causesOf(view);
    // Rivals are looked for only where nothing else explains it: that compares queues with each other.
    const causes =
      found.length > 0
        ? found
        : causesOf({
            ...view,
            job: { ...view.job, ...world.contestOf(taskQueue, fitting(view.admitted)) },
          });
    return causes.map(({ id, sentence }) => ({ id, sentence }));
  }

  /** Queues that came and went are noted; those due for a look, in turn. */
  function due(nowMs: number): readonly TaskQueue[] {
    const queues = parts.taskQueues();
    const ids = new Set(queues.map(({ taskQueueId }) => taskQueueId));
    for (const id of waiting.keys()) if (!ids.has(id)) waiting.delete(id);
    for (const queue of queues)
      if (!waiting.has(queue.taskQueueId))
        waiting.set(queue.taskQueueId, { digest: digestOf(queue), sinceMs: nowMs, look: undefined });
    const old = queues
      .filter(({ taskQueueId }) => nowMs - (waiting.get(taskQueueId)?.sinceMs ?? nowMs) >= shortWaitMs)
      .toSorted((a, b) => a.taskQueueId - b.taskQueueId);
    const turn = [...old.filter(({ taskQueueId }) => taskQueueId > lastId), ...old].slice(
      0,
      Math.min(old.length, mostPerCycle),
    );
    lastId = turn.at(-1)?.taskQueueId ?? 0;
    return turn;
  }

  /** After a start of the server the looks of before go on. */
  async function recall(queues: readonly Waiting[]): Promise<void> {
    const unknown = queues.filter(({ look }) => look === undefined);
    const looks = await database.read(() => readLastLooks(unknown.map(({ digest }) => digest)));
    const byDigest = new Map(looks.map((look) => [look.digest, look]));
    for (const each of unknown) each.look = byDigest.get(each.digest);
  }

  async function lookAt(queues: readonly TaskQueue[], nowMs: number): Promise<void> {
    const current = await world.current();
    const entries = queues.flatMap((taskQueue) => {
      const each = waiting.get(taskQueue.taskQueueId);
      return each ? [{ taskQueue, each }] : [];
    });
    await recall(entries.map(({ each }) => each));
    const looks = entries.map(({ each, taskQueue }): Look => {
      const causes = causesFor(current, taskQueue);
      const { digest, look } = each;
      const goesOn = look && nowMs - look.lastAtMs < staleMs && isSame(look, causes);
      return { digest, firstAtMs: goesOn ? look.firstAtMs : nowMs, lastAtMs: nowMs, causes };
    });
    await database.write(function* () {
      for (const look of looks) yield* saveLook(look);
    });
    entries.forEach(({ each }, position) => (each.look = looks[position]));
  }

  async function prune(nowMs: number): Promise<void> {
    if (nowMs - prunedAtMs < hourMs) return;
    prunedAtMs = nowMs;
    const before = { looksMs: nowMs - keepLooksMs, countsMs: nowMs - keepCountsMs };
    await database.write(() => pruneExplanations(before, mostPruned));
  }

  return createAgent({
    name: 'waiting-looks',
    everyMs,
    log: parts.log,
    async cycle() {
      const nowMs = clock.nowMs();
      const queues = due(nowMs);
      for (let from = 0; from < queues.length; from += chunk)
        await lookAt(queues.slice(from, from + chunk), nowMs);
      await prune(nowMs);
    },
  });
}
