/** Sandboxes in DiracX's shapes (rest-api.md §1.9) and the presigned doors they point to. */
import { z } from 'zod';
import { sandboxFormats } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { jobId, jobIdParams } from './shapes.ts';

const user = { kind: 'group' } as const;
const pfns = z.array(z.string().nullable());

export const sandboxUpload = z.object({
  checksum_algorithm: z.literal('sha256'),
  checksum: z.string().regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits'),
  size: z.number().int().min(1),
  format: z.enum(sandboxFormats),
});

export const exampleUpload = {
  checksum_algorithm: 'sha256',
  checksum: 'a'.repeat(64),
  size: 1024,
  format: 'tar.gz',
};

/** POST `fields` and then `file` as multipart/form-data to `url`; null url = the bytes are already there. */
export const uploadDoor = z.object({
  pfn: z.string(),
  url: z.string().nullable(),
  fields: z.record(z.string(), z.string()),
});

export const sandboxesRoutes = {
  'POST /api/jobs/sandbox': {
    summary: 'Announce an input sandbox; answers with a presigned door',
    operationId: 'jobs_initiate_sandbox_upload',
    access: { kind: 'group', anyOf: ['NormalUser'] },
    body: sandboxUpload,
    success: { status: 200, body: uploadDoor },
    errors: ['sandbox.too-large', 'input.invalid'],
    example: { body: exampleUpload },
  },
  'GET /api/jobs/sandbox': {
    summary: 'Presigned download of one sandbox',
    operationId: 'jobs_get_sandbox_file',
    access: user,
    query: z.object({ pfn: z.string().max(256) }),
    success: { status: 200, body: z.object({ url: z.string(), expires_in: z.number().int() }) },
    errors: ['access.denied', 'sandbox.not-found'],
  },
  'GET /api/jobs/:jobId/sandbox': {
    summary: 'PFNs of both sandboxes of a job',
    operationId: 'jobs_get_job_sandboxes',
    access: user,
    params: jobIdParams,
    success: { status: 200, body: z.object({ Input: pfns, Output: pfns }) },
    errors: ['job.not-found'],
  },
  'GET /api/jobs/:jobId/sandbox/:kind': {
    summary: 'PFNs of one sandbox of a job',
    operationId: 'jobs_get_job_sandbox',
    access: user,
    params: z.object({ jobId, kind: z.enum(['input', 'output']) }),
    success: { status: 200, body: pfns },
    errors: ['job.not-found'],
  },
  'POST /files/sandboxes': {
    summary: 'The presigned door: multipart form with the fields of the announcement, then `file`',
    operationId: 'receive_sandbox',
    access: { kind: 'signed' },
    success: { status: 204 },
    errors: ['access.denied', 'sandbox.checksum', 'sandbox.too-large', 'sandbox.unsafe', 'storage.full'],
  },
  'GET /files/sandboxes': {
    summary: 'The presigned download',
    operationId: 'send_sandbox',
    access: { kind: 'signed' },
    query: z.object({ token: z.string().max(4096) }),
    success: { status: 200, mediaType: 'application/gzip' },
    errors: ['access.denied', 'sandbox.not-found'],
  },
} as const satisfies RouteTable;
