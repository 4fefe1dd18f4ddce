/** Runs a unit of work on an engine that answers at once. Used inside group commits and for reads by key. */
import type { Row, Step, Work } from './database.ts';

/** What an engine does with one step of a work. */
export type Answer = (step: Step) => readonly Row[];

/** The value of the work. A step that fails throws into the work. */
export function drive<T>(work: Work<T>, answer: Answer): T {
  let next = work.next();
  while (!next.done) {
    let found: readonly Row[];
    try {
      found = answer(next.value);
    } catch (error) {
      next = work.throw(error);
      continue;
    }
    next = work.next(found);
  }
  return next.value;
}

/** As `drive`, for an engine that answers later. */
export async function driveLater<T>(
  work: Work<T>,
  answer: (step: Step) => Promise<readonly Row[]>,
): Promise<T> {
  let next = work.next();
  while (!next.done) {
    let found: readonly Row[];
    try {
      found = await answer(next.value);
    } catch (error) {
      next = work.throw(error);
      continue;
    }
    next = work.next(found);
  }
  return next.value;
}

/** A work that was begun, from its first step on. */
export function* resumed<T>(work: Work<T>, first: IteratorResult<Step, T>): Work<T> {
  let next = first;
  while (!next.done) {
    let found: readonly Row[];
    try {
      found = yield next.value;
    } catch (error) {
      next = work.throw(error);
      continue;
    }
    next = work.next(found);
  }
  return next.value;
}
