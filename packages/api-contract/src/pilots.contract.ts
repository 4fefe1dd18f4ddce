/** Pilots: `/pilot/v1` is the worker-node side (bearer token bound to one stamp), `/bff/pilots` the portal's. */
import { z } from 'zod';
import { errorCodes, pilotOutputSources, pilotStatuses, pilotSummaryStatuses } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant, jobId, jobStatus, pageQuery, rowsAnswer, searchBody, summaryBody } from './shapes.ts';
import { exampleUpload, sandboxUpload, uploadDoor } from './sandboxes.contract.ts';

const pilot = { kind: 'pilot' } as const;
const user = { kind: 'group' } as const;
const stampParams = z.object({ stamp: z.string().regex(/^[0-9a-f]{32}$/) });

/** Not told by pilots of before; who may run where is the server's word and not asked here. */
const nodeSystem = z.object({
  architecture: z.string().max(32).optional(),
  glibc: z.string().max(16).optional(),
  operatingSystems: z.array(z.string().max(64)).max(16).optional(),
});

const gpuFacts = z.object({
  vendor: z.string().max(64).optional(),
  model: z.string().max(128).optional(),
  memoryMiB: z.number().nonnegative().optional(),
  computeCapability: z.number().nonnegative().optional(),
});

export const resourceOffer = z.object({
  platforms: z.array(z.string().max(64)).max(32),
  cpuTimeLeftS: z.number().nonnegative(),
  wallTimeLeftS: z.number().nonnegative().optional(),
  processors: z.number().int().nonnegative().max(4096),
  memoryMiB: z.number().nonnegative(),
  diskMiB: z.number().nonnegative(),
  gpus: z.number().int().nonnegative(),
  wholeNode: z.boolean(),
  tags: z.array(z.string().max(64)).max(64),
  requiredTags: z.array(z.string().max(64)).max(64),
  system: nodeSystem.optional(),
  gpu: gpuFacts.optional(),
});

const exampleOffer = {
  platforms: ['Linux_x86_64_glibc-2.36'],
  cpuTimeLeftS: 86_400,
  wallTimeLeftS: 86_340,
  processors: 1,
  memoryMiB: 2048,
  diskMiB: 10_240,
  gpus: 1,
  wholeNode: false,
  tags: [],
  requiredTags: [],
  system: { architecture: 'x86_64', glibc: '2.36', operatingSystems: ['debian-12', 'debian'] },
  gpu: { vendor: 'NVIDIA', model: 'NVIDIA A100-SXM4-40GB', memoryMiB: 40_960, computeCapability: 8 },
};

export const matchedJob = z.object({
  jobId: z.number().int(),
  attempt: z.number().int(),
  owner: z.string(),
  ownerGroup: z.string(),
  vo: z.string(),
  jdl: z.string(),
  processors: z.number().int(),
  inputSandboxes: z.array(z.object({ pfn: z.string(), url: z.string() })),
});

export const matchAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('match'), job: matchedJob }),
  z.object({ kind: z.literal('noMatch'), reason: z.string() }),
  z.object({ kind: z.literal('stop'), reason: z.string() }),
]);

export const jobReport = z.object({
  jobId,
  attempt: z.number().int().positive(),
  /** UTC epoch milliseconds by the clock of the node. */
  atMs: z.number(),
  status: jobStatus.optional(),
  minorStatus: z.string().max(128).optional(),
  applicationStatus: z.string().max(255).optional(),
  parameters: z.record(z.string().max(100), z.string().max(65_536)).optional(),
  outputSandbox: z.string().max(256).optional(),
  reschedule: z.boolean().optional(),
});

export const reportVerdict = z.object({
  jobId: z.number().int(),
  attempt: z.number().int(),
  ok: z.boolean(),
  code: z.enum(errorCodes).optional(),
  message: z.string().optional(),
});

export const jobHeartbeat = z.object({
  jobId,
  attempt: z.number().int().positive(),
  atMs: z.number(),
  metrics: z.record(z.string().max(64), z.number()).optional(),
  stdoutTail: z.string().max(65_536).optional(),
  stderrTail: z.string().max(65_536).optional(),
});

