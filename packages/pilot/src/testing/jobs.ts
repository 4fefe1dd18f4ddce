/** Jobs for tests of the pilot, and what came home of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { archiveOf, filesIn, type PilotWorld } from './pilot-world.ts';

export const jdl = (fields: Readonly<Record<string, string | readonly string[]>>): string =>
  `[${Object.entries(fields)
    .map(
      ([name, value]) =>
        `${name} = ${typeof value === 'string' ? JSON.stringify(value) : `{${value.map((one) => JSON.stringify(one)).join(',')}}`};`,
    )
    .join('\n')}]`;

export const script = (text: string): Readonly<Record<string, string>> => ({
  'run.sh': `#!/bin/sh\n${text}\n`,
});

/** Adds a job that runs a script from its sandbox. */
export async function addScript(
  world: PilotWorld,
  text: string,
  more: Readonly<Record<string, string | readonly string[]>> = {},
  names = {},
) {
  const inputSandboxes = [world.server.addInput(await archiveOf(script(text)))];
  return world.server.addJob({
    jdl: jdl({ Executable: 'run.sh', OutputSandbox: ['std.out', 'std.err'], ...more }),
    inputSandboxes,
    ...names,
  });
}

/** The last output sandbox. */
export const outputOf = async (world: PilotWorld): Promise<ReadonlyMap<string, string>> =>
  filesIn([...world.server.outputs.values()].at(-1));

/** Of all processes of this machine. */
export const commandLines = (): readonly string[] =>
  readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });

/** TERM to every process whose command line holds the mark. */
export function endProcessesWith(mark: string): void {
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
    try {
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(mark)) process.kill(Number(name), 'SIGTERM');
    } catch {
      // It has ended.
    }
}
