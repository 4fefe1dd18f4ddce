/**
 * Bounds and defaults of job descriptions: the one place where their numbers stand. The configuration's schema,
 * the attribute catalogue, the portal's form, `GET /bff/installation/limits` and docs/reference derive from it.
 * The configuration may change each for the installation, for a VO and for a group; the narrowest word counts.
 */
interface Limit {
  /** What holds when the configuration says nothing. */
  readonly value: number | readonly string[];
  readonly unit?: string;
  /** One sentence for operators and users. */
  readonly help: string;
}

export const jobLimits = {
  defaultCpuTimeS: { value: 86_400, unit: 's', help: 'CPU time of a job that does not say any.' },
  minCpuTimeS: { value: 100, unit: 's', help: 'Least CPU time of a job.' },
  maxCpuTimeS: { value: 500_000, unit: 's', help: 'Most CPU time of a job.' },
  minWallTimeS: { value: 60, unit: 's', help: 'Least wall time of a job that says one.' },
  maxWallTimeS: { value: 1_080_000, unit: 's', help: 'Most wall time of a job.' },
  defaultPriority: { value: 1, help: 'Priority of a job that does not say any.' },
  minPriority: { value: 0, help: 'Least priority of a job.' },
  maxPriority: { value: 10, help: 'Greatest priority of a job.' },
  allowedJobTypes: { value: ['User', 'Test', 'Hospital'], help: 'What JobType may be.' },
  maxInputData: { value: 100, help: 'Input data files of one job.' },
  maxProcessors: { value: 1024, help: 'Processors of one job.' },
  maxMemoryMiB: { value: 16_000_000, unit: 'MiB', help: 'Memory of one job.' },
  maxDiskMiB: { value: 100_000_000, unit: 'MiB', help: 'Scratch space of one job.' },
  maxGpus: { value: 64, help: 'GPUs of one job.' },
  maxListItems: { value: 1000, help: 'Items of one list, other than input data and parameters.' },
  maxJobsPerSubmission: {
    value: 10_000,
    help: 'Jobs that one submission may make when it is answered with all their ids.',
  },
  maxJobsPerBulk: {
    value: 1_000_000,
    help: 'Jobs that one bulk may make; it is answered with the first id and their number.',
  },
  bulkAboveJobs: {
    value: 500,
    help: 'A submission of more jobs than this is answered before its jobs are made.',
  },
  maxJdlBytes: { value: 1_048_576, unit: 'bytes', help: 'Length of a job description.' },
  maxRescheduling: { value: 3, help: 'How often a job is given to another pilot before it fails.' },
} as const satisfies Readonly<Record<string, Limit>>;

export type JobLimitName = keyof typeof jobLimits;

/** A value for every limit. */
export type JobLimits = {
  readonly [Name in JobLimitName]: (typeof jobLimits)[Name]['value'] extends number
    ? number
    : readonly string[];
};

type NumericLimits = {
  [Name in JobLimitName]: JobLimits[Name] extends number ? Name : never;
}[JobLimitName];

/** A fixed number, or the name of the limit that the configuration may set. */
export type Bound = number | NumericLimits;

export const jobLimitNames = Object.keys(jobLimits) as readonly JobLimitName[];

export const defaultJobLimits: JobLimits = Object.fromEntries(
  Object.entries(jobLimits).map(([name, { value }]) => [name, value]),
) as unknown as JobLimits;

/** Where limits may be written: the installation, then a VO, then a group. */
interface LimitSources {
  readonly jobDescription: JobLimits;
  readonly vos: Readonly<
    Record<
      string,
      {
        readonly jobDescription: Overrides;
        readonly groups: Readonly<Record<string, { readonly jobDescription: Overrides }>>;
      }
    >
  >;
}

type Overrides = { readonly [Name in JobLimitName]?: JobLimits[Name] | undefined };

/** The limits for members of a group: of the group, else of its VO, else of the installation. */
export function effectiveJobLimits(values: LimitSources, vo: string, group: string): JobLimits {
  const ofVo = values.vos[vo];
  const all: Overrides = {
    ...values.jobDescription,
    ...ofVo?.jobDescription,
    ...ofVo?.groups[group]?.jobDescription,
  };
  return all as JobLimits;
}

export const boundValue = (bound: Bound, limits: JobLimits): number =>
  typeof bound === 'number' ? bound : limits[bound];
