/** What the Job Launchpad asks of the server: job list and limits, proxy status, sandbox upload, submission. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { WmsError } from '@wm/wms-core/vocabulary';
import { api } from './api.ts';

export type LaunchpadOffer = AnswerOf<Routes['GET /bff/launchpad']>;
export type LaunchpadSet = LaunchpadOffer['sets'][number];
export type ProxyStatus = AnswerOf<Routes['GET /bff/proxies/status']>;
export type SubmittedJobs = AnswerOf<Routes['POST /api/jobs/jdl']>;

export const launchpadQuery = queryOptions({
  queryKey: ['launchpad'],
  queryFn: ({ signal }) => api.call('GET /bff/launchpad', {}, { signal }),
  staleTime: 300_000,
});

/** Asked anew whenever the launchpad opens, by the live event of an upload, and every five minutes. */
export const proxyStatusQuery = queryOptions({
  queryKey: ['proxies', 'status'],
  queryFn: ({ signal }) => api.call('GET /bff/proxies/status', {}, { signal }),
  staleTime: 0,
  refetchInterval: 300_000,
  retry: false,
});

/** A repetition with the same key makes no second jobs. */
export const submitJobs = (jdls: readonly string[], requestKey: string): Promise<SubmittedJobs> =>
  api.call('POST /api/jobs/jdl', { body: [...jdls] }, { headers: { 'Idempotency-Key': requestKey } });

export interface UploadOptions {
  /** Share sent so far, 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Stores a packed sandbox and answers with its PFN; bytes the server has already are not sent. */
export async function uploadSandbox(
  archive: { readonly blob: Blob; readonly sizeBytes: number; readonly sha256: string },
  options: UploadOptions,
): Promise<string> {
  const door = await api.call(
    'POST /api/jobs/sandbox',
    {
      body: {
        checksum_algorithm: 'sha256',
        checksum: archive.sha256,
        size: archive.sizeBytes,
        format: 'tar.gz',
      },
    },
    { signal: options.signal },
  );
  if (door.url !== null) await sendForm(door.url, formOf(door.fields, archive.blob), options);
  options.onProgress(1);
  return door.pfn;
}

function formOf(fields: Readonly<Record<string, string>>, blob: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', blob, 'sandbox.tar.gz');
  return form;
}

function messageOf(text: string, status: number): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string')
      return body.detail;
  } catch {
    // Not from our server: a storage service answers in XML.
  }
  return `The input sandbox could not be stored: the storage answered ${status}.`;
}

/** XMLHttpRequest, because fetch does not tell how much has been sent. */
function sendForm(url: string, form: FormData, { onProgress, signal }: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const giveUp = (): void => request.abort();
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new WmsError('sandbox.unsafe', messageOf(request.responseText, request.status)));
    });
    request.addEventListener('error', () =>
      reject(new WmsError('service.unavailable', 'The input sandbox could not be sent: no connection.')),
    );
    request.addEventListener('abort', () =>
      reject(new DOMException('The upload was given up.', 'AbortError')),
    );
    request.addEventListener('loadend', () => signal.removeEventListener('abort', giveUp));
    signal.addEventListener('abort', giveUp);
    request.open('POST', url);
    request.send(form);
  });
}
