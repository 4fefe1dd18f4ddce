/** A cause why a job waits, and the kinds of causes. To add one: a file in `causes/` and a line in its `index.ts`. */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { Obstacle, Verdict, Way } from './obstacles.ts';
import type { RequirementRow } from './requirement-table.ts';
import type { ExplainedJob, Place, World } from './world.ts';

/**
 * blocks: nothing starts the job as things are. delays: it will start later. threatens: it does not hold the job
 * now, but will stop it when it starts.
 */
export type CauseEffect = 'blocks' | 'delays' | 'threatens';

export interface Cause {
  /** Id of its kind; a kind may find several. */
  readonly id: string;
  readonly effect: CauseEffect;
  /** For users to read. */
  readonly sentence: string;
  /** What the user, or somebody, can do; null when there is nothing but to wait. */
  readonly remedy: string | null;
  /** When it ends by itself; null when that is not known. */
  readonly endsAtMs: number | null;
  /** What must all go for the job to run somewhere; empty when the cause is none of the matching. */
  readonly obstacles: readonly string[];
}

/** What the kinds look at, worked out once. */
export interface View {
  readonly world: World;
  readonly job: ExplainedJob;
  readonly wanted: TaskQueueRequirements;
  /** Of every batch queue, those that take no jobs of the VO too. */
  readonly verdicts: readonly Verdict[];
  /** Those that take jobs of the VO: the only ones whose names a user may read. */
  readonly admitted: readonly Verdict[];
  /** Batch queues from which a pilot may get the job now. */
  readonly open: readonly Place[];
  /** Empty when some batch queue is open. */
  readonly ways: readonly Way[];
  /** Sites that take jobs of the VO. */
  readonly siteCount: number;
  /** Worked out when first asked for. */
  readonly table: () => readonly RequirementRow[];
}

/**
 * whether: can the job start at all? when: how long does a job wait that can? Those are not asked of a job that is
 * held back outside the matching: no pilot is sent for it, and no draw looks at it.
 */
export type CauseQuestion = 'whether' | 'when';

export interface CauseKind {
  readonly id: string;
  readonly question: CauseQuestion;
  /** What it looks at, for the reference. */
  readonly about: string;
  find(view: View): readonly Cause[];
}

/** Blocked for good, or only until a limit gives way by itself. */
export const effectOf = ({ ways }: View): CauseEffect =>
  ways.some(({ obstacles }) => obstacles.every((each) => each.kind === 'limit' && each.limit.givesWay))
    ? 'delays'
    : 'blocks';

/** The ways that consist of one obstacle of this kind. */
export const waysOf = <Kind extends Obstacle['kind']>(
  view: View,
  kind: Kind,
): readonly { readonly obstacle: Extract<Obstacle, { kind: Kind }>; readonly way: Way }[] =>
  view.ways.flatMap((way) => {
    const [obstacle] = way.obstacles;
    return way.obstacles.length === 1 && obstacle?.kind === kind
      ? [{ obstacle: obstacle as Extract<Obstacle, { kind: Kind }>, way }]
      : [];
  });
