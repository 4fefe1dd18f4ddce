/**
 * A simulated pilot: speaks `/pilot/v1` with the real pilot's own client, report queue and upload, but runs no
 * payload. It only notes in a ledger that it would have. Started by the real pilot director through the local
 * computing element in place of the real pilot (see `installation.ts`).
 *
 *   simulated-pilot.ts LEDGER_FOLDER SLOTS PAYLOAD_MS OUTPUT_SHARE BLACK_HOLE_MARK
 *
 * While the file BLACK_HOLE_MARK exists, its site is a black hole: every job is spoilt at once.
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isWmsError, type MatchedJob } from '@wm/wms-core/vocabulary';
import { takeConfiguration } from '@wm/pilot/configuration';
import { createReporter, type Reporter } from '@wm/pilot/report';
import { createReportQueue } from '@wm/pilot/report-queue';
import { createPilotServer } from '@wm/pilot/server';
import { uploadOutput } from '@wm/pilot/upload-output';
import type { LedgerEvent, LedgerLine } from './ledger.ts';

const [ledgerFolder = '.', slots = '4', payloadMs = '20', outputShare = '0', blackHoleMark = ''] =
  process.argv.slice(2);
const configuration = takeConfiguration(process.env['WM_PILOT_CONFIG'] ?? '');
const workFile = (name: string): string => join(configuration.workDirectory, name);
const server = createPilotServer(configuration.serverUrl, configuration.token, { longestPauseMs: 250 });

/** Written at once: what stands here happened, whatever happens to this process afterwards. */
function note(event: LedgerEvent): void {
  const line: LedgerLine = { ...event, processId: process.pid, atMs: Date.now() };
  if (ledgerFolder !== '-')
    appendFileSync(join(ledgerFolder, `${configuration.stamp}.jsonl`), `${JSON.stringify(line)}\n`);
}

const offer = {
  platforms: ['Linux_simulated'],
  cpuTimeLeftS: configuration.maxWallTimeS,
  processors: 1,
  memoryMiB: configuration.memoryMiB,
  diskMiB: 10_000,
  gpus: 0,
  wholeNode: false,
  tags: [...configuration.tags],
  requiredTags: [...configuration.requiredTags],
};

const reports = createReportQueue(
  async (batch) => {
    const { verdicts } = await server.call('POST /pilot/v1/reports', { body: { reports: [...batch] } });
    for (const [index, { ok, jobId, attempt }] of verdicts.entries()) {
      const report = batch[index];
      if (ok && report?.status === 'Done') note({ kind: 'acknowledged', jobId, attempt });
      if (ok && report?.reschedule) note({ kind: 'given back', jobId, attempt });
      if (ok && report?.outputSandbox) note({ kind: 'output', jobId, attempt, pfn: report.outputSandbox });
    }
    return verdicts;
  },
  (verdict) => {
    if (!verdict.ok) note({ kind: 'refused', ...verdict });
  },
  (error) => note({ kind: 'fault', message: String(error) }),
);

async function bringOutput({ jobId, attempt }: MatchedJob, reporter: Reporter): Promise<void> {
  const path = workFile(`std.out-${jobId}-${attempt}`);
  const text = `job ${jobId}, attempt ${attempt}\n`;
  writeFileSync(path, text);
  const outputSandbox = await uploadOutput([{ name: 'std.out', path, sizeBytes: text.length }], {
    server,
    jobId,
    attempt,
    maxBytes: 1_048_576,
    signal: new AbortController().signal,
    archive: `${path}.tar.gz`,
  });
  reporter.step('uploaded', { outputSandbox });
}

/** A black hole is fast, but its slots still need a moment each. */
const spoilingMs = 100;

/** One half never starts and is given back, the other half starts and fails. */
async function spoil({ jobId, attempt }: MatchedJob, reporter: Reporter): Promise<void> {
  await delay(spoilingMs);
  if (Math.random() < 0.5) {
    const words = { minorStatus: 'Could Not Create Working Directory', applicationStatus: 'No such device' };
    reporter.report({ ...words, reschedule: true });
    return;
  }
  reporter.step('initialization');
  note({ kind: 'started', jobId, attempt });
  reporter.step('application');
  reporter.step('finishedBadly', { applicationStatus: 'Exited with status 127' });
  reporter.step('failed', { parameters: { ExitCode: '127' } });
}

async function simulate(job: MatchedJob): Promise<void> {
  const { jobId, attempt } = job;
  const reporter = createReporter(jobId, attempt, (report) => reports.add(report));
  reporter.step('received');
  if (blackHoleMark !== '' && existsSync(blackHoleMark)) return spoil(job, reporter);
  reporter.step('initialization');
  note({ kind: 'started', jobId, attempt });
  reporter.step('application');
  const ms = Number(payloadMs);
  if (ms > 0) await delay(Math.random() * 2 * ms);
  reporter.step('finishedWell', { applicationStatus: 'Exited with status 0', parameters: { ExitCode: '0' } });
  if (Math.random() < Number(outputShare)) await bringOutput(job, reporter);
  reporter.step('done');
}

async function slot(): Promise<string> {
  for (;;) {
    const answer = await server.call(
      'POST /pilot/v1/match',
      { body: { offer, waitS: 10 } },
      { timeoutMs: 20_000 },
    );
    if (answer.kind === 'stop') return answer.reason;
    if (answer.kind === 'match') {
      await simulate(answer.job).catch((error: unknown) => note({ kind: 'fault', message: String(error) }));
    }
  }
}

async function main(): Promise<void> {
  note({ kind: 'pilot', shellId: process.ppid });
  await server.call('POST /pilot/v1/register', {
    body: {
      hostName: hostname(),
      version: 'simulated',
      nodeVersion: process.versions.node,
      checks: [],
      isolation: 'simulated',
      offer,
    },
  });
  try {
    await Promise.all(Array.from({ length: Number(slots) }, slot));
    await reports.settled();
    await server.call('POST /pilot/v1/finish', { body: { status: 'Done', reason: 'Told to stop.' } });
  } catch (error) {
    if (!isWmsError(error)) throw error;
    note({ kind: 'fault', message: error.message });
  }
}

await main();
