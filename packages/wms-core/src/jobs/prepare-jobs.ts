/**
 * Descriptions as they arrive → jobs ready to be stored: read, expanded, checked, completed. All or nothing: the
 * first fault refuses the whole submission before anything is stored (wms.md §3.3). Pure.
 */
import type { Configuration } from '../configuration/schema.ts';
import { serveVo } from '../configuration/served-vos.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { AttributeProblem } from './attribute-reader.ts';
import { effectiveJobLimits } from './job-limits.ts';
import { mostKeptBytes } from './kept-length.ts';
import {
  processManifest,
  processMeasured,
  type ManifestContext,
  type ProcessedManifest,
} from './job-manifest.ts';
import type { PreparedJob } from './job-submission.service.ts';
import { textsOf, type JdlDescription, type JdlValue } from './jdl/description.ts';
import { noJdlLimits, parseJdl, readJdl } from './jdl/parse.ts';
import { printJdl } from './jdl/print.ts';
import { optimizerChain, type ChainFacts } from './optimizers/optimizer-chain.ts';
import { isParametric, planParametricJobs } from './parametric-jobs.ts';
import { refusalOf, whichOne, type Where } from './refusal.ts';
import { SubmissionWarnings } from './submission-warnings.ts';

function refuse(errors: readonly AttributeProblem[], where: Where): void {
  const refusal = refusalOf(errors, where);
  if (refusal) throw refusal;
}

/** Throws `jdl.syntax` and `jdl.too-large`. */
export function readDescription(
  jdl: string,
  where: Where,
  maxBytes: number,
  warnings?: SubmissionWarnings,
): JdlDescription {
  try {
    const read = readJdl(jdl, { maxBytes });
    warnings?.add(where.index, read.warnings);
    return read.description;
  } catch (error) {
    if (!(error instanceof WmsError) || where.of === 1) throw error;
    const details = { ...error.details, index: where.index };
    throw new WmsError(error.code, whichOne(where) + error.message, details, { cause: error });
  }
}

export function manifestContext(principal: UserPrincipal, configuration: Configuration): ManifestContext {
  const sites = Object.entries(configuration.sites).filter(([, site]) => serveVo(principal.vo, site));
  return {
    owner: principal.userName,
    ownerGroup: principal.group,
    vo: principal.vo,
    jobDescription: effectiveJobLimits(configuration, principal.vo, principal.group),
    sites: sites.map(([name]) => name),
    platforms: configuration.platforms,
    here: namedBy(sites.map(([, site]) => site)),
  };
}

/** Names that a description may use of these sites. */
function namedBy(sites: readonly Configuration['sites'][string][]): NonNullable<ManifestContext['here']> {
  const elements = sites.flatMap(({ computingElements }) => Object.entries(computingElements));
  const queues = elements.flatMap(([, element]) => Object.values(element.queues));
  return {
    computingElements: [...new Set(elements.map(([name]) => name))],
    platforms: [...new Set(queues.flatMap(({ platforms }) => platforms))],
  };
}

function prepare(
  processed: ProcessedManifest,
  original: string,
  where: Where,
  warnings: SubmissionWarnings,
): PreparedJob {
  refuse(processed.errors, where);
  warnings.add(where.index, processed.warnings);
  return preparedFrom(processed, original);
}

function preparedFrom(processed: ProcessedManifest, original: string): PreparedJob {
  const { manifest, requirements } = processed;
  return {
    original,
    processed: (jobId) => processed.processedJdl(jobId),
    jobType: manifest.jobType,
    jobGroup: manifest.jobGroup,
    jobName: manifest.jobName,
    processingType: manifest.processingType,
    inputDataFiles: manifest.inputData.length,
    site: processed.siteColumn,
    userPriority: manifest.priority,
    requirements,
    inputSandboxes: manifest.inputSandbox.filter((file) => file.startsWith('SB:')),
    ...chainPart(manifest),
  };
}

