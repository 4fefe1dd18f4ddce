/** How a work that may only read is answered: rows straight from the database, nothing remembered. */
import type { Row, SqlValue, Step } from './database.ts';
import { entityByIdSql } from './entity.ts';

/** The statement behind a step of a reading work; throws for steps that belong into a write. */
export function readingStatement(step: Step): {
  readonly sql: string;
  readonly params: readonly SqlValue[];
} {
  if (step.kind === 'statement' || step.kind === 'glance') return step;
  if (step.kind === 'load') return { sql: entityByIdSql(step.entity), params: [step.id] };
  throw new Error(`${step.kind} belongs into a write`);
}

export const answerReading =
  (runSql: (sql: string, params: readonly SqlValue[]) => readonly Row[]) =>
  (step: Step): readonly Row[] => {
    const { sql, params } = readingStatement(step);
    return runSql(sql, params);
  };
