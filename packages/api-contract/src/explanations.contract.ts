/** Why a job waits, and where a draft would fit: the portal's own face of the explanations. */
import { z } from 'zod';
import type { RouteTable } from './route.ts';
import { instant, jobIdParams, jobStatus } from './shapes.ts';

const count = z.number().int();
const reach = z.object({ sites: count, queues: count });

const cause = z.object({
  id: z.string(),
  effect: z.enum(['blocks', 'delays', 'threatens']),
  sentence: z.string(),
  remedy: z.string().nullable(),
  endsAt: instant.nullable(),
});

const requirement = z.object({
  name: z.string(),
  wanted: z.string(),
  alone: reach,
  without: reach,
  easings: z.array(z.object({ wanted: z.string(), sites: count, queues: count })),
});

const site = z.object({
  site: z.string(),
  fits: z.boolean(),
  isPromise: z.boolean(),
  reasons: z.array(z.string()),
});

const fit = z.object({
  headline: z.string(),
  causes: z.array(cause),
  fits: reach,
  of: reach,
  requirements: z.array(requirement),
  sites: z.array(site),
});

const line = z.object({
  higher: count,
  older: count,
  isAtLeast: z.boolean(),
  queueJobs: count,
  rivals: z.object({ queues: count, ownJobs: count, otherJobs: count }),
});

const estimate = z.union([
  z.object({ kind: z.literal('range'), p50At: instant, p90At: instant, basis: z.string() }),
  z.object({ kind: z.literal('none'), reason: z.string() }),
]);

const explanation = z.object({
  jobId: count,
  status: jobStatus,
  minorStatus: z.string(),
  at: instant,
  headline: z.string(),
  waitingSince: instant,
  waitedUntil: instant.nullable(),
  now: fit.extend({ line: line.nullable(), estimate }).nullable(),
  looks: z.array(
    z.object({
      from: instant,
      until: instant,
      causes: z.array(z.object({ id: z.string(), sentence: z.string() })),
    }),
  ),
});

const draftProblem = z.object({
  severity: z.enum(['error', 'warning']),
  attribute: z.string(),
  line: count,
  column: count,
  message: z.string(),
});

const anExample = {
  headline:
    'No site offers what the job asks for with Memory: 131072 MiB; the nearest, EGI.Demo.org, has 65536 MiB free.',
  causes: [
    {
      id: 'requirement',
      effect: 'blocks',
      sentence:
        'No site offers what the job asks for with Memory: 131072 MiB; the nearest, EGI.Demo.org, has 65536 MiB free.',
      remedy: 'Asking for 65536 MiB would open 1 of 2 sites.',
      endsAt: null,
    },
  ],
  fits: { sites: 0, queues: 0 },
  of: { sites: 2, queues: 3 },
  requirements: [
    {
      name: 'Memory',
      wanted: '131072 MiB',
      alone: { sites: 0, queues: 0 },
      without: { sites: 2, queues: 3 },
      easings: [{ wanted: '65536 MiB', sites: 1, queues: 1 }],
    },
  ],
  sites: [
    {
      site: 'EGI.Demo.org',
      fits: false,
      isPromise: false,
      reasons: ['Memory: asked for 131072 MiB, offered 65536 MiB free'],
    },
  ],
};

export const explanationsRoutes = {
  'GET /bff/jobs/:jobId/explanation': {
    summary:
      'Why a job waits, or why it did: causes, remedies, sites by requirement, place in the queue, estimate',
    operationId: 'explain_job',
    access: { kind: 'group' },
    params: jobIdParams,
    success: { status: 200, body: explanation },
    errors: ['job.not-found'],
    example: {
      answer: {
        jobId: 7,
        status: 'Waiting',
        minorStatus: 'Pilot Agent Submission',
        at: '2026-01-31T12:10:00.000Z',
        headline: anExample.headline,
        waitingSince: '2026-01-31T12:00:00.000Z',
        waitedUntil: null,
        now: {
          ...anExample,
          line: {
            higher: 0,
            older: 2,
            isAtLeast: false,
            queueJobs: 3,
            rivals: { queues: 0, ownJobs: 0, otherJobs: 0 },
          },
          estimate: { kind: 'none', reason: 'It cannot start as things are.' },
        },
        looks: [],
      },
    },
  },
  'POST /bff/jobs/dry-run': {
    summary:
      'What would become of a job description, without submitting it: its faults, and the sites it would fit',
    operationId: 'dry_run_job',
    access: { kind: 'group', anyOf: ['NormalUser'] },
    body: z.object({ jdl: z.string() }),
    success: {
      status: 200,
      body: z.object({ jobs: count, problems: z.array(draftProblem), fit: fit.nullable() }),
    },
    errors: ['input.too-large'],
    example: {
      body: { jdl: '[ Executable = "/bin/ls"; Memory = 128; ]' },
      answer: { jobs: 1, problems: [], fit: anExample },
    },
    maxBodyBytes: 2_097_152,
  },
} as const satisfies RouteTable;
