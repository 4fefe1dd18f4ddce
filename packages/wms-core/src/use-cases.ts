/**
 * Everything the faces (REST, pilot, portal) may ask of the core: one interface a noun, types only.
 * Each use-case checks the rights of its principal itself and throws `WmsError`; faces only translate.
 * Instants are UTC epoch milliseconds (`…AtMs`); the faces turn them into ISO 8601.
 */
import type { Estimate, LineAhead } from './explain/estimate.ts';
import type { Explanation } from './explain/explain-waiting.ts';
import type { Rivals } from './explain/world.ts';
import type { AuditAction } from './audit/audit-actions.ts';
import type { ChainedRow, ChainVerdict } from './audit/audit-row.ts';
import type { ErrorCode } from './kernel/error-codes.ts';
import type { JobStatus } from './jobs/job-status.ts';
import type { PilotStatus } from './pilots/pilot-status.ts';
import type { DrawnLevel } from './matching/draw.ts';
import type { ResourceOffer } from './matching/resource.ts';
import type { SearchCondition, SearchQuery, SearchResult } from './jobs/job-search.ts';
import type { CallOrigin, PilotPrincipal, UserPrincipal } from './identity/principal.ts';
import type { TokenGrantUseCases } from './identity/outside/token-grant.ts';
import type { LogInUseCases } from './identity/log-ins/log-in-use-cases.ts';
import type { TokenUseCases } from './identity/tokens/token-use-cases.ts';
import type { GroupProperty } from './identity/group-properties.ts';
import type { ConfigurationSnapshot } from './configuration/schema.ts';
import type { ElementStatus } from './configuration/element-status.ts';
import type { Element, PastStatus, SetStatus } from './sites/status-overlay.ts';
import type { PilotCounts, PilotDecision } from './pilots/pilot-decisions.ts';
import type { PilotOutputSource } from './pilots/pilot-output-words.ts';
import type { SitePilots } from './pilots/pilot-summary.ts';
import type { SystemHealth } from './health/system-health.ts';
import type { Sample } from './kernel/metrics.ts';

// ---------------------------------------------------------------- jobs

export interface SubmitRequest {
  readonly jdls: readonly string[];
  /** Makes a repeated submission return the first answer (kept 24 h per account). */
  readonly requestKey?: string | undefined;
}

export interface SubmittedJob {
  readonly jobId: number;
  readonly status: JobStatus;
  readonly minorStatus: string;
  readonly atMs: number;
  /** Of its description; those of a sweep stand at its first job. Left out when there are none. */
  readonly warnings?: readonly SubmissionWarning[];
}