/** Only jobs with input data pass more than the usual optimizers. */
export const chainPart = (facts: ChainFacts): Pick<PreparedJob, 'chain'> =>
  facts.inputData.length > 0 ? { chain: optimizerChain(facts) } : {};

/** One description that is no sweep. Throws `jdl.syntax`, `jdl.too-large`, `jdl.invalid`. */
export function prepareOne(
  jdl: string,
  context: ManifestContext,
  where: Where,
  maxJdlBytes: number,
  warnings: SubmissionWarnings,
): PreparedJob {
  const description = readDescription(jdl, where, maxJdlBytes, warnings);
  if (isParametric(description)) throw sweepAmongOthers(where.index);
  return prepare(processManifest(description, context), jdl, where, warnings);
}

/** One that was accepted before, maybe by a server with other rules: it is read as well as it can be. */
export const prepareAccepted = (jdl: string, context: ManifestContext): PreparedJob =>
  preparedFrom(processMeasured(parseJdl(jdl, noJdlLimits).description, context), jdl);

const sweepAmongOthers = (index: number): WmsError =>
  new WmsError('jdl.invalid', 'You cannot submit parametric jobs in a bulk fashion', { index });

const hasPlaceholder = (value: JdlValue): boolean => textsOf(value).some((text) => text.includes('%'));

/**
 * What is wrong with a sweep beside its parameters, so that all is told at once. An attribute with a placeholder
 * says nothing before its values are filled in.
 */
export function templateErrors(
  description: JdlDescription,
  context: ManifestContext,
): readonly AttributeProblem[] {
  const changing = new Set(
    description.entries.filter(({ value }) => hasPlaceholder(value)).map(({ name }) => name),
  );
  return processMeasured(description, context).errors.filter(({ attribute }) => !changing.has(attribute));
}

/** Throws `jdl.syntax`, `jdl.too-large`, `jdl.invalid` (details: attribute, line, column, index) and `jobs.too-many`. */
export function prepareJobs(
  jdls: readonly string[],
  principal: UserPrincipal,
  configuration: Configuration,
  warnings = new SubmissionWarnings(),
): readonly PreparedJob[] {
  const context = manifestContext(principal, configuration);
  const { maxJdlBytes, maxJobsPerSubmission } = context.jobDescription;
  if (jdls.length === 0)
    throw new WmsError('jdl.invalid', 'The submission holds no job description; send at least one.');
  if (jdls.length > maxJobsPerSubmission) throw tooMany(jdls.length, maxJobsPerSubmission);
  return jdls.flatMap((jdl, index) => {
    const where = { index, of: jdls.length };
    const description = readDescription(jdl, where, maxJdlBytes, warnings);
    if (!isParametric(description))
      return [prepare(processManifest(description, context), jdl, where, warnings)];
    if (jdls.length > 1) throw sweepAmongOthers(index);
    const plan = planParametricJobs(description, maxJobsPerSubmission, mostKeptBytes(maxJdlBytes));
    if (plan.tooMany !== undefined) throw tooMany(plan.tooMany, maxJobsPerSubmission);
    if (plan.errors.length > 0) refuse([...plan.errors, ...templateErrors(description, context)], where);
    warnings.add(index, plan.warnings);
    let characters = 0;
    return Array.from(plan.jobs(), (child, job) => {
      const original = printJdl(child);
      characters += original.length;
      if (characters > maxJdlBytes * sweepSpread) throw spreadTooFar(plan.count);
      return prepare(processMeasured(child, context), original, { ...where, job }, warnings);
    });
  });
}

/** A sweep may come to so many times the size allowed for one description, all its jobs together. */
const sweepSpread = 64;

const spreadTooFar = (count: number): WmsError =>
  new WmsError(
    'jdl.too-large',
    `The ${count} descriptions of this sweep are too large together; put long texts into the input sandbox.`,
  );

const tooMany = (count: number, limit: number): WmsError =>
  new WmsError(
    'jobs.too-many',
    `One submission may make at most ${limit} jobs, not ${count}; send more to POST /bff/bulks.`,
    { count, limit },
  );
