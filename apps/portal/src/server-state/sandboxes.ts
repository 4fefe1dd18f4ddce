/** Sandboxes of a job: the list of files, one file to look at, and the way to the whole archive. */
import { queryOptions } from '@tanstack/react-query';
import { urlOf } from '@wm/api-contract/client';
import { api, requestHeaders } from './api.ts';

export type SandboxSide = 'input' | 'output';

const readSandbox = (jobId: number, side: SandboxSide, signal?: AbortSignal) =>
  api.call('GET /bff/jobs/:jobId/sandbox/:kind', { params: { jobId, kind: side } }, { signal });

export type Sandbox = Awaited<ReturnType<typeof readSandbox>>;

export const sandboxQuery = (jobId: number, side: SandboxSide) =>
  queryOptions({
    queryKey: ['jobs', 'one', jobId, 'sandbox', side],
    queryFn: ({ signal }) => readSandbox(jobId, side, signal),
    /* Its presigned URLs last minutes only. */
    staleTime: 30_000,
  });

export type SandboxFile =
  | { readonly kind: 'text'; readonly text: string; readonly sizeBytes: number; readonly isCut: boolean }
  | { readonly kind: 'picture'; readonly blob: Blob; readonly sizeBytes: number; readonly isCut: boolean };

/** One file to look at: the server says by its first bytes whether it is a picture; all else is text. */
async function readSandboxFile(
  jobId: number,
  side: SandboxSide,
  name: string,
  signal: AbortSignal,
): Promise<SandboxFile> {
  const key = 'GET /bff/jobs/:jobId/sandbox/:kind/file';
  const input = { params: { jobId, kind: side }, query: { name } };
  const response = await fetch(urlOf(key, input), { headers: requestHeaders(), signal });
  // The client reads errors, and waits for a new log-in where one is needed.
  if (!response.ok) await api.call(key, input, { signal });
  const blob = await response.blob();
  const shared = {
    sizeBytes: Number(response.headers.get('x-wm-size') ?? blob.size),
    isCut: response.headers.has('x-wm-truncated'),
  };
  return blob.type.startsWith('image/')
    ? { kind: 'picture', blob, ...shared }
    : { kind: 'text', text: await blob.text(), ...shared };
}

export const sandboxFileQuery = (jobId: number, side: SandboxSide, name: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', jobId, 'file', side, name],
    queryFn: ({ signal }) => readSandboxFile(jobId, side, name, signal),
    staleTime: Infinity,
  });

/** Fresh presigned URLs of the archives; empty when the job has no sandbox on this side. */
export async function readArchives(jobId: number, side: SandboxSide): Promise<Sandbox['archives']> {
  return (await readSandbox(jobId, side)).archives;
}
