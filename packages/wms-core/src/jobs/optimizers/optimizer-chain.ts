/**
 * Which optimizers a job passes on its way to a task queue, and in which order (wms.md §4): JobPath chooses the
 * chain, the description may replace it. Pure; asked at submission and at every reschedule.
 */
import { AttributeReader } from '../attribute-reader.ts';
import { shortened } from '../quoting.ts';
import type { JdlDescription } from '../jdl/description.ts';

/** What may stand in a chain. JobPath makes the chain, so it stands in none. */
export const optimizerNames = ['JobSanity', 'InputData', 'JobScheduling'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

const isOptimizer = (name: string): name is OptimizerName =>
  (optimizerNames as readonly string[]).includes(name);

/**
 * The chain a description asks for, undefined when it asks for none. Each name once, JobScheduling at the end;
 * JobSanity comes first even where it is left out, because it gives a job its sandboxes.
 */
export function checkJobPath(read: AttributeReader): readonly OptimizerName[] | undefined {
  const names = read.list('JobPath').filter((name) => name !== 'JobPath');
  if (names.length === 0) return undefined;
  const known = optimizerNames.join(', ');
  for (const name of names)
    if (!isOptimizer(name)) read.fail('JobPath', `${shortened(name)} is no optimizer; known are ${known}`);
  if (new Set(names).size < names.length) read.fail('JobPath', 'JobPath names an optimizer twice');
  if (names.at(-1) !== 'JobScheduling')
    read.fail('JobPath', 'JobPath must end with JobScheduling, which puts the job into a task queue');
  if (names.indexOf('JobSanity') > 0) read.fail('JobPath', 'JobSanity comes first in a JobPath');
  return ['JobSanity', ...names.filter(isOptimizer).filter((name) => name !== 'JobSanity')];
}

/** What the chain follows from. */
export interface ChainFacts {
  readonly jobPath: readonly OptimizerName[] | undefined;
  readonly inputData: readonly string[];
  readonly ignoresReplicas: boolean;
}

/** InputData is left out of a job without input data, or one that does not care where they are. */
export function optimizerChain({
  jobPath,
  inputData,
  ignoresReplicas,
}: ChainFacts): readonly OptimizerName[] {
  const looksForData = inputData.length > 0 && !ignoresReplicas;
  return (jobPath ?? optimizerNames).filter((name) => name !== 'InputData' || looksForData);
}

/** Of a processed description, for jobs that come again. */
export function chainOf(description: JdlDescription): {
  readonly chain: readonly OptimizerName[];
  readonly inputData: readonly string[];
} {
  const read = new AttributeReader(description);
  const inputData = read.list('InputData');
  const ignoresReplicas = read.flag('DisableDataScheduling');
  return { inputData, chain: optimizerChain({ jobPath: checkJobPath(read), inputData, ignoresReplicas }) };
}
