/** Composition of the core. */
import type { CorePorts, OpenCore } from './core-ports.ts';
import { WmsError } from './kernel/wms-error.ts';

export type { CorePorts, OpenCore } from './core-ports.ts';

/** Opens database, configuration and services. Nothing runs by itself before `start()`. */
export async function createCore(ports: CorePorts): Promise<OpenCore> {
  throw new WmsError('service.unavailable', `The core in ${ports.dataFolder} is not composed yet.`);
}
