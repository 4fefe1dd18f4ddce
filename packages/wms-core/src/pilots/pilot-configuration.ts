/**
 * What a pilot is told by whoever started it: the JSON file (mode 0600) that `WM_PILOT_CONFIG` names. Written by
 * the computing element, read and deleted by the pilot (ADR 0008).
 */
export interface PilotConfiguration {
  readonly serverUrl: string;
  /** Bearer token `<stamp>.<secret>`. Stays in the memory of the pilot. */
  readonly token: string;
  readonly stamp: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  /** Wall-clock seconds the batch slot lasts, counted from the start of the pilot. */
  readonly maxWallTimeS: number;
  /** What the batch slot grants; the node may have less or more. */
  readonly processors: number;
  readonly memoryMiB: number;
  readonly tags: readonly string[];
  readonly requiredTags: readonly string[];
  /** Everything the pilot writes lies below this folder. The computing element chooses it. */
  readonly workDirectory: string;
  /** Folders of the host no payload may look into, such as the data folder of a server on the same machine. */
  readonly hiddenDirectories: readonly string[];
}
