import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Attempt } from './attempt.ts';
import type { OutputFile } from './output-files.ts';
import { createKeySupply, withholdKey } from './payload-proxy.ts';
import { renewalPauseMs, renewOnce } from './proxy-renewal.ts';

const chainPem = '-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n';

/** An attempt with a proxy until `untilMs`, and a server that hands out the next one. */
async function world(untilMs: number, next: () => Promise<{ chainPem: string; validUntil: string }>) {
  const folder = await mkdtemp(join(tmpdir(), 'wm-renewal-'));
  const file = join(folder, 'x509up_u0');
  await writeFile(file, 'the first proxy', { mode: 0o600 });
  const log: string[] = [];
  const attempt = {
    job: { jobId: 7, attempt: 1 },
    pilot: {
      keys: createKeySupply(),
      server: { call: next },
      log: { write: (line: string) => void log.push(line) },
    },
    ending: new AbortController(),
    formerKeys: [],
    proxy: {
      words: '',
      secret: { pem: 'the first proxy', privateKey: 'the first key', validUntilMs: untilMs },
    },
  } as unknown as Attempt;
  return { attempt, file, log, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

const at = (ms: number) => new Date(ms).toISOString();

test('the file holds the fresh proxy with a new key, for its owner only', async () => {
  await using w = await world(1000, async () => ({ chainPem, validUntil: at(9000) }));
  assert.equal(await renewOnce(w.attempt, w.file), true);
  const text = await readFile(w.file, 'utf8');
  assert.match(text, /^-----BEGIN CERTIFICATE-----[^]*-----BEGIN RSA PRIVATE KEY-----/);
  assert.equal((await stat(w.file)).mode & 0o777, 0o600);
  assert.equal(w.attempt.proxy?.secret?.validUntilMs, 9000);
});

test('a proxy that would end no later is not taken', async () => {
  await using w = await world(9000, async () => ({ chainPem, validUntil: at(9000) }));
  assert.equal(await renewOnce(w.attempt, w.file), false);
  assert.equal(await readFile(w.file, 'utf8'), 'the first proxy');
});

test('without an answer the payload keeps what it has', async () => {
  await using w = await world(1000, async () => {
    throw new Error('no connection');
  });
  assert.equal(await renewOnce(w.attempt, w.file), false);
  assert.equal(await readFile(w.file, 'utf8'), 'the first proxy');
});

test('copies of the former key do not leave the node either', async () => {
  await using w = await world(1000, async () => ({ chainPem, validUntil: at(9000) }));
  await renewOnce(w.attempt, w.file);
  const copy = `${w.file}.copy`;
  await writeFile(copy, 'before\nthe first key\nafter');
  const files = [{ name: 'copy', path: copy, sizeBytes: 30 } as OutputFile];
  assert.deepEqual((await withholdKey(files, w.attempt)).withheld, ['copy']);
});

test('it is asked for well before the end, and never in a rush', () => {
  const hourMs = 3_600_000;
  assert.equal(renewalPauseMs(24 * hourMs, 0), 18 * hourMs);
  assert.equal(renewalPauseMs(hourMs, 0), 0.75 * hourMs);
  assert.equal(renewalPauseMs(0, hourMs), 60_000);
});
