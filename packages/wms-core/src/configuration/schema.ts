/**
 * The configuration of an installation: VOs, groups, users, sites, computing elements, job list, limits.
 * Written as YAML (config/example.yaml explains every key), parsed by this schema, handed on as an immutable
 * snapshot. How the process runs (ports, secrets, database) is in the bff's settings instead. ADR 0007.
 */
import { z } from 'zod';
import { assuranceLevels } from '../identity/assurance.ts';
import { elementStatuses } from './element-status.ts';
import { groupProperties } from '../identity/group-properties.ts';
import { defaultJobLimits, type JobLimitName } from '../jobs/job-limits.ts';

const name = z.string().min(1).max(64);
const siteName = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2,}$/,
    'a site name has three dotted parts, such as EGI.Demo.org',
  );

const count = z.number().int().nonnegative();
const positiveCount = z.number().int().positive();

/** What each limit may be; its meaning and default stand in `jobs/job-limits.ts`. */
const jobLimitShape = {
  defaultCpuTimeS: count,
  minCpuTimeS: count,
  maxCpuTimeS: count,
  minWallTimeS: count,
  maxWallTimeS: count,
  defaultPriority: z.number().int(),
  minPriority: z.number().int(),
  maxPriority: z.number().int(),
  allowedJobTypes: z.array(name).min(1),
  maxInputData: count,
  maxProcessors: positiveCount,
  maxMemoryMiB: positiveCount,
  maxDiskMiB: positiveCount,
  maxGpus: count,
  maxListItems: positiveCount,
  maxJobsPerSubmission: positiveCount,
  maxJobsPerBulk: positiveCount,
  bulkAboveJobs: positiveCount,
  maxJdlBytes: positiveCount,
  maxRescheduling: count,
} as const satisfies Record<JobLimitName, z.ZodType>;

type LimitShape = typeof jobLimitShape;

const shapeWithDefaults = Object.fromEntries(
  Object.entries(jobLimitShape).map(([key, kind]) => [
    key,
    (kind as z.ZodType).default(defaultJobLimits[key as JobLimitName]),
  ]),
) as unknown as { [Name in keyof LimitShape]: z.ZodDefault<LimitShape[Name]> };

export const jobDescriptionSchema = z.strictObject(shapeWithDefaults);

/** Limits of a VO or a group that differ. How often a job is tried is the installation's business. */
const jobDescriptionOverridesSchema = z.strictObject(jobLimitShape).omit({ maxRescheduling: true }).partial();

export const groupSchema = z.strictObject({
  properties: z.array(z.enum(groupProperties)),
  /** Static members by user name, beside those from entitlements. */
  users: z.array(name).default([]),
  /** FQANs that make a member, such as `/vo.access.egi.eu` or `/vo/Role=pilot`. */
  fqans: z.array(z.string().startsWith('/')).default([]),
  /** false: what the membership service of the VO tells makes nobody a member here (DIRAC's AutoSyncVOMS). */
  autoSyncVoms: z.boolean().default(true),
  /** Proxies that are handed out for the group carry VOMS attributes (DIRAC's AutoAddVOMS). */
  addVoms: z.boolean().default(false),
  /** The primary one of them, such as `/vo/Role=pilot`; the VO itself when left out. */
  vomsFqan: z.string().startsWith('/').optional(),
  /** false: proxies of the group are handed out to nobody, payloads included (DIRAC's DownloadableProxy). */
  downloadableProxy: z.boolean().default(true),
  /** `dirac-proxy-init` uploads a long proxy by itself (DIRAC's AutoUploadProxy). */
  autoUploadProxy: z.boolean().default(false),
  /** Weight of the group inside its VO. */
  jobShare: z.number().positive().default(1000),
  /** Bounds and defaults of job descriptions that differ from those of the VO. */
  jobDescription: jobDescriptionOverridesSchema.prefault({}),
});

