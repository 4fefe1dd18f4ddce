/** Reads the words after a command's name by its list of options; faults are told with the usage line. */
import { parseArgs } from 'node:util';
import { usageError } from './cli-error.ts';

export interface Option {
  /** Long name, as in DIRAC. */
  readonly name: string;
  readonly short?: string;
  /** What the value is called; without one the option is a switch. */
  readonly value?: string;
  readonly help: string;
}

export interface Arguments {
  readonly words: readonly string[];
  value(name: string): string | undefined;
  isSet(name: string): boolean;
}

export function readArguments(
  given: readonly string[],
  options: readonly Option[],
  usage: string,
): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      allowPositionals: true,
      options: Object.fromEntries(
        options.map(({ name, short, value }) => [
          name,
          {
            type: value === undefined ? 'boolean' : 'string',
            ...(short !== undefined && { short }),
          } as const,
        ]),
      ),
    });
    return {
      words: positionals,
      value(name) {
        const value = values[name];
        return typeof value === 'string' ? value : undefined;
      },
      isSet: (name) => values[name] === true,
    };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('. ')[0] ?? '') : '';
    throw usageError(`${why}. Usage: ${usage}`);
  }
}

/** Ids as DIRAC takes them: many words, separated by blanks or commas. */
export function idsOf(what: 'bulk' | 'job', words: readonly string[]): readonly number[] {
  const ids = words.flatMap((word) => word.split(/[\s,]+/)).filter((word) => word !== '');
  if (ids.length === 0) throw usageError(`Say which ${what}s: one or more ${what} ids.`);
  return [
    ...new Set(
      ids.map((word) => {
        const id = /^\d{1,15}$/.test(word) ? Number(word) : 0;
        if (id < 1) throw usageError(`“${word}” is no ${what} id; ${what} ids are whole numbers such as 12.`);
        return id;
      }),
    ),
  ];
}
