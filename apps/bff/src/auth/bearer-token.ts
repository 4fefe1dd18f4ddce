/** The bearer token of a request, if there is one: in the header and nowhere else (credentials.md §3.5). */
import type { Request } from 'express';
import { WmsError } from '@wm/wms-core/vocabulary';
import { inDiracxForm } from '../http/diracx-error.ts';

/** Undefined without one. Throws `input.invalid` for one in the address, where it would end in logs and histories. */
export function bearerTokenOf(request: Request, isDiracx: boolean): string | undefined {
  if ('access_token' in request.query)
    throw new WmsError(
      'input.invalid',
      'access_token: belongs into the header Authorization, never into an address; this one should be revoked',
      { field: 'access_token', status: 400 },
    );
  if ((request.headersDistinct['authorization']?.length ?? 0) > 1)
    throw new WmsError('input.invalid', 'Authorization: is there twice; send one credential.', {
      field: 'header.authorization',
      status: 400,
    });
  const authorization = request.get('authorization');
  if (authorization === undefined) return undefined;
  const token = /^bearer +(\S*)$/i.exec(authorization.trim())?.[1];
  if (token !== undefined) return token;
  // Browsers send other schemes by themselves, to a proxy in front for example.
  if (isDiracx) throw inDiracxForm('access.unauthenticated', 'Invalid authorization header', 400);
  return undefined;
}
