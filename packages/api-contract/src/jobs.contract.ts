/**
 * Jobs. `/api/jobs/*` is DiracX's face (rest-api.md §1.6–1.9) and keeps its shapes; `/bff/jobs/*` is what the
 * portal needs beyond it.
 */
import { z } from 'zod';
import { jobActions } from '@wm/wms-core/vocabulary';
import { jobWarningsHeader } from './job-warnings.ts';
import { jobOperation, jobVerdict } from './operations.contract.ts';
import type { RouteTable } from './route.ts';
import {
  instant,
  jobId,
  jobIdParams,
  jobStatus,
  pageQuery,
  rowsAnswer,
  searchBody,
  summaryBody,
} from './shapes.ts';

const user = { kind: 'group' } as const;
const perJob = z.record(z.string(), z.unknown());
const jobWarningsMeaning =
  'What the descriptions say that is not carried out as written, as a JSON list in ASCII: index of the description from 0, attribute, line, column, message. Absent when there is nothing';
const sandboxKind = z.enum(['input', 'output']);

const actionState = z.object({ allowed: z.boolean(), reason: z.string().optional() });

export const jobDetails = z.object({
  jobId: z.number().int(),
  attributes: z.record(z.string(), z.unknown()),
  actions: z.record(z.enum(jobActions), actionState),
  pilotStamp: z.string().nullable(),
  attempt: z.number().int(),
  /** Every attempt that a pilot took, newest first. */
  attempts: z.array(
    z.object({
      attempt: z.number().int(),
      pilotStamp: z.string(),
      site: z.string(),
      computingElement: z.string(),
      batchQueue: z.string(),
      matchedAt: instant,
    }),
  ),
});

export const loggingRecord = z.object({
  Status: z.string(),
  MinorStatus: z.string(),
  ApplicationStatus: z.string(),
  StatusTime: instant,
  Source: z.string(),
  Attempt: z.number().int(),
});

