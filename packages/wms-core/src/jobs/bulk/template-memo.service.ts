/**
 * The template of a stored bulk. Made once and remembered for a while: reading a description of a megabyte for each
 * of its jobs would cost more than all else. Remembered by content, so it can never be the wrong one.
 */
import { createHash } from 'node:crypto';
import type { Work } from '../../db/database.ts';
import { defaultJobLimits } from '../job-limits.ts';
import type { BulkRules, BulkTemplate } from './bulk-template.ts';
import { readBulkSource, type BulkRow, type BulkSource } from './bulk.store.ts';
import { makeTemplate, noLimits } from './make-template.ts';

interface Remembered {
  readonly template: BulkTemplate;
  readonly characters: number;
}

/** A template takes some ten times its text. */
const mostCharacters = 8_388_608;
const mostTemplates = 200;

/** A memo of a pure function, so it may serve every database of the process. */
const memo = new Map<string, Remembered>();

export const digestOf = ({ jdls, rules }: BulkSource): string =>
  createHash('sha256')
    .update(JSON.stringify([jdls, rules]))
    .digest('hex');

export function rememberTemplate(digest: string, template: BulkTemplate, { jdls }: BulkSource): void {
  memo.delete(digest);
  memo.set(digest, { template, characters: jdls.length });
  let characters = [...memo.values()].reduce((sum, each) => sum + each.characters, 0);
  for (const [oldest, each] of memo) {
    if (memo.size === 1 || (memo.size <= mostTemplates && characters <= mostCharacters)) return;
    memo.delete(oldest);
    characters -= each.characters;
  }
}

export function* templateOf({ bulkId, digest }: Pick<BulkRow, 'bulkId' | 'digest'>): Work<BulkTemplate> {
  const known = memo.get(digest);
  if (known) {
    memo.delete(digest); // to the end of the order
    memo.set(digest, known);
    return known.template;
  }
  const source = yield* readBulkSource(bulkId);
  const jdls = JSON.parse(source.jdls) as readonly string[];
  const rules = JSON.parse(source.rules) as BulkRules;
  // A limit that did not exist then has its default.
  const jobDescription = { ...defaultJobLimits, ...rules.jobDescription };
  const template = makeTemplate(jdls, { ...rules, jobDescription }, noLimits);
  rememberTemplate(digest, template, source);
  return template;
}
