/**
 * Refuses calls that name another host. For the demo, where everybody may log in: a page elsewhere whose name
 * was made to point at this machine (DNS rebinding) would otherwise count as our own origin in the browser.
 */
import type { RequestHandler } from 'express';
import { cameByCertificateDoor } from '../certificate-door/shown-chain.ts';
import { WmsError } from '@wm/wms-core/vocabulary';

export function ownHostOnly(publicOrigin: string): RequestHandler {
  const { host } = new URL(publicOrigin);
  return (request, _response, next) => {
    // Its TLS certificate names the host already.
    if (!cameByCertificateDoor(request) && request.get('host') !== host)
      throw new WmsError('access.denied', `The demo answers at ${publicOrigin} only.`, { publicOrigin });
    next();
  };
}
