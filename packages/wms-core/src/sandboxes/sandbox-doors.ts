/** Presigned doors of sandboxes: what their tokens hold, how long they stay open, what comes through. */
import { z } from 'zod';
import type { SandboxFormat } from '../use-cases.ts';

/** Purpose and facts in the shape `presigned-token.adapter.ts` signs. */
export const uploadToken = {
  purpose: 'sandbox-upload',
  facts: z.object({ pfn: z.string(), sizeBytes: z.number() }),
} as const;

export const downloadToken = {
  purpose: 'sandbox-download',
  facts: z.object({ pfn: z.string(), fileName: z.string().optional() }),
} as const;

/** A pilot may have to queue its downloads. */
export const doorLifetimeS = { user: 300, pilot: 3600 } as const;

export const downloadUrl = (publicUrl: string, token: string): string =>
  `${publicUrl}/files/sandboxes?token=${token}`;

export const contentTypes: Record<SandboxFormat, string> = {
  'tar.gz': 'application/gzip',
  'tar.zst': 'application/zstd',
  'tar.bz2': 'application/x-bzip2',
};