export const jobsRoutes = {
  'POST /api/jobs/jdl': {
    summary: 'Submit jobs: an array of JDL texts',
    operationId: 'jobs_submit_jdl_jobs',
    access: { kind: 'group', anyOf: ['NormalUser'] },
    body: z.array(z.string()),
    success: {
      status: 201,
      body: z.array(
        z.object({ JobID: z.number().int(), Status: jobStatus, MinorStatus: z.string(), TimeStamp: instant }),
      ),
      headers: { [jobWarningsHeader]: jobWarningsMeaning },
    },
    errors: [
      'jdl.syntax',
      'jdl.invalid',
      'jdl.too-large',
      'jobs.too-many',
      'proxy.missing',
      'proxy.expired',
      'proxy.short',
      'sandbox.not-found',
    ],
    example: { body: ['[ Executable = "/bin/ls"; ]'] },
    maxBodyBytes: 8_388_608,
  },
  'POST /api/jobs/search': {
    summary: 'Search jobs; 206 with Content-Range when there are more pages',
    operationId: 'jobs_search',
    access: user,
    query: pageQuery,
    body: searchBody,
    success: { status: 200, body: rowsAnswer },
    errors: ['input.invalid'],
    example: { body: { search: [{ parameter: 'Status', operator: 'eq', value: 'Done' }] } },
  },
  'POST /api/jobs/summary': {
    summary: 'Count jobs by columns',
    operationId: 'jobs_summary',
    access: user,
    body: summaryBody,
    success: { status: 200, body: rowsAnswer },
    errors: ['input.invalid'],
    example: { body: { grouping: ['Status'] } },
  },
  'PATCH /api/jobs/status': {
    summary:
      'Change the status of jobs: id → time → change. Ends and Rescheduled act; a job without a pilot is not made to run',
    operationId: 'jobs_set_job_statuses',
    access: user,
    query: z.object({ force: z.stringbool().default(false) }),
    body: z.record(
      z.string().regex(/^\d+$/),
      z.record(
        z.string(),
        z.object({
          Status: jobStatus.optional(),
          MinorStatus: z.string().optional(),
          ApplicationStatus: z.string().optional(),
          Source: z.string().default('Unknown'),
        }),
      ),
    ),
    success: { status: 200, body: z.object({ success: perJob, failed: perJob }) },
    errors: ['job.not-found', 'input.invalid'],
    example: { body: { '7': { '2026-01-31T12:00:00Z': { Status: 'Killed', Source: 'Portal' } } } },
  },
  'POST /api/jobs/reschedule': {
    summary: 'Reschedule jobs',
    operationId: 'jobs_reschedule_jobs',
    access: user,
    query: z.object({ reset_jobs: z.stringbool().default(false) }),
    body: z.object({ job_ids: z.array(z.number().int()) }),
    success: { status: 200, body: z.object({ success: perJob, failed: perJob }) },
    errors: ['input.invalid'],
    example: { body: { job_ids: [7] } },
  },
  'POST /bff/jobs/actions': {
    summary: 'Act on named jobs; one verdict a job in the order asked, and what can be undone',
    operationId: 'act_on_jobs',
    access: user,
    body: z.object({
      action: z.enum(jobActions),
      jobIds: z.array(jobId).min(1).max(10_000),
    }),
    success: {
      status: 200,
      body: z.object({ verdicts: z.array(jobVerdict), operation: jobOperation.nullable() }),
    },
    errors: ['input.invalid'],
    example: { body: { action: 'kill', jobIds: [1] } },
  },
  'GET /bff/jobs/:jobId': {
    summary: 'One job with every attribute, and what the caller may do with it',
    operationId: 'get_job',
    access: user,
    params: jobIdParams,
    success: { status: 200, body: jobDetails },
    errors: ['job.not-found'],
  },
  'GET /bff/jobs/:jobId/jdl': {
    summary: 'The job description, processed or as sent',
    operationId: 'get_job_jdl',
    access: user,
    params: jobIdParams,
    query: z.object({ original: z.stringbool().default(false) }),
    success: { status: 200, body: z.object({ jdl: z.string() }) },
    errors: ['job.not-found'],
  },
  'GET /bff/jobs/:jobId/parameters': {
    summary: 'Parameters the worker node reported',
    operationId: 'get_job_parameters',
    access: user,
    params: jobIdParams,
    success: {
      status: 200,
      body: z.object({
        parameters: z.array(z.object({ name: z.string(), value: z.string(), attempt: z.number().int() })),
      }),
    },
    errors: ['job.not-found'],
  },
  'GET /bff/jobs/:jobId/logging': {
    summary: 'Every status change, oldest first',
    operationId: 'get_job_logging',
    access: user,
    params: jobIdParams,
    success: { status: 200, body: z.object({ records: z.array(loggingRecord) }) },
    errors: ['job.not-found'],
  },
  'GET /bff/jobs/:jobId/decisions': {
    summary: 'Why the job was the next one: the draw of each match, with all that is needed to repeat it',
    operationId: 'get_job_decisions',
    access: user,
    params: jobIdParams,
    success: {
      status: 200,
      body: z.object({
        decisions: z.array(
          z.object({
            attempt: z.number().int(),
            at: instant,
            taskQueueId: z.number().int(),
            offer: z.record(z.string(), z.unknown()),
            levels: z.array(
              z.object({
                level: z.enum(['group', 'owner', 'taskQueue']),
                lots: z.array(z.tuple([z.string(), z.number()])),
                random: z.number(),
                winner: z.string(),
              }),
            ),
            /** Drawing each level again gives the winner that it names. */
            replays: z.boolean(),
          }),
        ),
      }),
    },
    errors: ['job.not-found'],
  },
  'GET /bff/jobs/:jobId/peek': {
    summary: 'The last lines of standard output and error, as last sent by the running job',
    operationId: 'peek_job',
    access: user,
    params: jobIdParams,
    success: {
      status: 200,
      body: z.object({
        stdout: z.string().nullable(),
        stderr: z.string().nullable(),
        at: instant.nullable(),
        status: jobStatus,
      }),
    },
    errors: ['job.not-found'],
  },
  'GET /bff/jobs/:jobId/sandbox/:kind': {
    summary: 'Files of the input or output sandbox, and the presigned URL of the whole archive',
    operationId: 'get_job_sandbox',
    access: user,
    params: z.object({ jobId, kind: sandboxKind }),
    success: {
      status: 200,
      body: z.object({
        archives: z.array(z.object({ pfn: z.string(), url: z.string(), fileName: z.string() })),
        files: z.array(z.object({ name: z.string(), sizeBytes: z.number().int(), modifiedAt: instant })),
      }),
    },
    errors: ['job.not-found', 'sandbox.not-found'],
  },
  'GET /bff/jobs/:jobId/sandbox/:kind/file': {
    summary:
      'One file of a sandbox to look at: text/plain or an image type, never anything a browser would run',
    operationId: 'get_job_sandbox_file',
    access: user,
    params: z.object({ jobId, kind: sandboxKind }),
    query: z.object({ name: z.string().min(1).max(1024) }),
    success: { status: 200, mediaType: 'text/plain' },
    errors: ['job.not-found', 'sandbox.not-found'],
  },
} as const satisfies RouteTable;