export const jobCommand = z.object({
  commandId: z.number().int(),
  jobId: z.number().int(),
  attempt: z.number().int(),
  command: z.literal('Kill'),
  arguments: z.string().nullable(),
});

const count = z.number().int();
const figures = z.object({
  status: z.enum(pilotSummaryStatuses),
  /** Percent of the pilots that were not aborted. */
  pilotJobEff: z.number().nullable(),
  pilotsPerJob: z.number().nullable(),
  byStatus: z.record(z.enum(pilotStatuses), count),
  abortedInHour: count,
  doneEmpty: count,
  total: count,
});

export const pilotsRoutes = {
  'POST /pilot/v1/register': {
    summary: 'A pilot says that it started and what its node is like',
    operationId: 'register_pilot',
    access: pilot,
    body: z.object({
      hostName: z.string().max(255),
      version: z.string().max(64),
      nodeVersion: z.string().max(64),
      checks: z
        .array(z.object({ name: z.string().max(64), ok: z.boolean(), message: z.string().max(1024) }))
        .max(64),
      isolation: z.string().max(64),
      offer: resourceOffer,
    }),
    success: {
      status: 200,
      body: z.object({
        heartbeatS: z.number(),
        idleStopS: z.number(),
        checks: z.array(z.object({ name: z.string(), command: z.string(), timeoutS: z.number() })).readonly(),
        limits: z.object({ maxOutputSandboxBytes: z.number().int(), peekLines: z.number().int() }),
      }),
    },
    errors: ['pilot.unknown', 'pilot.ended'],
    example: {
      body: {
        hostName: 'node1.example.org',
        version: '0.1.0',
        nodeVersion: 'v24.21.0',
        checks: [{ name: 'disk-space', ok: true, message: '12 GiB free' }],
        isolation: 'process group',
        offer: exampleOffer,
      },
    },
  },
  'POST /pilot/v1/match': {
    summary: 'Ask for a job; waits up to `waitS` for one',
    operationId: 'match_job',
    access: pilot,
    body: z.object({
      offer: resourceOffer,
      waitS: z.number().min(0).max(60).default(0),
      /** The same in a repeated question, which then gets the same attempt again. One question at a time. */
      requestId: z.string().min(8).max(64).optional(),
      /** Attempts the pilot knows it has; with `requestId`, others it was given go to other pilots at once. */
      held: z
        .array(z.object({ jobId, attempt: z.number().int().positive() }))
        .max(1000)
        .default([]),
    }),
    success: { status: 200, body: matchAnswer },
    errors: ['pilot.unknown', 'pilot.ended'],
    example: { body: { offer: exampleOffer, waitS: 30, requestId: 'b3a1e0b2-5d0c-4d8e-9c56-3f0d3b9a7f11' } },
  },
  'POST /pilot/v1/reports': {
    summary: 'Status reports on attempts; one verdict each',
    operationId: 'report_jobs',
    access: pilot,
    body: z.object({ reports: z.array(jobReport).min(1).max(1000) }),
    success: { status: 200, body: z.object({ verdicts: z.array(reportVerdict) }) },
    errors: ['pilot.unknown'],
    maxBodyBytes: 8_388_608,
    example: { body: { reports: [{ jobId: 7, attempt: 1, atMs: 1_769_860_800_000, status: 'Running' }] } },
  },
  'POST /pilot/v1/heartbeats': {
    summary: 'Signs of life of the pilot and its jobs; answers with commands until they are acknowledged',
    operationId: 'heartbeat',
    access: pilot,
    body: z.object({
      jobs: z.array(jobHeartbeat).max(1000).default([]),
      acknowledged: z.array(z.number().int()).max(1000).default([]),
    }),
    success: {
      status: 200,
      body: z.object({ commands: z.array(jobCommand), refused: z.array(reportVerdict), drain: z.boolean() }),
    },
    errors: ['pilot.unknown', 'pilot.ended'],
    maxBodyBytes: 8_388_608,
    example: {
      body: { jobs: [{ jobId: 7, attempt: 1, atMs: 1_769_860_800_000, stdoutTail: 'Hello World' }] },
    },
  },
  'POST /pilot/v1/jobs/:jobId/sandbox/output': {
    summary: 'Announce the output sandbox of a job the pilot holds',
    operationId: 'announce_output_sandbox',
    access: pilot,
    params: z.object({ jobId }),
    body: sandboxUpload.extend({ attempt: z.number().int().positive() }),
    success: { status: 200, body: uploadDoor },
    errors: ['job.stale-attempt', 'sandbox.too-large', 'pilot.unknown'],
    example: { body: { ...exampleUpload, attempt: 1 } },
  },
  'POST /pilot/v1/jobs/:jobId/proxy': {
    summary: 'A limited proxy for the payload of a job the pilot holds, signed for a key of the pilot',
    operationId: 'issue_payload_proxy',
    access: pilot,
    params: z.object({ jobId }),
    body: z.object({ attempt: z.number().int().positive(), publicKeyPem: z.string().max(4096) }),
    success: { status: 200, body: z.object({ chainPem: z.string(), validUntil: instant }) },
    errors: [
      'job.not-found',
      'job.stale-attempt',
      'access.denied',
      'proxy.missing',
      'proxy.expired',
      'configuration.invalid',
      'service.unavailable',
      'input.invalid',
      'pilot.unknown',
    ],
    example: {
      body: { attempt: 1, publicKeyPem: '-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n' },
    },
  },
  'POST /pilot/v1/log': {
    summary: 'Append to the log of the pilot, as it runs',
    operationId: 'append_pilot_log',
    access: pilot,
    body: z.object({ text: z.string().max(262_144) }),
    success: { status: 204 },
    errors: ['pilot.unknown'],
    example: { body: { text: 'Asking for a job' } },
  },
  'POST /pilot/v1/finish': {
    summary: 'The pilot ends',
    operationId: 'finish_pilot',
    access: pilot,
    body: z.object({ status: z.enum(['Done', 'Failed']), reason: z.string().max(1024) }),
    success: { status: 204 },
    errors: ['pilot.unknown'],
    example: { body: { status: 'Done', reason: 'No more jobs' } },
  },
  'POST /bff/pilots/search': {
    summary: 'Search pilots, grammar as for jobs',
    operationId: 'search_pilots',
    access: user,
    query: pageQuery,
    body: searchBody,
    success: { status: 200, body: rowsAnswer },
    errors: ['input.invalid'],
    example: { body: { search: [{ parameter: 'Status', operator: 'eq', value: 'Running' }] } },
  },
  'POST /bff/pilots/summary': {
    summary: 'Count pilots by columns',
    operationId: 'summarise_pilots',
    access: user,
    body: summaryBody,
    success: { status: 200, body: rowsAnswer },
    errors: ['input.invalid'],
    example: { body: { grouping: ['GridSite', 'Status'] } },
  },
  'GET /bff/pilots/by-site': {
    summary:
      'Pilots in figures by site and computing element: those under way and those that ended within a day',
    operationId: 'pilots_by_site',
    access: user,
    success: {
      status: 200,
      body: z.object({
        at: instant,
        sites: z.array(
          figures.extend({
            site: z.string(),
            computingElements: z.array(figures.extend({ computingElement: z.string() })),
          }),
        ),
      }),
    },
    errors: [],
  },
  'GET /bff/pilots/:stamp/output': {
    summary:
      'Standard output, standard error and log of a pilot as it runs and after; no texts when `known` is their version',
    operationId: 'get_pilot_output',
    access: user,
    params: stampParams,
    query: z.object({
      known: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional(),
    }),
    success: {
      status: 200,
      body: z.object({
        version: z.string(),
        status: z.enum(pilotStatuses),
        statusReason: z.string(),
        endedAt: instant.nullable(),
        source: z.enum(pilotOutputSources),
        remark: z.string().nullable(),
        texts: z.object({ stdout: z.string(), stderr: z.string(), log: z.string() }).nullable(),
      }),
    },
    errors: ['not-found'],
  },
  'GET /bff/pilots/:stamp/jobs': {
    summary: 'Jobs the pilot ran that the caller may see, newest first',
    operationId: 'get_pilot_jobs',
    access: user,
    params: stampParams,
    success: { status: 200, body: z.object({ jobIds: z.array(z.number().int()) }) },
    errors: ['not-found'],
  },
} as const satisfies RouteTable;
