/** What the group and the owner of a task queue used beside their due, among those who may get the same pilots now. Pure. */
import { competitor, type ShareLedger } from '../task-queues/share-ledger.ts';
import { correctionOf, deficits, type Competitor, type Shares } from '../task-queues/shares.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import type { ShareState } from './world.ts';

export interface ShareParts {
  readonly ledger: Pick<ShareLedger, 'group' | 'owner'>;
  readonly shares: Shares & { maxCorrection(): number };
}

/** Jobs taken in the VO of late. */
export interface Pace {
  readonly taken: number;
  readonly overMs: number;
}

interface Instant {
  readonly nowMs: number;
  readonly pace: Pace | undefined;
}

/** An owner of a group that shares jobs is the group, as in the draw. */
const oneOwner = '*';

function stateOf(
  level: ShareState['level'],
  competitors: ReadonlyMap<string, Competitor>,
  name: string,
  maxCorrection: number,
  { nowMs, pace }: Instant,
): ShareState | undefined {
  const position = [...competitors.keys()].indexOf(name);
  const all = [...competitors.values()];
  const mine = all[position];
  if (!mine || all.length < 2) return undefined;
  const sum = (of: (each: Competitor) => number): number => all.reduce((total, each) => total + of(each), 0);
  const due = mine.share / sum(({ share }) => share);
  const usage = sum((each) => each.usage);
  const deficit = deficits(all)[position] ?? 0;
  // Each start of another raises what is due here by this part of a start.
  const startsOfOthers = Math.ceil(Math.max(0, -deficit) / due);
  const canPace = pace !== undefined && pace.taken > 0;
  return {
    level,
    due,
    used: usage > 0 ? mine.usage / usage : 0,
    correction: correctionOf(deficit, maxCorrection),
    startsOfOthers,
    recoversAtMs: canPace ? Math.round(nowMs + (startsOfOthers * pace.overMs) / pace.taken) : null,
  };
}

/** `competing`: the queue itself and all others that a draw for it would look at, of its VO. */
export function shareStates(
  taskQueue: TaskQueue,
  competing: readonly TaskQueue[],
  { ledger, shares }: ShareParts,
  instant: Instant,
): readonly ShareState[] {
  const { ownerGroup: group, vo } = taskQueue;
  const groups = new Map<string, Competitor>();
  const owners = new Map<string, Competitor>();
  const isOneOwner = shares.sharesJobs(vo, group);
  const ownerName = ({ owner }: TaskQueue): string => (isOneOwner ? oneOwner : owner);
  for (const other of competing) {
    if (!groups.has(other.ownerGroup))
      groups.set(
        other.ownerGroup,
        competitor(shares.groupShare(vo, other.ownerGroup), ledger.group(vo, other.ownerGroup)),
      );
    if (other.ownerGroup !== group) continue;
    const owner = ownerName(other);
    if (!owners.has(owner)) owners.set(owner, competitor(1, ledger.owner({ vo, ownerGroup: group, owner })));
  }
  const most = shares.maxCorrection();
  return [
    stateOf('group', groups, group, most, instant),
    stateOf('owner', owners, ownerName(taskQueue), most, instant),
  ].filter((state) => state !== undefined);
}
