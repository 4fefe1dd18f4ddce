/** Sandboxes: announcing and fetching in DiracX's shapes, the portal's view of files, the presigned doors. */
import { pipeline } from 'node:stream/promises';
import { WmsError, type Core, type SandboxKind } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { receiveMultipart } from '../http/multipart.ts';
import { iso } from './iso.ts';
import { viewHeaders, viewType } from './sandbox-view.ts';

type DiracxSandboxRoutes =
  | 'POST /api/jobs/sandbox'
  | 'GET /api/jobs/sandbox'
  | 'GET /api/jobs/:jobId/sandbox'
  | 'GET /api/jobs/:jobId/sandbox/:kind';

const kindOf = (kind: 'input' | 'output'): SandboxKind => (kind === 'input' ? 'Input' : 'Output');

/** `SB:<SE>|/S3/…` → `/S3/…`, the short form of DiracX's answers. */
const shortPfn = (pfn: string): string => pfn.slice(pfn.indexOf('|') + 1);

export function diracxSandboxRoutes({ sandboxes }: Pick<Core, 'sandboxes'>): HandlersOf<DiracxSandboxRoutes> {
  return {
    'POST /api/jobs/sandbox': async ({ principal, body: { checksum, size, format } }) => {
      const upload = { checksum: checksum.toLowerCase(), sizeBytes: size, format };
      const { pfn, url, fields } = await sandboxes.beginUpload(principal, upload);
      return { pfn, url, fields: { ...fields } };
    },
    'GET /api/jobs/sandbox': async ({ principal, query }) => {
      const { url, expiresInS } = await sandboxes.beginDownload(principal, query.pfn);
      return { url, expires_in: expiresInS };
    },
    'GET /api/jobs/:jobId/sandbox': async ({ principal, params }) => {
      const { Input, Output } = await sandboxes.ofJob(principal, params.jobId);
      return { Input: Input.map(shortPfn), Output: Output.map(shortPfn) };
    },
    'GET /api/jobs/:jobId/sandbox/:kind': async ({ principal, params }) => {
      const pfns = await sandboxes.ofJob(principal, params.jobId);
      return pfns[kindOf(params.kind)].map(shortPfn);
    },
  };
}

type PortalSandboxRoutes = 'GET /bff/jobs/:jobId/sandbox/:kind' | 'GET /bff/jobs/:jobId/sandbox/:kind/file';

/** A file to look at is cut here; the whole one comes with the archive. */
export const maxViewBytes = 2_097_152;

/** `<jobId>_OutputSandbox.tar.gz`, numbered when the job has several. */
function archiveName(jobId: number, kind: SandboxKind, pfn: string, index: number): string {
  const format = /\.(tar\.\w+)$/.exec(pfn)?.[1] ?? 'tar.gz';
  return `${jobId}_${kind}Sandbox${index === 0 ? '' : `_${index + 1}`}.${format}`;
}

export function portalSandboxRoutes({ sandboxes }: Pick<Core, 'sandboxes'>): HandlersOf<PortalSandboxRoutes> {
  return {
    'GET /bff/jobs/:jobId/sandbox/:kind': async ({ principal, params: { jobId, kind } }) => {
      const side = kindOf(kind);
      const pfns = (await sandboxes.ofJob(principal, jobId))[side];
      const archives = await Promise.all(
        pfns.map(async (pfn, index) => {
          const fileName = archiveName(jobId, side, pfn, index);
          return { pfn, url: (await sandboxes.beginDownload(principal, pfn, fileName)).url, fileName };
        }),
      );
      const files = pfns.length === 0 ? [] : await sandboxes.files(principal, jobId, side);
      return {
        archives,
        files: files.map(({ name, sizeBytes, modifiedAtMs }) => ({
          name,
          sizeBytes,
          modifiedAt: iso(modifiedAtMs),
        })),
      };
    },
    'GET /bff/jobs/:jobId/sandbox/:kind/file': async ({ principal, params, query, response }) => {
      const { bytes, sizeBytes, truncated } = await sandboxes.file(
        principal,
        params.jobId,
        kindOf(params.kind),
        query.name,
        maxViewBytes,
      );
      for (const [name, value] of Object.entries(viewHeaders)) response.setHeader(name, value);
      response.setHeader('X-WM-Size', String(sizeBytes));
      if (truncated) response.setHeader('X-WM-Truncated', 'true');
      response.setHeader('Content-Type', viewType(bytes));
      response.end(bytes);
    },
  };
}

type DoorRoutes = 'POST /files/sandboxes' | 'GET /files/sandboxes';

export function doorRoutes({ sandboxes }: Pick<Core, 'sandboxes'>): HandlersOf<DoorRoutes> {
  return {
    'POST /files/sandboxes': async ({ request }) => {
      await receiveMultipart(request, async (fields, file) => {
        const token = fields.get('token');
        if (token === undefined)
          throw new WmsError('access.denied', 'The form field “token” must come before “file”.', {
            field: 'token',
          });
        return sandboxes.receive(token, file);
      });
    },
    'GET /files/sandboxes': async ({ query, response }) => {
      const { stream, sizeBytes, fileName, contentType } = await sandboxes.open(query.token);
      response.attachment(fileName);
      response.setHeader('Content-Type', contentType);
      response.setHeader('Content-Length', sizeBytes);
      response.setHeader('Content-Security-Policy', viewHeaders['Content-Security-Policy'] ?? 'sandbox');
      await pipeline(stream, response);
    },
  };
}
