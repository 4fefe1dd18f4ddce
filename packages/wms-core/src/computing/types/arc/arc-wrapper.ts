/** What a worker node of an ARC CE runs in the session folder of the job. */
import { wrapperScript } from '../../hosts/pilot-wrapper.ts';
import { pilotNameFor, sessionFiles } from './arc-description.ts';

/** `node` holds only characters without meaning to a shell; see `arcParameters`. */
export const pilotWrapper = (node: string): string =>
  wrapperScript({ node, pilot: pilotNameFor(node), configuration: sessionFiles.configuration });
