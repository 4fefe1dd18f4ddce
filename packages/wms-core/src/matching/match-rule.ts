/** One yes/no question of the matching. To add one: a file here and a line in `rules/index.ts`. */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { ResourceOffer } from './resource.ts';

/** The smallest change of a job that would make a rule hold at one resource. */
export interface Relaxation {
  /** Fields to change; all others stay. */
  readonly requirements: Partial<TaskQueueRequirements>;
  /** What the user has to do, as the end of a sentence: "ask for at most 3600 s of CPUTime". */
  readonly advice: string;
}

export interface MatchRule {
  /** The JDL attribute (or the noun) that users know it by. */
  readonly name: string;
  /** Looks at owner or group: asked for each task queue, not once for all that differ in nothing else. */
  readonly looksAtOwner?: true;
  fits(wanted: TaskQueueRequirements, offer: ResourceOffer): boolean;
  /** What the job asks for, for users to read. */
  wanted(wanted: TaskQueueRequirements): string;
  /** What the resource has, for users to read. */
  offered(offer: ResourceOffer): string;
  /** undefined where no change of the job would help. Asked only when the rule does not fit. */
  relax?(wanted: TaskQueueRequirements, offer: ResourceOffer): Relaxation | undefined;
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
