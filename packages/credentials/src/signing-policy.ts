/**
 * Name spaces of authorities: `<hash>.signing_policy` of the IGTF distribution (credentials.md §10). Only the
 * Globus `CA:sign` right is read; the whole subject DN must match one of the patterns.
 */
import { isSameSlashForm } from './names.ts';

export interface SigningPolicy {
  /** Slash-form DN of the authority. */
  readonly authorityDn: string;
  /** `*` any run, `?` one character. */
  readonly subjects: readonly string[];
}

const unquote = (text: string): string => text.trim().replace(/^'(.*)'$/s, '$1');

/** Entries of one file; one without any subject allows nothing. */
export function parseSigningPolicy(text: string): readonly SigningPolicy[] {
  const policies: { authorityDn: string; subjects: string[]; canSign: boolean }[] = [];
  for (const line of text.split('\n')) {
    const [, keyword, authority, value] =
      /^\s*(\w+)\s+(\S+)\s+(.*?)\s*$/.exec(line.replace(/^\s*#.*$/, '')) ?? [];
    const current = policies.at(-1);
    if (keyword === 'access_id_CA' && authority?.toLowerCase() === 'x509')
      policies.push({ authorityDn: unquote(value ?? ''), subjects: [], canSign: false });
    else if (keyword === 'pos_rights' && current) current.canSign ||= value?.toLowerCase() === 'ca:sign';
    else if (keyword === 'cond_subjects' && current?.canSign) {
      const list = unquote(value ?? '');
      const patterns = [...list.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
      current.subjects.push(...(patterns.length > 0 ? patterns : [list]));
    }
  }
  return policies.map(({ authorityDn, subjects }) => ({ authorityDn, subjects }));
}

// Linear in text × pattern; a regular expression made of many `*` could be made to backtrack for ever.
function isMatch(pattern: string, text: string): boolean {
  let [at, patternAt, starAt, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[patternAt] === '*') {
      starAt = patternAt;
      patternAt += 1;
      resumeAt = at;
    } else if (pattern[patternAt] === '?' || pattern[patternAt] === text[at]) {
      patternAt += 1;
      at += 1;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      resumeAt += 1;
      at = resumeAt;
    } else return false;
  }
  while (pattern[patternAt] === '*') patternAt += 1;
  return patternAt === pattern.length;
}

/** May the authority sign for the subject? Without a policy for it: yes. */
export function isInNameSpace(
  policies: readonly SigningPolicy[],
  authorityDn: string,
  subjectDn: string,
): boolean {
  const own = policies.filter((policy) => isSameSlashForm(policy.authorityDn, authorityDn));
  return (
    own.length === 0 || own.some(({ subjects }) => subjects.some((pattern) => isMatch(pattern, subjectDn)))
  );
}
