/**
 * InputData: a job that reads files goes where all of them are. Candidates are the sites that have a replica of every
 * file, without those the job bans, within those it names (wms.md §4, step 6 of JobScheduling too).
 */
import type { TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import { siteColumn } from '../job-requirements.ts';
import type { Decision, OutsideStep } from './optimizer.ts';

const mostNamed = 3;

function named(files: readonly string[]): string {
  const first = files.slice(0, mostNamed).join(', ');
  return files.length > mostNamed ? `${first} and ${files.length - mostNamed} more` : first;
}

/** Sites that have all files. */
function candidates(
  files: readonly string[],
  sitesOfFile: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const [first = [], ...others] = files.map((file) => sitesOfFile.get(file) ?? []);
  return first.filter((site) => others.every((sites) => sites.includes(site)));
}

const fail = (minorStatus: string, message: string): Decision => ({ kind: 'fail', minorStatus, message });

/** The word for several sites tells whether the user or the data chose them, as in DIRAC. */
function siteWord(sites: readonly string[], asked: readonly string[]): string {
  const word = siteColumn(sites);
  return word === 'Multiple' && asked.length === 0 ? 'MultipleInput' : word;
}

export function narrowSites(
  requirements: TaskQueueRequirements,
  inputData: readonly string[],
  sitesOfFile: ReadonlyMap<string, readonly string[]>,
): Decision {
  const files = [...new Set(inputData)];
  const missing = files.filter((file) => (sitesOfFile.get(file) ?? []).length === 0);
  if (missing.length > 0)
    return fail('Input Data Not Available', `Input data not available: ${named(missing)}`);
  const all = candidates(files, sitesOfFile);
  if (all.length === 0) return fail('No candidate sites available', 'No site has all the input data');
  const { bannedSites, sites: asked } = requirements;
  const sites = all.filter(
    (site) => !bannedSites.includes(site) && (asked.length === 0 || asked.includes(site)),
  );
  if (sites.length === 0)
    return fail(
      'JobScheduling optimizer',
      `Impossible InputData * Site requirements: the data are at ${named(all)}`,
    );
  return { kind: 'goOn', requirements: { ...requirements, sites }, site: siteWord(sites, asked) };
}

export const inputDataStep: OutsideStep = {
  name: 'InputData',
  isPossible: ({ inputDataSites }) => inputDataSites !== undefined,
  keyOf: ({ inputData, requirements }) => JSON.stringify([inputData, requirements]),
  async decide({ inputData, requirements }, { inputDataSites }) {
    if (inputDataSites === undefined) return { kind: 'goOn', requirements };
    return narrowSites(requirements, inputData, await inputDataSites(requirements, [...new Set(inputData)]));
  },
};
