/** The user's own documents: layouts, notes, settings. */
import type { Core, UserDocument } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso } from './iso.ts';

type DocumentRoutes =
  'GET /bff/documents/:kind' | 'PUT /bff/documents/:kind/:name' | 'DELETE /bff/documents/:kind/:name';

const shown = ({ updatedAtMs, ...rest }: UserDocument) => ({ ...rest, updatedAt: iso(updatedAtMs) });

export function documentRoutes({ documents }: Pick<Core, 'documents'>): HandlersOf<DocumentRoutes> {
  return {
    'GET /bff/documents/:kind': async ({ principal, params }) => ({
      documents: (await documents.list(principal, params.kind)).map(shown),
    }),
    'PUT /bff/documents/:kind/:name': async ({ principal, params, body }) =>
      shown(await documents.put(principal, params.kind, params.name, body.revision, body.body)),
    'DELETE /bff/documents/:kind/:name': async ({ principal, params }) =>
      documents.remove(principal, params.kind, params.name),
  };
}
