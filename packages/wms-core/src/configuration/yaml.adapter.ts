/**
 * Reads the configuration of an installation from one YAML file or a folder of them (merged key by key, in
 * the order of their names). Every fault of every file is reported at once with file, line and column.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { canonicalJson } from './canonical-json.ts';
import { configurationSchema } from './schema.ts';
import type { Configuration, ConfigurationSnapshot } from './schema.ts';
import { crossCheck } from './cross-checks.ts';
import type { CheckedElsewhere } from './cross-checks.ts';
import { faultLine } from './configuration-fault.ts';
import type { ConfigurationFault, LocatedFault } from './configuration-fault.ts';

type Path = readonly (string | number)[];

interface YamlFile {
  readonly name: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

export interface YamlSource {
  /** File, or folder whose `*.yaml` and `*.yml` are merged. */
  readonly path: string;
  readonly clock: Clock;
  readonly elsewhere?: CheckedElsewhere | undefined;
}

/** Throws `configuration.invalid` whose `details.faults` lists all faults (`LocatedFault`). */
export const readConfiguration = async (source: YamlSource): Promise<ConfigurationSnapshot> => {
  const files = await Promise.all((await configurationFiles(source.path)).map(readYaml));
  const faults = files.flatMap(syntaxFaults);
  if (faults.length > 0) throw invalid(faults);
  const { merged, clashes } = mergeFiles(files);
  const parsed = configurationSchema.safeParse(merged, { reportInput: true });
  const found = [
    ...clashes,
    ...(parsed.success
      ? crossCheck(parsed.data, source.elsewhere ?? {})
      : parsed.error.issues.flatMap(faultsOfIssue)
    ).map((fault) => locate(files, fault)),
  ];
  if (!parsed.success || found.length > 0) throw invalid(found);
  return snapshotOf(parsed.data, source.clock);
};

export const snapshotOf = (values: Configuration, clock: Clock): ConfigurationSnapshot => ({
  version: createHash('sha256').update(canonicalJson(values)).digest('hex'),
  loadedAtMs: clock.nowMs(),
  values,
});

/** The files a configuration path stands for, sorted; throws `configuration.invalid` when there is none. */
export const configurationFiles = async (path: string): Promise<readonly string[]> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw new WmsError(
      'configuration.invalid',
      `The configuration ${path} cannot be read.`,
      { path },
      { cause },
    );
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).toSorted();
  if (names.length === 0) {
    throw new WmsError('configuration.invalid', `The folder ${path} holds no *.yaml file.`, { path });
  }
  return names.map((name) => join(path, name));
};

const readYaml = async (path: string): Promise<YamlFile> => {
  const lines = new LineCounter();
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new WmsError('configuration.invalid', `The file ${path} cannot be read.`, { path }, { cause });
  });
  return { name: basename(path), document: parseDocument(text, { lineCounter: lines }), lines };
};

const invalid = (faults: readonly LocatedFault[]): WmsError =>
  new WmsError(
    'configuration.invalid',
    `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map(faultLine).join('\n')}`,
    { faults },
  );

const syntaxFaults = ({ name, document, lines }: YamlFile): readonly LocatedFault[] =>
  [...document.errors, ...document.warnings].map((error) => ({
    file: name,
    ...position(lines, error.pos[0]),
    path: [],
    message: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code,
  }));

const position = (lines: LineCounter, offset: number): { line: number; column: number } => {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};

const isPlainMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mergeFiles = (
  files: readonly YamlFile[],
): { readonly merged: Record<string, unknown>; readonly clashes: readonly LocatedFault[] } => {
  const merged: Record<string, unknown> = {};
  const clashes: LocatedFault[] = [];
  for (const file of files) {
    const values: unknown = file.document.toJS() ?? {};
    if (!isPlainMap(values)) {
      clashes.push({
        file: file.name,
        line: 1,
        column: 1,
        path: [],
        message: 'the file must hold keys at its top',
      });
      continue;
    }
    mergeInto(merged, values, [], (path) =>
      clashes.push({
        ...locateIn(file, path, path),
        path,
        message: 'the key is set in an earlier file already; set it once',
      }),
    );
  }
  return { merged, clashes };
};

const mergeInto = (
  target: Record<string, unknown>,
  values: Record<string, unknown>,
  path: Path,
  onClash: (path: Path) => void,
): void => {
  for (const [key, value] of Object.entries(values)) {
    const there = target[key];
    if (there === undefined) target[key] = value;
    else if (isPlainMap(there) && isPlainMap(value)) mergeInto(there, value, [...path, key], onClash);
    else onClash([...path, key]);
  }
};

/** Unknown keys get a fault each, at the key itself; everything else is reported where zod found it. */
const faultsOfIssue = (issue: z.core.$ZodIssue): readonly ConfigurationFault[] => {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such key' }));
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message }));
    case 'invalid_type':
      return [
        {
          path,
          message:
            issue.input === undefined ? `is missing; it must be ${article(issue.expected)}` : issue.message,
        },
      ];
    default:
      return [{ path, message: issue.message }];
  }
};

const article = (type: string): string => {
  const word = type === 'record' ? 'map of keys' : type;
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
};

/** The file that holds the longest part of the path. */
const locate = (files: readonly YamlFile[], fault: ConfigurationFault): LocatedFault => {
  const depths = files.map((file) => depthOf(file.document.contents, fault.path));
  const file = files[depths.indexOf(Math.max(...depths))];
  if (file === undefined) return { ...fault, file: '', line: 0, column: 0 };
  const depth = Math.max(...depths);
  return {
    ...locateIn(file, fault.path.slice(0, depth), fault.path),
    path: fault.path,
    message: fault.message,
  };
};

const locateIn = (
  file: YamlFile,
  path: Path,
  whole: Path,
): { readonly file: string; readonly line: number; readonly column: number } => {
  const node = keyNode(file.document.contents, path);
  const offset = node?.range?.[0];
  if (offset === undefined) return { file: file.name, line: whole.length === 0 ? 0 : 1, column: 1 };
  return { file: file.name, ...position(file.lines, offset) };
};

const pairOf = (node: unknown, key: string | number): Pair | undefined =>
  isMap(node)
    ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
    : undefined;

const childOf = (node: unknown, key: string | number): unknown =>
  isSeq(node) ? node.items[Number(key)] : pairOf(node, key)?.value;

const depthOf = (node: unknown, path: Path): number => {
  const [key, ...rest] = path;
  if (key === undefined) return 0;
  const there = isSeq(node) ? node.items[Number(key)] !== undefined : pairOf(node, key) !== undefined;
  return there ? 1 + depthOf(childOf(node, key), rest) : 0;
};

/** The key where the path ends (its value within lists). */
const keyNode = (contents: unknown, path: Path): Node | undefined => {
  let node = contents;
  for (const key of path.slice(0, -1)) node = childOf(node, key);
  const last = path.at(-1);
  const found = last === undefined ? contents : isSeq(node) ? childOf(node, last) : pairOf(node, last)?.key;
  return isNode(found) ? found : undefined;
};
