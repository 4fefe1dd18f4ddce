/**
 * Everything the launchpad can say about a draft before it is sent, with the parser and the rules of the core:
 * faults by attribute and place, what a sweep comes to, which local files are needed.
 */
import {
  findEntry,
  isWmsError,
  mostKeptBytes,
  noJdlLimits,
  parseJdl,
  planParametricJobs,
  printJdl,
  processManifest,
  textsOf,
  withInputSandbox,
  type AttributeProblem,
  type JdlDescription,
  type JdlProblem,
  type JobLimits,
  type ManifestContext,
} from '@wm/wms-core/vocabulary';

export interface DraftProblem {
  readonly severity: 'error' | 'warning';
  /** undefined: the text itself cannot be read. */
  readonly attribute: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

export interface SweepPreview {
  readonly count: number;
  /** The first jobs: name and command line. */
  readonly first: readonly { readonly name: string; readonly command: string }[];
}

export interface CheckedDraft {
  readonly description: JdlDescription;
  /** The text can be read; the form may be used. */
  readonly isReadable: boolean;
  readonly problems: readonly DraftProblem[];
  readonly sweep: SweepPreview | undefined;
  /** Names in InputSandbox that are neither uploaded nor of the catalog. */
  readonly localNames: readonly string[];
}

export type DraftRules = Omit<ManifestContext, 'sandboxFiles'> & {
  readonly maxJobs: number;
  /** A draft of more jobs than this is sent as a bulk. */
  readonly bulkAboveJobs: number;
};

const standIn = 'SB:to-be-uploaded';

const isElsewhere = (file: string): boolean => /^SB:|^lfn:\//i.test(file);

export const localSandboxNames = (description: JdlDescription): readonly string[] => {
  const entry = description.entries.find(({ name }) => name === 'InputSandbox');
  return entry ? [...new Set(textsOf(entry.value).filter((file) => !isElsewhere(file)))] : [];
};

const asProblem = (
  problem: JdlProblem | AttributeProblem,
  severity: DraftProblem['severity'],
): DraftProblem => ({
  severity,
  attribute: 'attribute' in problem ? problem.attribute : undefined,
  line: problem.line,
  column: problem.column,
  offset: problem.offset,
  length: problem.length,
  message: problem.message,
});

function missingFiles(description: JdlDescription, fileNames: readonly string[]): readonly DraftProblem[] {
  const entry = description.entries.find(({ name }) => name === 'InputSandbox');
  if (!entry) return [];
  return localSandboxNames(description)
    .filter((name) => !fileNames.includes(name))
    .map((name) => ({
      severity: 'error',
      attribute: 'InputSandbox',
      ...entry.value.at,
      message: `${name} is not here: add the file below`,
    }));
}

/** `fileNames`: the files at hand. Names inside sandboxes uploaded before are not known here. */
export function checkDraft(text: string, fileNames: readonly string[], rules: DraftRules): CheckedDraft {
  const parsed = parseJdl(text, { maxBytes: rules.jobDescription.maxJdlBytes });
  const { description } = parsed;
  const reading = [
    ...parsed.errors.map((problem) => asProblem(problem, 'error')),
    ...parsed.warnings.map((problem) => asProblem(problem, 'warning')),
  ];
  const localNames = localSandboxNames(description);
  const shared = { description, localNames };
  if (parsed.errors.length > 0) return { ...shared, isReadable: false, problems: reading, sweep: undefined };

  const replacements = Object.fromEntries(localNames.map((name) => [name, standIn]));
  const plan = planParametricJobs(
    withInputSandbox(description, replacements),
    rules.maxJobs,
    mostKeptBytes(rules.jobDescription.maxJdlBytes),
  );
  const [first] = firstOf(plan.jobs(), 1);
  const hasOlderSandbox = description.entries.some(
    ({ name, value }) => name === 'InputSandbox' && textsOf(value).some((file) => file.startsWith('SB:')),
  );
  const checked = processManifest(first ?? description, {
    ...rules,
    sandboxFiles: hasOlderSandbox ? undefined : fileNames,
  });
  const manifestErrors = first ? checked.errors : [];
  return {
    ...shared,
    isReadable: true,
    problems: [
      ...reading,
      ...missingFiles(description, fileNames),
      ...[...plan.errors, ...manifestErrors].map((problem) => asProblem(problem, 'error')),
      ...[...plan.warnings, ...checked.warnings].map((problem) => asProblem(problem, 'warning')),
    ],
    sweep: plan.isParametric && plan.count > 0 ? previewOf(plan.count, plan.jobs(), rules) : undefined,
  };
}

function firstOf<T>(values: Iterable<T>, count: number): readonly T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length >= count) break;
    first.push(value);
  }
  return first;
}

function previewOf(count: number, jobs: Iterable<JdlDescription>, rules: DraftRules): SweepPreview {
  const first = firstOf(jobs, 3).map((job) => {
    const { manifest } = processManifest(job, rules);
    return { name: manifest.jobName, command: `${manifest.executable} ${manifest.arguments}`.trim() };
  });
  return { count, first };
}

/** The draft as JDL with files that are still to be uploaded taken as uploaded. */
export function textToTry({ description, localNames }: CheckedDraft): string {
  const uploaded = Object.fromEntries(localNames.map((name) => [name, standIn]));
  return printJdl(withInputSandbox(description, uploaded));
}

/** The first error of an attribute, for its field. */
export const errorOf = (draft: CheckedDraft, attribute: string): string | undefined => {
  const found = draft.problems.find(
    (problem) => problem.severity === 'error' && problem.attribute === attribute,
  );
  return found && sentence(found.message);
};

const sentence = (text: string): string => `${text}.`;

/** Why the draft cannot be sent: a sentence with the place; undefined when it can. */
export function blocker(draft: CheckedDraft): string | undefined {
  const found = draft.problems.find(({ severity }) => severity === 'error');
  return found && `Line ${found.line}: ${found.message}.`;
}

/** What a refusal of the server says about attributes; nothing when it is about something else. */
export function problemsOfRefusal(error: unknown, text: string): readonly DraftProblem[] {
  if (!isWmsError(error) || error.code !== 'jdl.invalid') return [];
  const { attribute, job, line } = error.details;
  if (typeof attribute !== 'string' || typeof line !== 'number') return [];
  const entry = findEntry(parseJdl(text, noJdlLimits).description, attribute);
  const at = entry?.value.at ?? { line, column: 1, offset: 0, length: 0 };
  const said = error.message.replace(/^.*?column \d+: /, '').replace(/\.$/, '');
  const message = typeof job === 'number' ? `job ${job}: ${said}` : said;
  return [{ severity: 'error', attribute, ...at, message }];
}

/** The draft with what the server said about it. */
export const withRefusal = (draft: CheckedDraft, refusal: readonly DraftProblem[]): CheckedDraft =>
  refusal.length === 0 ? draft : { ...draft, problems: [...refusal, ...draft.problems] };

/** Limits as the server tells them for the group. */
export function rulesOf(
  who: { readonly owner: string; readonly ownerGroup: string; readonly vo: string },
  told: { readonly jobDescription: JobLimits; readonly sites: readonly string[] },
): DraftRules {
  return {
    ...who,
    sites: told.sites,
    maxJobs: told.jobDescription.maxJobsPerBulk,
    bulkAboveJobs: told.jobDescription.bulkAboveJobs,
    jobDescription: told.jobDescription,
  };
}