/** What a VO wants to know of a node before its jobs run there. */
const nodeCheckSchema = z.strictObject({
  name: z.string().min(1).max(64),
  /** For `sh -c`, shut off like a payload; must end with exit code 0. Its last line is told. */
  command: z.string().min(1).max(10_000),
  timeoutS: z.number().positive().max(3600).default(60),
});

/** https; a service on this machine may do without. */
const serviceUrl = z
  .url()
  .refine(
    (url) => /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1)[:/])/.test(url),
    'must be an https address',
  );

/** Where the members of a VO are kept: memberships are synchronised from there. */
const memberServiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('voms-admin'),
    /** Up to the name of the VO: `https://voms.example.org:8443/voms/vo.example.org`. */
    url: serviceUrl.transform((url) => url.replace(/\/+$/, '')),
    /** PEM file of certificate and key of somebody who may list members. */
    clientFile: z.string().min(1),
    everyMinutes: z.number().int().min(5).max(1440).default(60),
  }),
  z.strictObject({
    kind: z.literal('iam'),
    /** The issuer, as it writes itself. */
    url: serviceUrl,
    /** File with a bearer token of the scope scim:read. */
    tokenFile: z.string().min(1),
    everyMinutes: z.number().int().min(5).max(1440).default(60),
  }),
]);

export const voSchema = z.strictObject({
  description: z.string().default(''),
  share: z.number().positive().default(1000),
  defaultGroup: name.optional(),
  /** Name of the VO in VOMS, when it is another. */
  vomsName: name.optional(),
  memberService: memberServiceSchema.optional(),
  /** Log-ins below this assurance are in no group of the VO. */
  minAssurance: z.enum(assuranceLevels).default('none'),
  /** People who log in may ask for membership in the default group; managers of the VO decide. */
  acceptsRequests: z.boolean().default(false),
  nodeChecks: z.array(nodeCheckSchema).max(20).default([]),
  /** Bounds and defaults of job descriptions that differ from those of the installation. */
  jobDescription: jobDescriptionOverridesSchema.prefault({}),
  groups: z.record(name, groupSchema),
});

export const userSchema = z.strictObject({
  displayName: z.string().default(''),
  email: z.email().optional(),
  /** `voperson_id` or `sub` of the user at the identity provider: only such a log-in is this user. */
  identifiers: z.array(z.string().min(1).max(256)).default([]),
  /** Certificate subjects in slash form that belong to the user. */
  distinguishedNames: z.array(z.string().startsWith('/')).default([]),
  suspended: z.array(name).default([]),
});

/** The GPUs of a pilot. */
export const gpuSchema = z.strictObject({
  count: positiveCount.default(1),
  vendor: name.optional(),
  model: name.optional(),
  /** Of each. */
  memoryMiB: positiveCount.optional(),
  computeCapability: z.number().positive().optional(),
});

export const batchQueueSchema = z.strictObject({
  /** The worse of this and the status of the site counts. */
  status: z.enum(elementStatuses).default('Active'),
  /** Why, for users whose jobs wait because of it. */
  statusReason: z.string().max(500).default(''),
  /** Longest a pilot may run here, wall-clock seconds. */
  maxWallTimeS: z.number().int().positive().default(86_400),
  maxTotalPilots: z.number().int().nonnegative().default(2),
  maxWaitingPilots: z.number().int().nonnegative().default(2),
  processors: z.number().int().positive().default(1),
  memoryMiB: z.number().int().positive().default(2048),
  /** Scratch space of a pilot; unknown before one is there when left out. */
  diskMiB: positiveCount.optional(),
  /** GPUs of a pilot; none when left out, unless the tag GPU is there. */
  gpu: gpuSchema.optional(),
  /** Platforms of the nodes, best first; unknown before a pilot is there when empty. */
  platforms: z.array(name).default([]),
  vos: z.array(name).default([]),
  /** Groups whose jobs may run here; empty = all. */
  groups: z.array(name).default([]),
  /** Users whose jobs may run here; empty = all. */
  users: z.array(name).default([]),
  /** Types of jobs that may run here; empty = all. */
  jobTypes: z.array(name).default([]),
  bannedJobTypes: z.array(name).default([]),
  /** Instead of those of the site. */
  jobTypesWhenNotUsable: z.array(name).optional(),
  tags: z.array(name).default([]),
  requiredTags: z.array(name).default([]),
  /** Jobs that ask for one of these do not come here. */
  bannedTags: z.array(name).default([]),
  /** Jobs that name one of these do not come here. */
  bannedPlatforms: z.array(name).default([]),
});

