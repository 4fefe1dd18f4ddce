/**
 * What a pilot is told by whoever started it: a JSON file of mode 0600 named by `WM_PILOT_CONFIG`.
 * The file is deleted as soon as it is read, so that no payload can ever find the token (ADR 0008).
 */
import { readFileSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { PilotConfiguration } from '@wm/wms-core/vocabulary';

export type { PilotConfiguration };

type Fields = Readonly<Record<string, unknown>>;

const fault = (field: string, right: string): Error =>
  new Error(`Pilot configuration: ${field} must be ${right}.`);

function text(fields: Fields, field: string, fallback?: string): string {
  const value = fields[field] ?? fallback;
  if (typeof value !== 'string' || value === '') throw fault(field, 'a non-empty string');
  return value;
}

function positive(fields: Fields, field: string): number {
  const value = fields[field];
  if (typeof value !== 'number' || !(value > 0)) throw fault(field, 'a number above 0');
  return value;
}

function words(fields: Fields, field: string): readonly string[] {
  const value = fields[field] ?? [];
  if (!Array.isArray(value) || value.some((word) => typeof word !== 'string'))
    throw fault(field, 'a list of strings');
  return value as string[];
}

/** Throws an `Error` naming the first field that is wrong. */
export function parseConfiguration(json: string): PilotConfiguration {
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null) throw fault('the file', 'a JSON object');
  const fields = parsed as Fields;
  const serverUrl = text(fields, 'serverUrl');
  if (!URL.canParse(serverUrl)) throw fault('serverUrl', 'an absolute URL');
  return {
    serverUrl: serverUrl.replace(/\/+$/, ''),
    token: text(fields, 'token'),
    stamp: text(fields, 'stamp'),
    site: text(fields, 'site'),
    computingElement: text(fields, 'computingElement'),
    batchQueue: text(fields, 'batchQueue'),
    maxWallTimeS: positive(fields, 'maxWallTimeS'),
    processors: positive(fields, 'processors'),
    memoryMiB: positive(fields, 'memoryMiB'),
    tags: words(fields, 'tags'),
    requiredTags: words(fields, 'requiredTags'),
    workDirectory: resolve(text(fields, 'workDirectory', tmpdir())),
    hiddenDirectories: words(fields, 'hiddenDirectories').map((folder) => resolve(folder)),
  };
}

/** Reads the file and deletes it, even when its content is wrong. */
export function takeConfiguration(path: string): PilotConfiguration {
  try {
    return parseConfiguration(readFileSync(path, 'utf8'));
  } finally {
    unlinkSync(path);
  }
}
