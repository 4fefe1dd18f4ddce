/** What is typed into "Try a log-in", and its answer in words. Pure. */
import type { LogInTrial } from '../../server-state/registry.ts';

/** One a line; empty lines and spaces round them do not count. */
export const entitlementsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const values = (count: number): string => (count === 1 ? '1 value' : `${count} values`);

/** What became of the values that gave nothing. */
export function lostText({ dropped, ignored }: Pick<LogInTrial, 'dropped' | 'ignored'>): readonly string[] {
  const said: string[] = [];
  if (dropped > 0) said.push(`${values(dropped)} of a trusted name space could not be read.`);
  if (ignored > 0) said.push(`${values(ignored)} of name spaces that are not trusted here: ignored.`);
  return said;
}

export const verdictOf = ({ groups }: Pick<LogInTrial, 'groups'>): string => {
  if (groups.length === 0) return 'In no group of this VO';
  return groups.length === 1 ? 'In one group' : `In ${groups.length} groups`;
};