export const computingElementSchema = z.strictObject({
  /** A row of `computing/types/index.ts`. */
  type: name,
  /** Checked against the parameter schema of the type. */
  parameters: z.record(z.string(), z.unknown()).default({}),
  queues: z.record(name, batchQueueSchema),
});

export const siteSchema = z.strictObject({
  description: z.string().default(''),
  status: z.enum(elementStatuses).default('Active'),
  /** Why, for users whose jobs wait because of it. */
  statusReason: z.string().max(500).default(''),
  vos: z.array(name).default([]),
  /** Types of jobs that still run while the site is neither Active nor Degraded. */
  jobTypesWhenNotUsable: z.array(name).default(['Test']),
  computingElements: z.record(name, computingElementSchema),
});

export const launchpadSetSchema = z.strictObject({
  description: z.string().default(''),
  /** JDL attributes of the set by their names; lists allowed. */
  parameters: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]),
  ),
  /** Files put into the input sandbox, name → text. */
  files: z.record(z.string(), z.string()).default({}),
  vos: z.array(name).default([]),
});

export const limitsSchema = z.strictObject({
  inputSandboxBytes: z.number().int().positive().default(104_857_600),
  outputSandboxBytes: z.number().int().positive().default(104_857_600),
  sandboxFiles: z.number().int().positive().default(1000),
  sandboxUnpackedBytes: z.number().int().positive().default(1_073_741_824),
  peekLines: z.number().int().positive().default(200),
  /** A job may be submitted only while its owner's proxy lasts at least so long. */
  proxyMinLeftS: z.number().int().nonnegative().default(86_460),
  /** Owners of unfinished jobs are told so long before their proxy ends, and again shortly before. */
  proxyWarningS: z.number().int().nonnegative().default(86_400),
  proxyLastWarningS: z.number().int().nonnegative().default(7200),
  /** Proxies that people and services take out of the store last so long at most. */
  proxyHandOutMaxS: z.number().int().min(600).max(432_000).default(86_400),
});

export const retentionSchema = z.strictObject({
  vo: name.optional(),
  jobType: name.optional(),
  doneDays: z.number().positive().optional(),
  completedDays: z.number().positive().optional(),
  failedDays: z.number().positive().optional(),
  killedDays: z.number().positive().optional(),
  deletedDays: z.number().nonnegative().optional(),
});

export const lifeCycleSchema = z.strictObject({
  pilotHeartbeatS: z.number().positive().default(60),
  /** Silence after which a running job is Stalled. */
  stalledAfterS: z.number().positive().default(300),
  /** Silence after which a stalled job is given up: rescheduled while it may, Failed then. */
  lostAfterS: z.number().positive().default(900),
  /** A matched job that never started is given to another pilot after this. */
  matchedTimeoutS: z.number().positive().default(300),
  /** A bulk that asked for confirmation is abandoned when none came for so long. */
  confirmBulkWithinS: z.number().positive().default(300),
  /** Attempts that end before a payload starts; they do not count as reschedulings. */
  maxShallowResubmissions: z.number().int().nonnegative().default(10),
  pilotIdleStopS: z.number().nonnegative().default(120),
  keepDoneDays: z.number().positive().default(30),
  keepFailedDays: z.number().positive().default(30),
  keepKilledDays: z.number().positive().default(30),
  keepDeletedDays: z.number().nonnegative().default(1),
  keepCompletedDays: z.number().positive().default(30),
  /** Days for jobs of some VO or type; the first entry that fits a job and names its status counts. */
  retention: z.array(retentionSchema).default([]),
  keepUnassignedSandboxDays: z.number().positive().default(15),
  /** How long a kill of waiting jobs or a deletion can be taken back; 0 = not at all. */
  undoWindowS: z.number().nonnegative().default(60),
  /** Operations on many jobs and their verdicts. */
  keepOperationsDays: z.number().positive().default(7),
});

