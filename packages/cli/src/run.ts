/** Finds the command that is meant, by the name of the program or its first word, and answers with the exit code. */
import { basename } from 'node:path';
import { readArguments, type Option } from './arguments.ts';
import { CliError, lineOf } from './cli-error.ts';
import { commands } from './commands/index.ts';
import type { Command } from './commands/command.ts';
import type { World } from './world.ts';

const helpOption: Option = { name: 'help', short: 'h', help: 'Show this help' };

/** `login`, `wms-job-submit` and the full names. */
function find(word: string): readonly [string, Command] | undefined {
  const name = word.startsWith('dirac-') ? word : `dirac-${word}`;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return command && [name, command];
}

function overview(world: World): void {
  const names = Object.keys(commands);
  const width = Math.max(...names.map((name) => name.length));
  world.print('Usage: dirac COMMAND [words], or each command by its own name');
  for (const [name, { summary }] of Object.entries(commands))
    world.print(`  ${name.padEnd(width)}  ${summary}`);
  world.print('dirac COMMAND --help tells more of one.');
}

function help({ usage, summary, options }: Command, world: World): void {
  world.print(`${summary}.`);
  world.print(`Usage: ${usage}`);
  for (const { name, short, value, help: words } of [...options, helpOption]) {
    const written = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
    world.print(`  ${written.padEnd(24)}${words}`);
  }
}

async function runCommand(
  [name, command]: readonly [string, Command],
  given: readonly string[],
  world: World,
) {
  try {
    const read = readArguments(given, [...command.options, helpOption], command.usage);
    if (!read.isSet('help')) return await command.run(read, world);
    help(command, world);
    return 0;
  } catch (error) {
    const line = lineOf(error);
    if (line === undefined) throw error;
    world.complain(`${name}: ${line}`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

/** `program` is the name by which it was started, such as that of a link. */
export async function runCli(program: string, words: readonly string[], world: World): Promise<number> {
  const byName = find(basename(program));
  if (byName !== undefined) return runCommand(byName, words, world);
  const [word = '--help', ...rest] = words;
  const byWord = find(word);
  if (byWord !== undefined) return runCommand(byWord, rest, world);
  overview(world);
  if (['--help', '-h', 'help'].includes(word)) return 0;
  world.complain(`dirac: there is no command “${word}”; see the list above.`);
  return 2;
}
