/**
 * What is doubtful about the descriptions of one call: attributes that are kept but not acted on, names that nobody
 * knows, units that are easily mistaken. Filled while they are checked, and told with the answer. Pure.
 */
import type { SubmissionWarning, SubmittedJob } from '../use-cases.ts';
import type { AttributeProblem } from './attribute-reader.ts';
import type { JdlProblem } from './jdl/description.ts';
import { shortened } from './quoting.ts';

/** More would hide what they say. */
const mostTold = 20;

export class SubmissionWarnings {
  readonly #told = new Map<string, SubmissionWarning>();
  #untold = 0;

  /** Of the description `index` of the call. The jobs of a sweep share one description, and its warnings. */
  add(index: number, problems: readonly (JdlProblem | AttributeProblem)[]): void {
    for (const problem of problems) {
      const { attribute, column, line, message } = { attribute: '', ...problem };
      const key = JSON.stringify([index, line, column, message]);
      if (this.#told.has(key)) continue;
      if (this.#told.size < mostTold)
        this.#told.set(key, { index, attribute: shortened(attribute), line, column, message });
      else this.#untold += 1;
    }
  }

  /** In the order of the descriptions; the last says when there were too many. */
  list(): readonly SubmissionWarning[] {
    const told = [...this.#told.values()];
    const last = told.at(-1);
    if (last === undefined || this.#untold === 0) return told;
    return [...told, { ...last, attribute: '', message: moreWarnings }];
  }
}

const moreWarnings = 'there is more to warn of; a dry run of each description tells all of it';

/** Each warning at the job of its description. A sweep is one description, so its own stand at the first job. */
export function withWarnings(
  jobs: readonly SubmittedJob[],
  warnings: readonly SubmissionWarning[],
): readonly SubmittedJob[] {
  if (warnings.length === 0) return jobs;
  const byIndex = Map.groupBy(warnings, ({ index }) => index);
  return jobs.map((job, index) => {
    const own = byIndex.get(index);
    return own ? { ...job, warnings: own } : job;
  });
}