export const accountingSchema = z.strictObject({
  /** Time between two looks at the states of jobs for their history. */
  snapshotEveryS: z.number().int().min(60).max(86_400).default(900),
  /** Single records are kept so long; sums in time buckets for as long as their type says. */
  keepRecordsDays: z.number().positive().default(425),
  /** The audit log: who did what to which credential or account. At least half a year. */
  keepAuditDays: z.number().min(180).default(425),
});

/** Mails of the installation; none are sent without WM_SMTP_URL. */
const mailSchema = z.strictObject({
  /** Sender; the support address when left out. */
  from: z.email().optional(),
  /** Owners of stored proxies are reminded so many days before the end. */
  reminderDays: z.array(z.number().int().min(1).max(365)).max(10).default([30, 7, 1]),
});

/** Counts jobs that pilots hold (Matched, Running, Stalled, Completing) and that all given conditions name. */
export const runningLimitSchema = z
  .strictObject({
    site: siteName.optional(),
    computingElement: name.optional(),
    vo: name.optional(),
    group: name.optional(),
    owner: name.optional(),
    jobType: name.optional(),
    /** No further job starts while so many run. */
    maxRunning: z.number().int().nonnegative().optional(),
    /** At least so many seconds between two starts. */
    minIntervalS: z.number().positive().optional(),
  })
  .refine(({ maxRunning, minIntervalS }) => maxRunning !== undefined || minIntervalS !== undefined, {
    message: 'a limit needs maxRunning or minIntervalS',
  });

export const schedulingSchema = z.strictObject({
  /** Use counts half after this time; docs/explanation/matching.md. */
  shareHalfLifeS: z.number().int().min(3600).default(604_800),
  /** How strongly past use may change a share: 1 = not at all. */
  maxShareCorrection: z.number().min(1).default(5),
  limits: z.array(runningLimitSchema).default([]),
  /** How long the record of each match decision is kept. */
  keepDecisionsDays: z.number().positive().default(30),
});

/** https, or this machine itself; nothing before an `@` may look like a host. By text: this file knows no platform. */
const isSafeRedirect = (text: string): boolean =>
  /^(?:https:\/\/[\w.-]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?:[/?#]\S*)?$/.test(text);

/** A program that may ask for tokens. All are public: none keeps a secret. */
export const tokenClientSchema = z.strictObject({
  /** Shown to the person who is asked. */
  name: z.string().max(100).default(''),
  /** Addresses a code may be sent to, compared letter by letter. */
  redirectUris: z
    .array(z.string().refine(isSafeRedirect, 'must be https, or http on this machine'))
    .default([]),
});

export const tokensSchema = z.strictObject({
  /** From log-in to the next one: rotation does not lengthen it. */
  refreshTokenLifetimeS: z.number().int().min(60).max(2_592_000).default(3600),
  clients: z.record(name, tokenClientSchema).default({}),
  /** Of the key with which a classic DIRAC server gets tokens for its users; without it none can. */
  legacyExchangeKeySha256: z
    .string()
    .regex(/^[\da-f]{64}$/, 'must be a SHA-256 in hex, 64 small letters and digits')
    .optional(),
});

const providerId = z.string().regex(/^[a-z0-9-]{1,32}$/, 'lower-case letters, digits and dashes');

/** A way to log in beside the one of the settings, and what it may say of people. */
export const identityProviderSchema = z.strictObject({
  /** In addresses; never given to another provider. */
  id: providerId,
  name: z.string().min(1).max(64),
  /** As the provider writes it, to the slash at the end. */
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1).max(256),
  /** File of mode 0600 that holds nothing but the secret. */
  clientSecretFile: z.string().min(1),
  /** checkin: entitlements (AARC-G069); wlcg: the claim wlcg.groups, as INDIGO IAM sends it. */
  kind: z.enum(['checkin', 'wlcg']),
  /** Ask for a refresh token (`offline_access`), keep it sealed, and ask for groups anew while the person is away. */
  offlineAccess: z.boolean().default(false),
  /** VOs as they begin FQANs: of others nothing is believed. */
  vos: z.array(name).min(1),
});

/** Gives proxies to people without a certificate; first the only kind there is. */
export const proxyProviderSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('master-portal'),
    /** Beside refresh tokens in the database; never given to another provider. */
    id: providerId,
    name: z.string().min(1).max(64),
    /** As the Master Portal writes it, to the slash at the end. */
    issuer: serviceUrl,
    /** Where proxies are asked for; `getproxy` below the issuer when left out. */
    getProxyUrl: serviceUrl.optional(),
    clientId: z.string().min(1).max(256),
    /** File of mode 0600 that holds nothing but the secret. */
    clientSecretFile: z.string().min(1),
    /** What people are asked to allow; `openid` and that of proxies are needed. */
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope has no blanks'))
      .refine((scopes) => scopes.includes('openid'), 'must name openid')
      .default(['openid', 'profile', 'email', 'offline_access', 'edu.uiuc.ncsa.myproxy.getcert']),
    /** Of the proxies asked for; IGTF's short-lived profile ends at 11 days. A Master Portal may give shorter ones. */
    lifetimeH: z.number().int().min(2).max(264).default(240),
  }),
]);

