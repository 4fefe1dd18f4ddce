/** The facts of the overview, in groups and in words: out of a job's attributes and the parameters of its run. */
import { duration, fullInstant } from '../../widgets/grid-application/instants.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

export interface JobParameter {
  readonly name: string;
  readonly value: string;
  readonly attempt: number;
}

type Attributes = Readonly<Record<string, unknown>>;

const textOf = (attributes: Attributes, name: string): string => {
  const value = attributes[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};

/** Of each parameter the value of the latest attempt. */
export function latestParameters(parameters: readonly JobParameter[]): ReadonlyMap<string, string> {
  const sorted = parameters.toSorted((a, b) => a.attempt - b.attempt);
  return new Map(sorted.map(({ name, value }) => [name, value]));
}

const seconds = (text: string | undefined): string | undefined => {
  const value = Number(text);
  if (text === undefined || text === '' || Number.isNaN(value)) return undefined;
  return value < 60 ? `${value.toFixed(1)} s` : duration(value * 1000);
};

const megabytes = (text: string | undefined): string =>
  !(Number(text) >= 0.5) ? '' : `${Math.round(Number(text))} MB peak`;

function cpuAndWall(run: ReadonlyMap<string, string>): string {
  const cpu = seconds(run.get('TotalCPUTime(s)'));
  const wall = seconds(run.get('WallClockTime(s)'));
  if (cpu === undefined) return wall ?? '';
  return wall === undefined ? cpu : `${cpu} / ${wall}`;
}

const times = (text: string): string => (text === '1' ? '1 time' : `${text === '' ? '0' : text} times`);

const known = (facts: readonly Fact[]): readonly Fact[] =>
  facts.filter(({ value }) => value !== '' && value !== 'Unknown');

export function overviewFacts(
  attributes: Attributes,
  parameters: readonly JobParameter[],
): readonly FactGroup[] {
  const text = (name: string): string => textOf(attributes, name);
  const run = latestParameters(parameters);
  const ofRun = (name: string): string => run.get(name) ?? '';
  return [
    {
      title: 'Run',
      facts: known([
        { name: 'Site', value: text('Site') },
        { name: 'Computing element', value: ofRun('GridCE') },
        { name: 'Host', value: ofRun('HostName'), mono: true },
        { name: 'Application status', value: text('ApplicationStatus') },
        { name: 'Exit code', value: ofRun('ExitCode') },
        { name: 'CPU / wall', value: cpuAndWall(run) },
        { name: 'Memory', value: megabytes(run.get('MemoryUsed(MB)')) },
        { name: 'Isolation', value: ofRun('Isolation') },
        { name: 'Rescheduled', value: times(text('RescheduleCounter')) },
      ]),
    },
    {
      title: 'Job',
      facts: known([
        { name: 'Owner', value: [text('Owner'), text('OwnerGroup')].filter(Boolean).join(' · ') },
        { name: 'VO', value: text('VO') },
        { name: 'Job group', value: text('JobGroup') },
        { name: 'Job type', value: text('JobType') },
        { name: 'Submitted', value: fullInstant(attributes['SubmissionTime']) },
        { name: 'Started', value: fullInstant(attributes['StartExecTime']) },
        { name: 'Ended', value: fullInstant(attributes['EndExecTime']) },
        { name: 'Last sign of life', value: fullInstant(attributes['HeartBeatTime']) },
      ]),
    },
  ];
}

/** Plain words for minor statuses that newcomers ask about; undefined when the words say enough. */
export function minorStatusHint(minorStatus: string): string | undefined {
  const hints: Readonly<Record<string, string>> = {
    'Pilot Agent Submission': 'Queued. It starts as soon as a pilot with fitting resources asks for work.',
    'No candidate sites available': 'No site that this job may use is configured or open now.',
    'Input Data Not Available': 'Some input data has no replica that can be read.',
    'Illegal Job JDL': 'The job description breaks a rule; see Logging info.',
    'Job stalled: pilot not running': 'Its pilot is gone. The job is failed or started again soon.',
    'Watchdog identified this job as stalled': 'It used almost no CPU time for a long while.',
    'Application Finished With Errors':
      'The program ended with an exit code other than 0; its StdErr may say why.',
    'Maximum of reschedulings reached': 'It failed too often to be tried again by itself.',
    'Marked for termination': 'It was killed; a payload that still ran is being stopped.',
  };
  return Object.hasOwn(hints, minorStatus) ? hints[minorStatus] : undefined;
}