/** What a description says that is not carried out as it is written; its jobs are submitted all the same. */
export interface SubmissionWarning {
  /** Which description of the call, counted from 0. */
  readonly index: number;
  /** Empty when the text as such is meant. */
  readonly attribute: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export const jobActions = ['kill', 'delete', 'reschedule', 'reset', 'remove'] as const;
export type JobAction = (typeof jobActions)[number];

export interface JobVerdict {
  readonly jobId: number;
  readonly ok: boolean;
  /** The job's status after the call; undefined for jobs the caller may not see. */
  readonly status?: JobStatus | undefined;
  readonly minorStatus?: string | undefined;
  /** Set when not ok. */
  readonly code?: ErrorCode | undefined;
  /** One sentence: what happened or why not. */
  readonly message: string;
}

export interface JobManagerUseCases {
  /** All or none. Needs NormalUser and a proxy that lasts (`proxy.missing|expired|short`). */
  submit(principal: UserPrincipal, request: SubmitRequest): Promise<readonly SubmittedJob[]>;
  /** One verdict a job, in the order asked; unknown and foreign jobs both say `job.not-found`. */
  act(principal: UserPrincipal, action: JobAction, jobIds: readonly number[]): Promise<readonly JobVerdict[]>;
  /** DiracX `PATCH /api/jobs/status`: jobId → ISO time → change. */
  setStatus(
    principal: UserPrincipal,
    changes: readonly StatusChange[],
    force: boolean,
  ): Promise<readonly JobVerdict[]>;
}

// ---------------------------------------------------------------- bulks

export const bulkStates = ['Unconfirmed', 'Expanding', 'Complete', 'Abandoned'] as const;
export type BulkState = (typeof bulkStates)[number];

export interface BulkRequest extends SubmitRequest {
  /** Its jobs start only after `confirm`. */
  readonly confirm?: boolean | undefined;
}

/** A submission whose jobs are made after the answer; their ids are a range of their own from the start. */
export interface Bulk {
  readonly bulkId: number;
  readonly state: BulkState;
  /** Why it was abandoned. */
  readonly reason: string | null;
  readonly firstJobId: number;
  /** Jobs it comes to: ids firstJobId to firstJobId + jobCount - 1. */
  readonly jobCount: number;
  /** Jobs made so far. */
  readonly expanded: number;
  /** False while something is left to do for it. */
  readonly isSettled: boolean;
  readonly owner: string;
  readonly ownerGroup: string;
  readonly jobName: string;
  readonly jobGroup: string;
  readonly createdAtMs: number;
  /** Until when it must be confirmed; null when it need not (any more). */
  readonly confirmUntilMs: number | null;
}

export interface SubmittedBulk extends Bulk {
  readonly warnings: readonly SubmissionWarning[];
}

export interface BulkUseCases {
  /** One sweep, or many descriptions; rights and proxy as for `jobs.submit`. Answered before its jobs are made. */
  submit(principal: UserPrincipal, request: BulkRequest): Promise<SubmittedBulk>;
  /** Throws `not-found` for bulks whose jobs the caller may not see. */
  bulk(principal: UserPrincipal, bulkId: number): Promise<Bulk>;
  /** The caller's own, newest first. */
  list(principal: UserPrincipal): Promise<readonly Bulk[]>;
  /** Lets its jobs start. Repeating is harmless; throws `conflict` when it was abandoned or the time is over. */
  confirm(principal: UserPrincipal, bulkId: number): Promise<Bulk>;
  /** Nothing of it starts any more; what waits or runs is killed. Repeating is harmless. */
  abandon(principal: UserPrincipal, bulkId: number): Promise<Bulk>;
}

export interface StatusChange {
  readonly jobId: number;
  readonly atMs: number;
  readonly status?: JobStatus | undefined;
  readonly minorStatus?: string | undefined;
  readonly applicationStatus?: string | undefined;
  readonly source: string;
}

// ---------------------------------------------------------------- operations on many jobs

export const operationStates = ['Running', 'Done', 'Cancelled', 'Failed'] as const;
export type OperationState = (typeof operationStates)[number];

/** What an operation does: an action on jobs, or taking another operation back. */
export type OperationAction = JobAction | 'undo';

/** Jobs of one status that share an answer. */
export interface PreviewGroup {
  readonly status: JobStatus;
  readonly jobs: number;
  readonly allowed: boolean;
  /** Set when not allowed. */
  readonly reason?: string | undefined;
}

/** What an action would do to everything that matches a search, and the token that starts just that. */
export interface ActionPreview {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly action: JobAction;
  readonly total: number;
  readonly allowed: number;
  /** Of the allowed ones: payloads that would be stopped, which no undo brings back. */
  readonly running: number;
  /** Of the allowed ones: those an undo would bring back. */
  readonly undoable: number;
  /**
   * Beside the total: jobs of bulks that are still to be made. They are made first, and those that match then are
   * acted on like all others.
   */
  readonly unmade: number;
  readonly groups: readonly PreviewGroup[];
}

export interface JobOperation {
  readonly operationId: number;
  readonly action: OperationAction;
  readonly state: OperationState;
  /** Jobs that matched when it began, and those still to be made; fewer may match when their turn comes. */
  readonly total: number;
  readonly done: number;
  readonly refused: number;
  /** How many of the done ones can be brought back, and until when; null = no undo (any more). */
  readonly undoable: number;
  readonly undoUntilMs: number | null;
  readonly undoneBy: number | null;
  readonly undoes: number | null;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
  /** Why it failed. */
  readonly reason: string | null;
}

export interface VerdictQuery {
  /** undefined = all. */
  readonly ok?: boolean | undefined;
  /** Those behind this job; 0 = from the first on. */
  readonly afterJobId: number;
  readonly limit: number;
}

export interface JobOperationUseCases {
  /**
   * As `jobs.act`, and remembers what the jobs were: the operation in the answer can be undone for a while.
   * Without an operation nothing is to be undone.
   */
  act(
    principal: UserPrincipal,
    action: JobAction,
    jobIds: readonly number[],
  ): Promise<{ readonly verdicts: readonly JobVerdict[]; readonly operation: JobOperation | undefined }>;
  /** Changes nothing. The selection is frozen: this search, this caller, no job submitted later than now. */
  preview(
    principal: UserPrincipal,
    action: JobAction,
    search: readonly SearchCondition[],
  ): Promise<ActionPreview>;
  /** Runs in the background. The same token again answers with the same operation. `not-found` when too old. */
  start(principal: UserPrincipal, token: string): Promise<JobOperation>;
  /** Own ones, newest first. */
  list(principal: UserPrincipal): Promise<readonly JobOperation[]>;
  get(principal: UserPrincipal, operationId: number): Promise<JobOperation>;
  /** In the order of job ids, which is the order of execution. */
  verdicts(
    principal: UserPrincipal,
    operationId: number,
    query: VerdictQuery,
  ): Promise<readonly JobVerdict[]>;
  /** What is done stays done; nothing more is. Idempotent. */
  cancel(principal: UserPrincipal, operationId: number): Promise<JobOperation>;
  /**
   * Takes it back where nothing else happened meanwhile: a new operation with a verdict for each job. Ends the
   * other one if it still runs. Throws `conflict` when it is too late or was done before.
   */
  undo(principal: UserPrincipal, operationId: number): Promise<JobOperation>;
}

export interface LoggingRecord {
  readonly status: string;
  readonly minorStatus: string;
  readonly applicationStatus: string;
  readonly atMs: number;
  readonly source: string;
  readonly attempt: number;
}

export interface JobPeek {
  readonly stdout: string | null;
  readonly stderr: string | null;
  readonly atMs: number | null;
  readonly status: JobStatus;
}

export interface JobDetails {
  readonly jobId: number;
  /** Every attribute of the catalogue by its DIRAC name. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What the caller may do now, and why not otherwise. */
  readonly actions: Readonly<
    Record<JobAction, { readonly allowed: boolean; readonly reason?: string | undefined }>
  >;
  readonly pilotStamp: string | null;
  readonly attempt: number;
  /** Every attempt that a pilot took, newest first. */
  readonly attempts: readonly TakenAttempt[];
}

/** An attempt, the pilot that took it, and where. */
export interface TakenAttempt {
  readonly attempt: number;
  readonly pilotStamp: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  readonly matchedAtMs: number;
}

/** Why an attempt's task queue was drawn; see docs/explanation/matching.md. */
export interface JobDecision {
  readonly attempt: number;
  readonly atMs: number;
  readonly taskQueueId: number;
  /** What the pilot offered. */
  readonly offer: ResourceOffer;
  /** Steps at which more than one competed, in order. */
  readonly levels: readonly DrawnLevel[];
  /** Drawing each level again from its record gives the winner that it names. */
  readonly replays: boolean;
}

export interface JobMonitoringUseCases {
  search(principal: UserPrincipal, query: SearchQuery): Promise<SearchResult>;
  summary(
    principal: UserPrincipal,
    grouping: readonly string[],
    search: readonly SearchCondition[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  job(principal: UserPrincipal, jobId: number): Promise<JobDetails>;
  jdl(principal: UserPrincipal, jobId: number, which: 'processed' | 'original'): Promise<string>;
  parameters(
    principal: UserPrincipal,
    jobId: number,
  ): Promise<readonly { readonly name: string; readonly value: string; readonly attempt: number }[]>;
  logging(principal: UserPrincipal, jobId: number): Promise<readonly LoggingRecord[]>;
  peek(principal: UserPrincipal, jobId: number): Promise<JobPeek>;
  /** First attempt first. Names of other owners are told to those only who may see their jobs. */
  decisions(principal: UserPrincipal, jobId: number): Promise<readonly JobDecision[]>;
}

// ---------------------------------------------------------------- explanations

export interface JobExplanation {
  readonly jobId: number;
  readonly status: JobStatus;
  readonly minorStatus: string;
  readonly atMs: number;
  /** The main cause, or what it was; one sentence. */
  readonly headline: string;
  /** Since when the present attempt waits or waited. */
  readonly waitingSinceMs: number;
  /** When the waiting ended; null while it goes on, and when that is not known. */
  readonly waitedUntilMs: number | null;
  /** As things are now; null when the job waits no more. */
  readonly now: CurrentExplanation | null;
  /** What was said while it waited, oldest first. */
  readonly looks: readonly KeptLook[];
}

export interface CurrentExplanation extends Explanation {
  /** Its place in its task queue; null when it stands in none. */
  readonly line: JobLine | null;
  readonly estimate: Estimate;
}

export interface JobLine extends LineAhead {
  /** All waiting jobs of the task queue, this one too. */
  readonly queueJobs: number;
  readonly rivals: Rivals;
}

export interface KeptLook {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly causes: readonly { readonly id: string; readonly sentence: string }[];
}

export interface DraftProblem extends Omit<SubmissionWarning, 'index'> {
  readonly severity: 'error' | 'warning';
}

export interface DryRun {
  /** Jobs that would come out; 0 when the draft would be refused. */
  readonly jobs: number;
  /** With an error among them the draft would be refused, and nothing is said of sites. */
  readonly problems: readonly DraftProblem[];
  /** Of a sweep: of the job that fits fewest sites, among the first and last fifty. */
  readonly fit: Explanation | null;
}

export interface ExplainUseCases {
  /** Throws `job.not-found` for jobs the principal may not see. */
  job(principal: UserPrincipal, jobId: number): Promise<JobExplanation>;
  /** Needs NormalUser. Nothing is stored. */
  dryRun(principal: UserPrincipal, jdl: string): Promise<DryRun>;
}

// ---------------------------------------------------------------- audit

export interface AuditEvent {
  readonly auditId: number;
  readonly atMs: number;
  readonly action: AuditAction;
  /** User name; empty for a visitor, `pilot` for pilots. */
  readonly actor: string;
  readonly actorGroup: string;
  readonly way: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  /** User name of whom it was done to. */
  readonly target: string | null;
  readonly vo: string | null;
  readonly subjectDn: string | null;
  readonly result: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/** Newest first; those older than `beforeId`. */
export interface AuditQuery {
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

/** Something that happened to a session, which the core does not know by itself. */
export interface SessionEvent {
  readonly action: 'log out' | 'end session' | 'log out at provider' | 'revoke session' | 'refuse log in';
  readonly accountId: string | null;
  readonly result: string;
  /** Undefined when nobody asked for it. */
  readonly from: CallOrigin | undefined;
  readonly details?: Readonly<Record<string, string | number>>;
}

export interface AuditUseCases {
  recordSession(event: SessionEvent): Promise<void>;
  /** What an account did, and what was done to it. */
  ofAccount(accountId: string, query: AuditQuery): Promise<readonly AuditEvent[]>;
  /** What was done in the VO of the caller; needs UserManager, ProxyManagement or CSAdministrator. */
  ofVo(principal: UserPrincipal, query: AuditQuery): Promise<readonly AuditEvent[]>;
  /**
   * Rows of the chain after `afterId` with their hashes, oldest first, page by page; needs CSAdministrator. One row of
   * the log tells of the whole export, which ends before it.
   */
  export(principal: UserPrincipal, afterId: number): Promise<AsyncIterable<readonly ChainedRow[]>>;
  /** Goes through the whole chain. */
  verify(): Promise<ChainVerdict>;
}

// ---------------------------------------------------------------- worker-node side

/** A report of a pilot on one attempt. Repeating a report is harmless. */
export interface JobReport {
  readonly jobId: number;
  readonly attempt: number;
  readonly atMs: number;
  readonly status?: JobStatus | undefined;
  readonly minorStatus?: string | undefined;
  readonly applicationStatus?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** PFN of an uploaded output sandbox to assign. */
  readonly outputSandbox?: string | undefined;
  /** The attempt cannot go on for a reason outside the payload: give the job to another pilot. */
  readonly reschedule?: boolean | undefined;
}

export interface ReportVerdict {
  readonly jobId: number;
  readonly attempt: number;
  readonly ok: boolean;
  readonly code?: ErrorCode | undefined;
  readonly message?: string | undefined;
}

export interface JobHeartbeat {
  readonly jobId: number;
  readonly attempt: number;
  readonly atMs: number;
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /** Last lines, whole, at most 16 KiB each; replaces what was there. */
  readonly stdoutTail?: string | undefined;
  readonly stderrTail?: string | undefined;
}

/** Redelivered with every heartbeat answer until acknowledged or the attempt ends. */
export interface JobCommand {
  readonly commandId: number;
  readonly jobId: number;
  readonly attempt: number;
  readonly command: 'Kill';
  readonly arguments: string | null;
}

export interface MatchedJob {
  readonly jobId: number;
  readonly attempt: number;
  readonly owner: string;
  readonly ownerGroup: string;
  readonly vo: string;
  /** Processed JDL text. */
  readonly jdl: string;
  readonly processors: number;
  /** Presigned doors of the input sandboxes, in JDL order. */
  readonly inputSandboxes: readonly { readonly pfn: string; readonly url: string }[];
}

export type MatchAnswer =
  | { readonly kind: 'match'; readonly job: MatchedJob }
  | { readonly kind: 'noMatch'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string };

/** What is used of an AbortSignal; spelled out because this file knows no platform. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

/** What makes a lost answer harmless; a pilot that sends it asks one question at a time. */
export interface MatchRequest {
  /** The same when the question is repeated: it gets the same attempt again. */
  readonly requestId: string;
  /** Attempts the pilot knows it has. */
  readonly held: readonly { readonly jobId: number; readonly attempt: number }[];
}

export interface MatcherUseCases {
  /** Waits up to `waitMs` for a fitting job; `signal` ends the wait when the pilot goes away. */
  match(
    pilot: PilotPrincipal,
    offer: ResourceOffer,
    waitMs: number,
    signal?: CancelSignal,
    request?: MatchRequest,
  ): Promise<MatchAnswer>;
}

export interface JobStateUpdateUseCases {
  report(pilot: PilotPrincipal, reports: readonly JobReport[]): Promise<readonly ReportVerdict[]>;
  heartbeat(
    pilot: PilotPrincipal,
    beats: readonly JobHeartbeat[],
    acknowledged: readonly number[],
  ): Promise<{
    readonly commands: readonly JobCommand[];
    readonly refused: readonly ReportVerdict[];
    readonly drain: boolean;
  }>;
}

// ---------------------------------------------------------------- pilots

export interface PilotRegistration {
  readonly hostName: string;
  readonly version: string;
  readonly nodeVersion: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
  readonly isolation: string;
  readonly offer: Omit<ResourceOffer, 'vo' | 'site' | 'computingElement' | 'batchQueue' | 'policy'>;
}

/** How a registered pilot is to behave. */
export interface PilotInstructions {
  readonly heartbeatS: number;
  readonly idleStopS: number;
  /** What its VO wants to know of the node before any job runs: commands of a shell that must end with 0. */
  readonly checks: readonly { readonly name: string; readonly command: string; readonly timeoutS: number }[];
  readonly limits: PilotLimits;
}

export interface PilotUseCases {
  /** Bearer token of a pilot (`<stamp>.<secret>`) → principal; throws `pilot.unknown|pilot.ended`. */
  authenticate(token: string): Promise<PilotPrincipal>;
  register(pilot: PilotPrincipal, registration: PilotRegistration): Promise<PilotInstructions>;
  appendLog(pilot: PilotPrincipal, text: string): Promise<void>;
  finish(
    pilot: PilotPrincipal,
    outcome: { readonly status: 'Done' | 'Failed'; readonly reason: string },
  ): Promise<void>;
  /** Operators see the pilots of the installation, others those that ran their own visible jobs or their VO's. */
  search(principal: UserPrincipal, query: SearchQuery): Promise<SearchResult>;
  summary(
    principal: UserPrincipal,
    grouping: readonly string[],
    search: readonly SearchCondition[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Pilots by site and computing element: those open now and those that ended within the last day. */
  bySite(principal: UserPrincipal): Promise<{ readonly atMs: number; readonly sites: readonly SitePilots[] }>;
  /** `known`: the version the caller has; texts come only when there is another one. */
  output(principal: UserPrincipal, stamp: string, known?: string): Promise<PilotOutput>;
  jobsOf(principal: UserPrincipal, stamp: string): Promise<readonly number[]>;
}

export interface PilotOutput {
  /** Changes with anything below. */
  readonly version: string;
  readonly status: PilotStatus;
  readonly statusReason: string;
  readonly endedAtMs: number | null;
  readonly source: PilotOutputSource;
  /** A sentence where something is missing. */
  readonly remark: string | null;
  /** Null when the caller has them. */
  readonly texts: { readonly stdout: string; readonly stderr: string; readonly log: string } | null;
}

export interface PilotLimits {
  readonly maxOutputSandboxBytes: number;
  readonly peekLines: number;
}

export interface PilotRow {
  readonly stamp: string;
  readonly pilotReference: string;
  readonly vo: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  readonly ceType: string;
  readonly status: PilotStatus;
  readonly statusReason: string;
  readonly submittedAtMs: number;
  readonly lastUpdateAtMs: number;
  readonly currentJobId: number | null;
}

// ---------------------------------------------------------------- accounting

export interface AccountingQuestion {
  /** Name of a record type, such as `Job`. */
  readonly type: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** All must hold. */
  readonly conditions: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Name of a value or ratio of the type. */
  readonly value: string;
}

export interface AccountingReportRequest extends AccountingQuestion {
  /** Name of a key of the type; one series for all when left out. */
  readonly grouping?: string | undefined;
}

export interface AccountingSeries {
  /** Value of the grouping key; `Others` for the smallest ones when there are very many. */
  readonly group: string;
  /** Amounts within each interval, levels and ratios as averages; null where nothing can be said. */
  readonly points: readonly (number | null)[];
  readonly total: number | null;
}

export interface AccountingReport {
  readonly type: string;
  readonly value: string;
  readonly unit: string;
  readonly grouping: string | null;
  /** Point n is the interval that begins n widths after `startMs`. */
  readonly startMs: number;
  readonly widthMs: number;
  /** Largest first. */
  readonly series: readonly AccountingSeries[];
  readonly all: AccountingSeries;
}

/** How single records that ended in a time are spread over the sizes of a value. */
export interface AccountingHistogram {
  readonly type: string;
  readonly value: string;
  readonly unit: string;
  /** Bin n counts the records of at least n and less than n + 1 widths. */
  readonly binWidth: number;
  readonly bins: readonly number[];
}

export interface AccountingUseCases {
  /** What the caller may see of his VO: all, his group's and his own, or his own. Throws `input.invalid`. */
  report(principal: UserPrincipal, request: AccountingReportRequest): Promise<AccountingReport>;
  /** Of the same part. Throws `input.invalid`. */
  histogram(principal: UserPrincipal, request: AccountingQuestion): Promise<AccountingHistogram>;
}

// ---------------------------------------------------------------- sandboxes

export const sandboxFormats = ['tar.gz', 'tar.zst', 'tar.bz2'] as const;
export type SandboxFormat = (typeof sandboxFormats)[number];
export type SandboxKind = 'Input' | 'Output';

export interface SandboxUpload {
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly format: SandboxFormat;
}

/** A presigned door: POST `fields` plus `file` as multipart form to `url`; null url = already stored. */
export interface UploadDoor {
  readonly pfn: string;
  readonly url: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

export interface SandboxFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

export interface SandboxUseCases {
  beginUpload(principal: UserPrincipal, upload: SandboxUpload): Promise<UploadDoor>;
  /** For the output of a job the pilot holds. */
  beginOutputUpload(
    pilot: PilotPrincipal,
    jobId: number,
    attempt: number,
    upload: SandboxUpload,
  ): Promise<UploadDoor>;
  /** The `token` field is the credential. Checks length, digest and archive safety before anything is visible. */
  receive(token: string, body: AsyncIterable<Uint8Array>): Promise<{ readonly pfn: string }>;
  /** Presigned download of one PFN the caller may read. `fileName` is offered to the browser. */
  beginDownload(
    principal: UserPrincipal,
    pfn: string,
    fileName?: string,
  ): Promise<{ readonly url: string; readonly expiresInS: number }>;
  open(token: string): Promise<{
    readonly stream: AsyncIterable<Uint8Array>;
    readonly sizeBytes: number;
    readonly fileName: string;
    readonly contentType: string;
  }>;
  ofJob(principal: UserPrincipal, jobId: number): Promise<Readonly<Record<SandboxKind, readonly string[]>>>;
  /** All files of one side of a job; empty when none is assigned. */
  files(principal: UserPrincipal, jobId: number, kind: SandboxKind): Promise<readonly SandboxFile[]>;
  /** One file, at most `maxBytes`; `truncated` when it is longer. Throws `sandbox.not-found`. */
  file(
    principal: UserPrincipal,
    jobId: number,
    kind: SandboxKind,
    name: string,
    maxBytes: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly sizeBytes: number; readonly truncated: boolean }>;
}

// ---------------------------------------------------------------- identity and credentials

export interface GroupMembership {
  readonly group: string;
  readonly vo: string;
  readonly properties: readonly GroupProperty[];
}

export interface Account {
  readonly accountId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly distinguishedNames: readonly string[];
}

export interface IdentityClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly voPersonId?: string | undefined;
  readonly name?: string | undefined;
  readonly preferredUserName?: string | undefined;
  readonly email?: string | undefined;
  readonly entitlements: readonly string[];
  /** WLCG groups, such as `/vo/production`. */
  readonly groups?: readonly string[] | undefined;
  /** As the provider words it. */
  readonly assurance?: readonly string[] | undefined;
  /** Certificates that the provider vouches for, in slash form; of providers that may. */
  readonly certificates?: readonly { readonly subjectDn: string; readonly issuerDn: string }[] | undefined;
}

export interface AccountUseCases {
  /** Finds or makes the account of a log-in; memberships follow from entitlements and static lists. */
  logIn(claims: IdentityClaims, from?: CallOrigin): Promise<Account>;
  account(accountId: string): Promise<Account | undefined>;
  /**
   * Current memberships, checked at every request. Empty = unregistered. `logInIssuer`: of the log-in by which the
   * account acts; VOs that want more assurance than that one has are closed then.
   */
  memberships(accountId: string, logInIssuer?: string): Promise<readonly GroupMembership[]>;
}

/** A certificate, or a proxy of it, whose key somebody just proved to hold. Names are those of the person's certificate. */
/** A certificate as revocation lists name it. */
export interface CertificateSerial {
  readonly issuerKey: string;
  readonly serialHex: string;
}

/** Who logged in, and with which certificate. */
export interface CertificateLogIn {
  readonly account: Account;
  readonly certificate: CertificateSerial;
}

export interface ShownCertificate extends CertificateSerial {
  readonly subjectKey: string;
  readonly subjectDn: string;
  readonly issuerDn: string;
  readonly isProxy: boolean;
  /** Shown by a limited proxy. */
  readonly isLimited: boolean;
  /** The DIRAC group that the proxy is for. */
  readonly group: string | undefined;
  /** The earliest end in the chain. */
  readonly validUntilMs: number;
}

export interface LinkedCertificate {
  readonly certificateId: string;
  readonly subjectDn: string;
  readonly issuerDn: string;
  /** How it came to the account. */
  readonly source: 'configuration' | 'upload' | 'issued' | 'log-in' | 'provider';
  readonly linkedAtMs: number;
}

export interface CertificateUseCases {
  /** The trusted authorities as PEM; the same list while the trust folder is. */
  authorities(): Promise<readonly string[]>;
  /**
   * Judges a chain, leaf first, whose key the caller holds. Asking again with the same list costs nothing until the
   * trust folder is read anew. Throws `certificate.*`, `proxy.invalid`; `details.reason` says which rule.
   */
  judge(chain: readonly Uint8Array[]): Promise<ShownCertificate>;
  /** By subject and issuer, never by subject alone. Throws `certificate.unlinked`. */
  accountOf(shown: ShownCertificate): Promise<Account>;
  /** A code of one use and 30 s, for the session that remembers the nonce. Throws `proxy.invalid` for proxies. */
  handOver(shown: ShownCertificate, nonce: string): Promise<string>;
  /** Throws `access.unauthenticated` for a code that is not good (any more), `certificate.unlinked`. */
  logIn(code: string, nonce: string, from?: CallOrigin): Promise<CertificateLogIn>;
  /** Whether it was revoked since it was looked at, as of the last reading of the trust folder. */
  isRevoked(certificate: CertificateSerial): Promise<boolean>;
  /** Throws `access.unauthenticated`, `certificate.wrong-owner`. */
  link(accountId: string, code: string, nonce: string, from?: CallOrigin): Promise<LinkedCertificate>;
  list(accountId: string): Promise<readonly LinkedCertificate[]>;
  /** Throws `not-found`; `conflict` for the last way in and for those of the configuration. */
  unlink(accountId: string, certificateId: string, from?: CallOrigin): Promise<void>;
}

// ---------------------------------------------------------------- registry

export const requestDecisions = ['granted', 'refused', 'withdrawn'] as const;
export type RequestDecision = (typeof requestDecisions)[number];

/** A VO that takes requests, for somebody who may not be in any group yet. */
export interface OpenVo {
  readonly vo: string;
  readonly description: string;
  /** The group one would be in. */
  readonly group: string;
  readonly isMember: boolean;
}

export interface MembershipRequest {
  readonly requestId: number;
  readonly vo: string;
  /** Who asks. */
  readonly accountId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly motivation: string;
  readonly requestedAtMs: number;
  readonly decision: RequestDecision | null;
  readonly decidedAtMs: number | null;
  /** User name. */
  readonly decidedBy: string | null;
  readonly reason: string;
}

/** A VO that somebody is suspended in, as he reads it. */
export interface OwnSuspension {
  readonly vo: string;
  readonly reason: string;
  /** Display name of the manager; null when the configuration says it. */
  readonly by: string | null;
}

/** Why somebody is in a group, in words for tables. */
export type MembershipSource = 'configuration' | 'entitlement' | 'synchronised' | 'granted';

export interface VoMember {
  readonly accountId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly lastLogInAtMs: number;
  readonly groups: readonly { readonly group: string; readonly sources: readonly MembershipSource[] }[];
  /** Set while suspended in the VO. */
  readonly suspension: {
    readonly reason: string;
    readonly by: string;
    readonly atMs: number | null;
  } | null;
}

/** What the membership service of a VO told last. */
export interface MemberSynchronisation {
  /** In words: `VOMS-Admin`, `IAM`. */
  readonly source: string;
  readonly members: number;
  /** Null before the first time. */
  readonly synchronisedAtMs: number | null;
  /** Why the last try changed nothing. */
  readonly failure: string | null;
}

/** What a log-in would get, asked by a manager who sets the rules. */
export interface LogInPreview {
  /** What was understood of the entitlements. */
  readonly fqans: readonly string[];
  /** Values of a trusted name space that could not be read. */
  readonly dropped: number;
  /** Values of name spaces that are not trusted. */
  readonly ignored: number;
  /** Groups of the caller's VO and why. */
  readonly groups: readonly { readonly group: string; readonly because: string }[];
  /** Groups of the VO that it would not be in, and what they ask for. */
  readonly missing: readonly { readonly group: string; readonly needs: string }[];
}

export interface RegistryUseCases {
  openVos(accountId: string): Promise<readonly OpenVo[]>;
  /** One's own, newest first. */
  ownRequests(accountId: string): Promise<readonly MembershipRequest[]>;
  /** Throws `not-found` for a VO that takes none, `conflict` when one is open or the account is a member. */
  request(accountId: string, vo: string, motivation: string, from?: CallOrigin): Promise<MembershipRequest>;
  withdraw(accountId: string, requestId: number, from?: CallOrigin): Promise<void>;
  ownSuspensions(accountId: string): Promise<readonly OwnSuspension[]>;
  /** The rest is for UserManager, in the VO of the caller. Open requests first. */
  requests(principal: UserPrincipal): Promise<readonly MembershipRequest[]>;
  /** Groups of the VO that the caller may give away, in the order of the configuration. */
  grantableGroups(principal: UserPrincipal): Promise<readonly string[]>;
  /** Throws `access.denied` for groups with rights that the caller does not have himself. */
  grant(principal: UserPrincipal, requestId: number, group: string): Promise<MembershipRequest>;
  refuse(principal: UserPrincipal, requestId: number, reason: string): Promise<MembershipRequest>;
  members(principal: UserPrincipal): Promise<readonly VoMember[]>;
  /** Undefined for a VO without membership service, and before it was first asked. */
  synchronisation(principal: UserPrincipal): Promise<MemberSynchronisation | undefined>;
  /** What was granted here; other memberships end where they come from. */
  endMembership(principal: UserPrincipal, accountId: string, group: string): Promise<void>;
  /** At once, for whatever the account does next; certificates of the own authority are revoked. */
  suspend(principal: UserPrincipal, accountId: string, reason: string): Promise<void>;
  resume(principal: UserPrincipal, accountId: string): Promise<void>;
  preview(principal: UserPrincipal, userName: string, entitlements: readonly string[]): Promise<LogInPreview>;
}

export const proxyStates = ['Valid', 'Not Valid'] as const;
export type ProxyStateReason =
  'NONE' | 'SHORT' | 'EXPIRED' | 'REVOKED' | 'NOT_LINKED' | 'GROUP' | 'SUSPENDED' | 'VOMS';

export interface ProxyStatus {
  readonly state: (typeof proxyStates)[number];
  readonly reason?: ProxyStateReason | undefined;
  readonly message: string;
  readonly validUntilMs: number | null;
}

export interface StoredProxy {
  readonly proxyId: string;
  readonly userName: string;
  readonly subjectDn: string;
  readonly issuerDn: string;
  /** Those it serves: picked by its owner, and the owner is in them now. */
  readonly groups: readonly string[];
  readonly validUntilMs: number;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
  /** Its certificate was: it serves nothing any more. */
  readonly isRevoked: boolean;
}

/** Asked by the pilot that holds the attempt; it keeps the private key that belongs to the public one. */
export interface PayloadProxyOrder {
  readonly jobId: number;
  readonly attempt: number;
  /** SubjectPublicKeyInfo of RSA, 2048 to 4096 bits. */
  readonly publicKeyPem: string;
}

export interface PayloadProxy {
  /** The limited proxy and all certificates below it, leaf first. */
  readonly chainPem: string;
  readonly validUntilMs: number;
}

/** Of those who take a proxy: they keep the key that the request is signed with. */
export interface HandOutOrder {
  /** PKCS#10 for RSA of 2048 to 4096 bits. */
  readonly csrPem: string;
  /** Whose; one's own when left out. */
  readonly userName?: string | undefined;
  /** The group one acts in when left out. */
  readonly group?: string | undefined;
  /** Default 15,600; the proxy lasts half as long again where it may. */
  readonly lifetimeS?: number | undefined;
  /** A limited one though a full one may be had. */
  readonly isLimited?: boolean | undefined;
  /** VOMS attributes of a group whose proxies go without as a rule. */
  readonly wantsVoms?: boolean | undefined;
}

export interface TakenProxy extends PayloadProxy {
  readonly userName: string;
  readonly group: string;
  readonly isLimited: boolean;
  /** VOMS attributes, the primary one first. */
  readonly fqans: readonly string[];
}

/** What holds for proxies of the group one acts in. */
export interface GroupProxyTerms {
  readonly userName: string;
  readonly vo: string;
  readonly group: string;
  readonly properties: readonly GroupProperty[];
  /** Programs that make a proxy upload a long one too. */
  readonly isUploadedByItself: boolean;
  readonly isHandedOut: boolean;
  /** What can be asked of VOMS; `isAdded`: it is in every proxy of the group. */
  readonly voms: { readonly vo: string; readonly fqan: string; readonly isAdded: boolean } | undefined;
}

export interface ProxyOffer {
  /** As people call the provider. */
  readonly name: string;
  /** The account has to log in there first. */
  readonly needsLogIn: boolean;
}

export interface ProxyUseCases {
  /** Makes a key and a CSR; the request lives 300 s, at most 5 open per account. */
  request(
    principal: UserPrincipal,
    sessionHash: string,
  ): Promise<{ readonly requestId: string; readonly csrPem: string; readonly expiresAtMs: number }>;
  /**
   * `chainPem`: proxy, end-entity certificate, intermediates. Validates all of credentials.md §4.3 and stores.
   * `groups`: own groups the proxy serves; absent = all, those of later too. `kept`: an older proxy lasts longer
   * and stays, with the groups picked now. Throws `input.invalid` for groups the caller is not in.
   */
  complete(
    principal: UserPrincipal,
    sessionHash: string,
    requestId: string,
    chainPem: string,
    groups?: readonly string[],
  ): Promise<{ readonly proxy: StoredProxy; readonly kept: boolean }>;
  /**
   * A proxy without a certificate, of whoever gives them here; throws `not-found` when nobody does, `proxy.missing` with
   * the reason NEEDS_LOG_IN, `access.denied`, `proxy.invalid|short`, `certificate.*`, `service.unavailable`.
   */
  issue(principal: UserPrincipal): Promise<StoredProxy>;
  /** Who gives proxies here; undefined = nobody, `issue` is not offered. */
  offer(principal: UserPrincipal): Promise<ProxyOffer | undefined>;
  status(principal: UserPrincipal): Promise<ProxyStatus>;
  list(principal: UserPrincipal): Promise<readonly StoredProxy[]>;
  remove(principal: UserPrincipal, proxyId: string): Promise<void>;
  /**
   * A limited proxy of the job's owner in the job's group, to the end of the pilot's slot, a day at most; with VOMS
   * attributes when the group wants them. Throws `job.not-found`, `job.stale-attempt`, `access.denied`,
   * `proxy.missing|expired`, `input.invalid`, and with a `reason` VOMS_… `configuration.invalid`, `service.unavailable`.
   */
  payloadProxy(pilot: PilotPrincipal, order: PayloadProxyOrder): Promise<PayloadProxy>;
  /**
   * A proxy signed for a key of the caller's, by the delegation rights of his group. Throws `access.denied`,
   * `access.stale-log-in`, `input.invalid`, `proxy.missing|expired`, and with a `reason` VOMS_… as `payloadProxy`.
   */
  take(principal: UserPrincipal, order: HandOutOrder): Promise<TakenProxy>;
  groupTerms(principal: UserPrincipal): Promise<GroupProxyTerms>;
}

/** Something the account should know; one a matter. */
export interface Notice {
  readonly noticeId: number;
  /** What it is about; tells where it can be put right. */
  readonly kind: 'proxy' | 'log-in';
  readonly level: 'info' | 'warning' | 'critical';
  readonly title: string;
  readonly message: string;
  readonly createdAtMs: number;
  readonly readAtMs: number | null;
}

export interface NoticeUseCases {
  /** Of the account, whatever group it acts in; newest first. */
  list(principal: UserPrincipal): Promise<readonly Notice[]>;
  /** Unknown ones and those of others are passed over. */
  markRead(principal: UserPrincipal, noticeIds: readonly number[]): Promise<void>;
}

// ---------------------------------------------------------------- the portal's own documents, events, the rest

export interface UserDocument {
  readonly kind: 'layout' | 'note' | 'settings';
  readonly name: string;
  readonly revision: number;
  readonly body: unknown;
  readonly updatedAtMs: number;
}

export interface UserDocumentUseCases {
  list(principal: UserPrincipal, kind: UserDocument['kind']): Promise<readonly UserDocument[]>;
  get(principal: UserPrincipal, kind: UserDocument['kind'], name: string): Promise<UserDocument | undefined>;
  /** `revision` = the one last read (0 = new); another one stored meanwhile throws `conflict`. ≤ 256 KiB. */
  put(
    principal: UserPrincipal,
    kind: UserDocument['kind'],
    name: string,
    revision: number,
    body: unknown,
  ): Promise<UserDocument>;
  remove(principal: UserPrincipal, kind: UserDocument['kind'], name: string): Promise<void>;
}

/** "The bell": what changed, never the content (DESIGN D14). */
export interface CoreEvent {
  readonly sequence: number;
  readonly noun: 'job' | 'pilot' | 'proxy' | 'configuration' | 'operation' | 'notice';
  /** Job id, pilot stamp, account id of the owner of proxy or notice, configuration version, operation id. */
  readonly id: string;
  readonly vo: string | null;
  readonly owner: string | null;
  readonly ownerGroup: string | null;
}

export interface EventUseCases {
  /**
   * Events the principal may know of, in order, batched. `afterSequence` replays what was missed;
   * undefined starts now. `onGap` says that older events are pruned: refetch everything. `startsAfter`:
   * the sequence behind which the listener hears everything.
   */
  subscribe(
    principal: UserPrincipal,
    afterSequence: number | undefined,
    listener: { onEvents(events: readonly CoreEvent[]): void; onGap(): void },
  ): Promise<{ readonly startsAfter: number; close(): void }>;
}

// ---------------------------------------------------------------- sites

/** A batch queue as users of one VO see it. */
export interface BatchQueueSummary {
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  /** Of the computing element. */
  readonly type: string;
  /** The worse of its own and that of its site. */
  readonly status: ElementStatus;
  /** Why; empty when nobody said. */
  readonly statusReason: string;
  /** What a site manager said of it, its computing element or its site; null = the configuration decides. */
  readonly word: SetStatus | null;
  /** Pilots may be sent there. */
  readonly isOpen: boolean;
  readonly maxTotalPilots: number;
  /** Of the VO. */
  readonly pilots: PilotCounts;
  /** What the pilot director decided last; undefined before its first cycle. */
  readonly director:
    | (Pick<PilotDecision, 'state' | 'decidedAtMs' | 'failure'> & {
        readonly blockedUntilMs: number | null;
        readonly leadMs: number | null;
      })
    | undefined;
}

export interface NewElementStatus extends Element {
  readonly status: ElementStatus;
  readonly reason: string;
  /** null = until somebody ends it. */
  readonly untilMs: number | null;
}

export interface SiteUseCases {
  /** The batch queues that serve the VO of the principal. */
  list(principal: UserPrincipal): Promise<readonly BatchQueueSummary[]>;
  /** What was said of the site and what belongs to it, newest first; throws `not-found`. */
  history(principal: UserPrincipal, site: string): Promise<readonly PastStatus[]>;
  /** Replaces what was said of the element. Throws `access.denied`, `not-found`, `input.invalid`. */
  setStatus(principal: UserPrincipal, status: NewElementStatus): Promise<void>;
  /** From now on the configuration decides again; throws `not-found` when nothing was said. */
  endStatus(principal: UserPrincipal, element: Element): Promise<void>;
}

export interface HealthReport {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
}

export interface SystemHealthUseCases {
  /** Operators know all, site managers what concerns their VO and its sites; throws `access.denied`. */
  report(principal: UserPrincipal): Promise<SystemHealth>;
  /** All of it, for the process itself and for holders of the metrics token. */
  inspect(): Promise<SystemHealth>;
}

export interface Core {
  readonly jobs: JobManagerUseCases;
  readonly bulks: BulkUseCases;
  readonly operations: JobOperationUseCases;
  readonly monitoring: JobMonitoringUseCases;
  readonly explain: ExplainUseCases;
  readonly matcher: MatcherUseCases;
  readonly stateUpdate: JobStateUpdateUseCases;
  readonly pilots: PilotUseCases;
  readonly accounting: AccountingUseCases;
  readonly sandboxes: SandboxUseCases;
  readonly accounts: AccountUseCases;
  readonly certificates: CertificateUseCases;
  readonly logIns: LogInUseCases;
  readonly proxies: ProxyUseCases;
  readonly tokens: TokenUseCases;
  readonly tokenGrants: TokenGrantUseCases;
  readonly audit: AuditUseCases;
  readonly registry: RegistryUseCases;
  readonly notices: NoticeUseCases;
  readonly sites: SiteUseCases;
  readonly documents: UserDocumentUseCases;
  readonly events: EventUseCases;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Readiness: database, disk and configuration. */
  health(): Promise<HealthReport>;
  readonly systemHealth: SystemHealthUseCases;
  /** Every gauge of the core at this moment. */
  measure(): Promise<readonly Sample[]>;
  /** Starts the agents (pilot director, stalled jobs, cleaning, …). */
  start(): Promise<void>;
  /** Stops agents, lets open work finish, closes the database. Idempotent. */
  stop(): Promise<void>;
}
