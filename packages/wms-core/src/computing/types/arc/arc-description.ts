/**
 * What A-REX is told about pilots: one activity description in EMI ADL a pilot, several in one request
 * (computing-elements.md §7.3). The stamp stands in name and environment, so that a job whose reply was lost can be
 * found again. Whoever may list jobs can read all of this: no secret is in it.
 */
import type { PilotLaunch } from '../../computing-element.ts';
import { bringNode } from '../../hosts/pilot-program.ts';

/** The files of a session folder. Those of the job that are not named here are removed when it ends. */
export const sessionFiles = {
  wrapper: 'wm-pilot.sh',
  pilot: 'wm-pilot.mjs',
  /** Instead, where the pilot brings its Node.js. */
  singlePilot: 'wm-pilot.run',
  /** Holds the token of the pilot: only its owner may read the folder, and the pilot deletes it. */
  configuration: 'wm-pilot.json',
  stdout: 'wm-pilot.out',
  stderr: 'wm-pilot.err',
} as const;

export const pilotNameFor = (nodeExecutable: string): string =>
  nodeExecutable === bringNode ? sessionFiles.singlePilot : sessionFiles.pilot;

const namePrefix = 'wm-pilot-';

export const jobNameOf = (stamp: string): string => `${namePrefix}${stamp}`;

/** Undefined when the job is none of ours. */
export const stampOfJobName = (name: string): string | undefined =>
  new RegExp(`^${namePrefix}([0-9a-f]{32})$`).exec(name)?.[1];

export interface DescriptionOrder {
  /** At the site. */
  readonly queue: string;
  /** Decides which file of the pilot is sent. */
  readonly nodeExecutable: string;
  readonly delegationId?: string | undefined;
  readonly runtimeEnvironments: readonly string[];
}

const nameSpaces =
  'xmlns="http://www.eu-emi.eu/es/2010/12/adl" xmlns:nordugrid-adl="http://www.nordugrid.org/es/2011/12/nordugrid-adl"';

export const activityDescriptions = (
  pilots: readonly { readonly launch: PilotLaunch; readonly order: DescriptionOrder }[],
): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ActivityDescriptions ${nameSpaces}>${pilots
    .map(({ launch, order }) => description(launch, order))
    .join('')}</ActivityDescriptions>\n`;

const description = (launch: PilotLaunch, order: DescriptionOrder): string =>
  element('ActivityDescription', [
    element('ActivityIdentification', [leaf('Name', jobNameOf(launch.stamp))]),
    application(launch),
    resources(launch, order),
    dataStaging(order),
  ]);

const application = ({ stamp }: PilotLaunch): string =>
  element('Application', [
    element('Executable', [leaf('Path', sessionFiles.wrapper)]),
    leaf('Output', sessionFiles.stdout),
    leaf('Error', sessionFiles.stderr),
    element('Environment', [leaf('Name', 'WM_PILOT_STAMP'), leaf('Value', stamp)]),
  ]);

/** Seconds, and bytes for each slot. */
const resources = (launch: PilotLaunch, order: DescriptionOrder): string =>
  element('Resources', [
    ...order.runtimeEnvironments.map((name) => element('RuntimeEnvironment', [leaf('Name', name)])),
    element('SlotRequirement', [
      leaf('NumberOfSlots', launch.processors),
      leaf('SlotsPerHost', launch.processors),
    ]),
    leaf('QueueName', order.queue),
    leaf('IndividualPhysicalMemory', Math.ceil(launch.memoryMiB / launch.processors) * 1_048_576),
    leaf('WallTime', launch.maxWallTimeS),
  ]);

const dataStaging = ({ delegationId, nodeExecutable }: DescriptionOrder): string =>
  element('DataStaging', [
    element('InputFile', [leaf('Name', sessionFiles.wrapper), leaf('IsExecutable', 'true')]),
    ...[pilotNameFor(nodeExecutable), sessionFiles.configuration].map((name) =>
      element('InputFile', [leaf('Name', name)]),
    ),
    ...[sessionFiles.stdout, sessionFiles.stderr].map((name) => element('OutputFile', [leaf('Name', name)])),
    ...(delegationId === undefined ? [] : [leaf('nordugrid-adl:DelegationID', delegationId)]),
  ]);

const element = (name: string, children: readonly string[]): string =>
  `<${name}>${children.join('')}</${name}>`;

const leaf = (name: string, value: string | number): string => element(name, [escaped(String(value))]);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
