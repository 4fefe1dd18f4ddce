import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { computingElementFaults, computingElementTypeNames } from '../computing/types/index.ts';
import { readJdl } from '../jobs/jdl/parse.ts';
import { configurationSchema } from './schema.ts';
import { readConfiguration } from './yaml.adapter.ts';

const files = new URL('../../../../config/', import.meta.url);
const read = (name: string) =>
  readConfiguration({
    path: new URL(name, files).pathname,
    clock: { nowMs: () => 0 },
    elsewhere: {
      computingElementFaults,
      computingElementTypes: computingElementTypeNames,
      parseJdl: readJdl,
    },
  });

type JsonSchema = z.core.JSONSchema._JSONSchema | z.core.JSONSchema._JSONSchema[] | undefined;

/** Every key of the schema; names chosen by the installation are not keys. */
function* keysOf(schema: JsonSchema): Iterable<string> {
  if (typeof schema !== 'object') return;
  if (Array.isArray(schema)) {
    for (const inner of schema) yield* keysOf(inner);
    return;
  }
  yield* Object.keys(schema.properties ?? {});
  for (const inner of Object.values(schema.properties ?? {})) yield* keysOf(inner);
  yield* keysOf(schema.additionalProperties);
  yield* keysOf(schema.items);
  yield* keysOf(schema.anyOf);
}

describe('the configuration files that are shipped', () => {
  it('the demonstration and the example are accepted', async () => {
    await read('demo.yaml');
    await read('example.yaml');
  });

  it('the example shows every key there is, each below a comment', async () => {
    const text = await readFile(new URL('example.yaml', files), 'utf8');
    const schema = z.toJSONSchema(configurationSchema, { io: 'input', unrepresentable: 'any' });
    const keys = [...new Set(keysOf(schema))];
    assert.ok(keys.length > 50);
    const missing = keys.filter((key) => !new RegExp(`^ *(- )?${key}:`, 'm').test(text));
    assert.deepEqual(missing, []);
  });

  it('the Mandelbrot of the demonstration draws a PNG', async () => {
    const { values } = await read('demo.yaml');
    const set = values.launchpad.sets['Mandelbrot'];
    const folder = await mkdtemp(join(tmpdir(), 'wm-mandelbrot-'));
    try {
      for (const [name, text] of Object.entries(set?.files ?? {})) await writeFile(join(folder, name), text);
      await promisify(execFile)('sh', ['mandelbrot.sh', '40', '30', '-0.5', '0', '3', '50'], {
        cwd: folder,
        env: { PATH: process.env['PATH'], WM_NODE: process.execPath },
      });
      const picture = await readFile(join(folder, 'mandelbrot.png'));
      assert.equal(picture.subarray(1, 4).toString('latin1'), 'PNG');
      assert.equal(picture.readUInt32BE(16), 40);
      assert.equal(picture.subarray(-8).readUInt32BE(4), 0xae426082, 'the CRC of an empty IEND chunk');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
