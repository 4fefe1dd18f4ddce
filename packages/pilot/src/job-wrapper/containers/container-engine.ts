/** What a tool that runs payloads in container images offers; the list of them is in `index.ts`. */
import type { ContainerFormName } from '@wm/wms-core/vocabulary';
import type { IsolationLevel, Places } from '../isolation.ts';

/** One job's wish, and the place for what is fetched for it. */
export interface ImageRequest {
  /** As written in the job description. */
  readonly image: string;
  readonly places: Places;
  /** Of this job, out of the payload's sight; removed with the job. */
  readonly scratch: string;
  /** Aborted when the attempt ends meanwhile. */
  readonly signal: AbortSignal;
}

export interface ContainerEngine {
  /** Recorded on the job as parameter `Isolation`. */
  readonly name: string;
  readonly forms: readonly ContainerFormName[];
  /** Can it run anything on this node? Tried once, at the start of the pilot. */
  works(): Promise<boolean>;
  /** Brings the image here; the level that runs payloads in it. Throws `JobStop` when the image cannot be used. */
  open(request: ImageRequest): Promise<IsolationLevel>;
}

/** Where the payload finds its folder, whatever the image holds. */
export const workInside = '/wm-job';