export const configurationSchema = z.strictObject({
  installation: z
    .strictObject({
      name: z.string().default('Workload Manager'),
      welcome: z.string().default(''),
      links: z.array(z.strictObject({ label: z.string(), url: z.url() })).default([]),
      supportEmail: z.email().optional(),
    })
    .prefault({}),
  identity: z
    .strictObject({
      /** Entitlement name spaces trusted for group membership. */
      entitlementNamespaces: z.array(z.string()).default(['urn:mace:egi.eu:group']),
      tokens: tokensSchema.prefault({}),
      providers: z
        .array(identityProviderSchema)
        .default([])
        .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'an id is there twice')
        .refine(
          (list) => new Set(list.map(({ issuer }) => issuer)).size === list.length,
          'an issuer is there twice',
        ),
      /** Takes the place of the own issuing authority. */
      proxyProvider: proxyProviderSchema.optional(),
      /** How long certificates of the own issuing authority last; IGTF's short-lived profile ends at 11 days. */
      issuedLifetimeH: z.number().int().min(25).max(264).default(264),
    })
    .prefault({}),
  /** own: only own jobs; group: those of the group; vo: rows of the whole VO (never files). */
  jobVisibility: z.enum(['own', 'group', 'vo']).default('own'),
  vos: z.record(name, voSchema),
  users: z.record(name, userSchema).default({}),
  sites: z.record(siteName, siteSchema),
  /** platform → platforms whose binaries it also runs. */
  platforms: z.record(z.string(), z.array(z.string())).default({}),
  launchpad: z.strictObject({ sets: z.record(z.string(), launchpadSetSchema).default({}) }).prefault({}),
  jobDescription: jobDescriptionSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  scheduling: schedulingSchema.prefault({}),
  lifeCycle: lifeCycleSchema.prefault({}),
  accounting: accountingSchema.prefault({}),
  mail: mailSchema.prefault({}),
});

export type Configuration = z.infer<typeof configurationSchema>;
export type VoConfiguration = z.infer<typeof voSchema>;
export type ComputingElementConfiguration = z.infer<typeof computingElementSchema>;
export type BatchQueueConfiguration = z.infer<typeof batchQueueSchema>;
export type RunningLimit = z.infer<typeof runningLimitSchema>;
export type LaunchpadSet = z.infer<typeof launchpadSetSchema>;

/** An accepted configuration; `version` is the SHA-256 of its canonical JSON. */
export interface ConfigurationSnapshot {
  readonly version: string;
  readonly loadedAtMs: number;
  readonly values: Configuration;
}
