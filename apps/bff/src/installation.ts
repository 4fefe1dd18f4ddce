/** What the process knows of its installation beside the configuration: version, log-in ways, demo material. */
import type { DemoUser } from './auth/stand-in/stand-in-checkin.ts';

export interface DemoCertificate {
  readonly fileName: string;
  readonly passphrase: string;
  readonly userName: string;
  readonly encoding: 'legacy' | 'modern';
  readonly bytes: Uint8Array;
}

export interface DemoMaterial {
  readonly users: () => readonly DemoUser[];
  readonly certificates: readonly DemoCertificate[];
}

export interface Installation {
  readonly version: string;
  /** Log-in is at the stand-in Check-in. */
  readonly isStandIn: boolean;
  /** Undefined in production. */
  readonly demo: DemoMaterial | undefined;
}
