/** One yes/no question of the matching. To add one: a file here and a line in `rules/index.ts`. */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { ResourceOffer } from './resource.ts';

/** The words a rule compares: lets an index look only where the rule can say yes. */
export interface RuleWords {
  /** One of these must be offered; none = whatever is offered. */
  wanted(wanted: TaskQueueRequirements): readonly string[];
  offered(offer: ResourceOffer): string;
}

/** Who is told something. When that is not said, words hold no names of people and groups. */
export interface Reader {
  /** Knows what happens at sites, whosever jobs and pilots it is about. */
  readonly isOperator: boolean;
  /** True for groups whose names the reader may know. */
  knowsGroup(group: string): boolean;
}

export interface MatchRule {
  /** The JDL attribute (or the noun) that users know it by. */
  readonly name: string;
  /** Looks at owner or group: asked for each task queue, not once for all that differ in nothing else. */
  readonly looksAtOwner?: true;
  /** For rules that say yes exactly when the word offered is one of those wanted. */
  readonly words?: RuleWords;
  fits(wanted: TaskQueueRequirements, offer: ResourceOffer): boolean;
  /** What the job asks for, for users to read. */
  wanted(wanted: TaskQueueRequirements): string;
  /** What the resource has, for users to read. */
  offered(offer: ResourceOffer, reader?: Reader): string;
  /**
   * What comes nearest to the wish and is taken by this offer, as far as this rule goes; undefined when nothing
   * would be. Left out by rules that no job can evade. Asked by explanations for what would help.
   */
  ease?(wanted: TaskQueueRequirements, offer: ResourceOffer): TaskQueueRequirements | undefined;
}

export const listed = (values: readonly string[], none: string): string =>
  values.length === 0 ? none : values.join(' or ');

/** "a, b" or a word for the empty list. */
export const enumerated = (values: readonly string[], none: string): string =>
  values.length === 0 ? none : values.join(', ');

/** Compares versions such as 2.9 and 2.36 part by part; missing parts are 0. */
export function isAtLeastVersion(version: string, least: string): boolean {
  const parts = version.split('.').map(Number);
  const wanted = least.split('.').map(Number);
  for (let index = 0; index < Math.max(parts.length, wanted.length); index++) {
    const difference = (parts[index] ?? 0) - (wanted[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
