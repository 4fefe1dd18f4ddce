/** Runs a unit of work on an engine that answers at once. Used inside group commits and for reads by key. */
import type { Row, Step, Work } from './database.ts';
import type { RunSql } from './sqlite-statements.ts';

export type Effects = readonly (() => void)[];

/** The value of the work, and what it wants done after the commit. A failed statement throws into the work. */
export function drive<T>(work: Work<T>, runSql: RunSql): { readonly value: T; readonly effects: Effects } {
  const effects: (() => void)[] = [];
  const answer = (step: Step): readonly Row[] => {
    if (step.kind === 'statement') return runSql(step.sql, step.params);
    effects.push(step.effect);
    return [];
  };
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
  return { value: next.value, effects };
}

/** As `drive`, for an engine that answers later; such work may only read. */
export async function driveLater<T>(
  work: Work<T>,
  runSql: (...statement: Parameters<RunSql>) => Promise<readonly Row[]>,
): Promise<T> {
  let next = work.next();
  while (!next.done) {
    if (next.value.kind !== 'statement') throw new Error('afterCommit belongs into a write');
    let found: readonly Row[];
    try {
      found = await runSql(next.value.sql, next.value.params);
    } catch (error) {
      next = work.throw(error);
      continue;
    }
    next = work.next(found);
  }
  return next.value;
}
