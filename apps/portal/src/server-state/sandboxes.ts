/** Sandboxes of a job: the list of files, one file to look at, and the way to the whole archive. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

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

/** Where one file can be seen: text or an image, never anything a browser would run. */
export const sandboxFileUrl = (jobId: number, side: SandboxSide, name: string): string =>
  `/bff/jobs/${jobId}/sandbox/${side}/file?${new URLSearchParams({ name }).toString()}`;

/** Fresh presigned URLs of the archives; empty when the job has no sandbox on this side. */
export async function readArchives(jobId: number, side: SandboxSide): Promise<Sandbox['archives']> {
  return (await readSandbox(jobId, side)).archives;
}
