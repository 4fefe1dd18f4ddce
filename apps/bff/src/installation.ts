/** What the process knows of its installation beside the configuration: version, log-in ways, demo material. */
import type { DemoCertificate } from '@wm/wms-core/demo-authority';
import type { DemoUser } from './auth/stand-in/stand-in.ts';

export interface DemoMaterial {
  readonly users: () => readonly DemoUser[];
  readonly certificates: readonly DemoCertificate[];
}

export interface Installation {
  readonly version: string;
  /** Log-in is at the stand-in Check-in. */
  readonly isStandIn: boolean;
  /** Origin of the certificate port; undefined = there is none. */
  readonly certificateOrigin: string | undefined;
  /** Folder with what one needs to trust the installation's own authority; undefined when there is none. */
  readonly issuingFolder: string | undefined;
  /** Path of the command line as one file; made when first asked for. */
  readonly commandLine: () => Promise<string>;
  /** Undefined in production. */
  readonly demo: DemoMaterial | undefined;
}
