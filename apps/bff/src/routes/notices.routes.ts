/** Notices on the caller's account below `/bff/notices`. */
import type { Core } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';

export function noticeRoutes({
  notices,
}: Pick<Core, 'notices'>): HandlersOf<'GET /bff/notices' | 'POST /bff/notices/read'> {
  return {
    'GET /bff/notices': async ({ principal }) => ({
      notices: (await notices.list(principal)).map(({ createdAtMs, readAtMs, ...notice }) => ({
        ...notice,
        createdAt: iso(createdAtMs),
        readAt: isoOrNull(readAtMs),
      })),
    }),
    'POST /bff/notices/read': async ({ principal, body }) => notices.markRead(principal, body.noticeIds),
  };
}
