/** VOMS attributes for a proxy made here: the VO's server is asked from this computer, with a proxy of a few minutes. */
import { createTrustFolder } from '@wm/wms-core/trust-folder';
import { createVomsAttributes, createVomsFolders } from '@wm/wms-core/voms';
import { writeCertificates } from '@wm/credentials';
import { silentLogger as log } from '@wm/wms-core/logger';
import type { World } from '../world.ts';
import { trustPlaces } from './grid-places.ts';
import type { LocalProxy } from './make-proxy.ts';

/** DER. Throws in the words of the VOMS server. */
export async function vomsAttribute(
  world: World,
  proxy: LocalProxy,
  { vo, fqan }: { readonly vo: string; readonly fqan: string },
): Promise<Uint8Array> {
  const { authorities, vomses, vomsdir } = trustPlaces(world);
  const clock = { nowMs: world.nowMs };
  const service = createVomsAttributes({
    clock,
    log,
    trust: createTrustFolder({ anchors: [authorities], clock, log }),
    folders: createVomsFolders({ vomses, vomsdir, clock, log }),
  });
  const stored = {
    proxyId: '',
    chainPem: writeCertificates(proxy.chain),
    signingKey: async () => proxy.key,
  };
  const { attributeCertificate } = await service.vomsAttributes(stored, { vo, fqan, untilMs: world.nowMs() });
  return attributeCertificate;
}
