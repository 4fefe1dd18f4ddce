/**
 * What a worker node runs: the pilot with a Node.js that is there, or a shell with the pilot that brings its own. Asked by
 * the types whose nodes are handed a file: in a folder that they share (`ssh`, `slurm`) or by a service (`arc`, `htcondor`).
 */
import type { ComputingElementContext } from '../computing-element.ts';

/** Value of the parameter `nodeExecutable` for nodes without Node.js. */
export const bringNode = 'bring';

export interface PilotProgram {
  /** Runs the file. */
  readonly interpreter: string;
  /** The file on this server; made when it is first asked for. */
  file(): Promise<string>;
}

type Files = Pick<ComputingElementContext, 'pilotFile' | 'singlePilotFile'>;

export const pilotProgram = (context: Files, nodeExecutable: string): PilotProgram =>
  nodeExecutable === bringNode
    ? { interpreter: '/bin/sh', file: () => singleFile(context) }
    : { interpreter: nodeExecutable, file: () => Promise.resolve(context.pilotFile) };

const singleFile = async ({ singlePilotFile }: Files): Promise<string> => {
  if (singlePilotFile === undefined) throw new Error('This server makes no pilot that brings its Node.js.');
  return await singlePilotFile();
};
