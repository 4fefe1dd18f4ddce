/** Bulks below `/bff/bulks`: many jobs in one call, made after the answer. */
import type { Bulk, Core } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';
import { requestKeyOf } from './request-key.ts';

type BulkRoutes =
  | 'POST /bff/bulks'
  | 'GET /bff/bulks'
  | 'GET /bff/bulks/:bulkId'
  | 'POST /bff/bulks/:bulkId/confirm'
  | 'POST /bff/bulks/:bulkId/abandon';

const wire = ({ confirmUntilMs, createdAtMs, ...bulk }: Bulk) => ({
  ...bulk,
  createdAt: iso(createdAtMs),
  confirmUntil: isoOrNull(confirmUntilMs),
});

export function bulkRoutes({ bulks }: Pick<Core, 'bulks'>): HandlersOf<BulkRoutes> {
  return {
    'POST /bff/bulks': async ({ principal, body, request }) => {
      const { warnings, ...bulk } = await bulks.submit(principal, {
        ...body,
        requestKey: requestKeyOf(request),
      });
      return { ...wire(bulk), warnings: [...warnings] };
    },
    'GET /bff/bulks': async ({ principal }) => ({ bulks: (await bulks.list(principal)).map(wire) }),
    'GET /bff/bulks/:bulkId': async ({ principal, params }) =>
      wire(await bulks.bulk(principal, params.bulkId)),
    'POST /bff/bulks/:bulkId/confirm': async ({ principal, params }) =>
      wire(await bulks.confirm(principal, params.bulkId)),
    'POST /bff/bulks/:bulkId/abandon': async ({ principal, params }) =>
      wire(await bulks.abandon(principal, params.bulkId)),
  };
}
