/** The steps of a pilot, in order. To add one: write a file beside this one and a line in the list. */
import type { PilotCommand } from '../pilot-context.ts';
import { checkCapabilities } from './check-capabilities.ts';
import { checkCommunity } from './check-community.ts';
import { checkWorkerNode } from './check-worker-node.ts';
import { finish } from './finish.ts';
import { forbidCoreDumps } from './forbid-core-dumps.ts';
import { register } from './register.ts';
import { runJobs } from './run-jobs.ts';

export const pilotCommands: readonly PilotCommand[] = [
  forbidCoreDumps,
  checkWorkerNode,
  checkCapabilities,
  register,
  checkCommunity,
  runJobs,
  finish,
];
