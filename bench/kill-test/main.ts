/**
 * `npm run kill-test -- --kills N`: starts the real server, keeps submitting jobs and running them with
 * simulated pilots, and kills it with SIGKILL at random moments, also while it starts. At the end every
 * acknowledged job must be there, have run once, and be final. One JSON line on standard output; exit 0 or 1.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { uploadDemoProxy } from '@wm/e2e/world/demo-proxy';
import { logIn, type HttpUser } from '@wm/e2e/world/http-user';
import { startServer, type RunningServer, type ServerOptions } from '@wm/e2e/world/server';
import { readLedger, type LedgerLine } from '../simulated-pilots/ledger.ts';
import { makeSimulatedInstallation, type SimulatedInstallation } from '../simulated-pilots/installation.ts';
import { startSubmitter } from './submitter.ts';
import { judge, outputKey, type JobNow, type Verdict } from './verdict.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, keep: { type: 'boolean' } },
});
const kills = Number(values.kills);

/** Random life of a server after it is ready, and the share of those killed while they start. */
const longestLifeMs = 800;
const killedEarly = 0.2;
const longestStartMs = 700;
/** Every job must be final so long after the last kill: beyond the time after which lost matches are given up. */
const settleMs = 120_000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Starts servers until one gets ready; those killed before count too. */
async function nextServer(options: ServerOptions, onKill: () => void): Promise<RunningServer> {
  for (;;) {
    const early = new AbortController();
    const timer =
      Math.random() < killedEarly
        ? setTimeout(() => early.abort(), Math.random() * longestStartMs)
        : undefined;
    try {
      const server = await startServer({ ...options, signal: early.signal });
      clearTimeout(timer);
      return server;
    } catch (error) {
      if (!early.signal.aborted) throw error;
      onKill();
    }
  }
}

async function jobsNow(user: HttpUser): Promise<readonly JobNow[]> {
  const jobs: JobNow[] = [];
  for (let page = 1; ; page += 1) {
    const rows = await user.client.call('POST /api/jobs/search', {
      query: { page, per_page: 5000 },
      body: { parameters: ['JobID', 'JobName', 'Status'], sort: [{ parameter: 'JobID', direction: 'asc' }] },
    });
    for (const row of rows)
      jobs.push({
        jobId: Number(row['JobID']),
        jobName: String(row['JobName']),
        status: String(row['Status']),
      });
    if (rows.length < 5000) return jobs;
  }
}

/** Waits until all is final, or gives up. */
async function settle(user: HttpUser, isSettled: (jobs: readonly JobNow[]) => boolean): Promise<void> {
  const endMs = Date.now() + settleMs;
  while (!isSettled(await jobsNow(user)) && Date.now() < endMs) await delay(1000);
}

/** Downloads every output that was acknowledged and keeps those that are what their PFN says. */
async function outputsNow(
  url: string,
  user: HttpUser,
  ledger: readonly LedgerLine[],
): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const line of ledger) {
    if (line.kind !== 'output') continue;
    const params = { jobId: line.jobId, kind: 'output' as const };
    const { archives } = await user.client
      .call('GET /bff/jobs/:jobId/sandbox/:kind', { params })
      .catch(() => ({ archives: [] }));
    for (const archive of archives) {
      const answer = await fetch(new URL(archive.url, url));
      const digest = createHash('sha256').update(Buffer.from(await answer.arrayBuffer()));
      if (archive.pfn.includes(digest.digest('hex'))) there.add(outputKey(line.jobId, archive.pfn));
    }
  }
  return there;
}

async function killTest(folder: string, installation: SimulatedInstallation): Promise<Verdict> {
  const ended = (): number =>
    readLedger(installation.ledgerFolder).filter((line) => line.kind === 'acknowledged').length;
  const first = await startServer({
    dataFolder: join(folder, 'data'),
    environment: { WM_CONFIG: installation.configurationFile },
  });
  const options: ServerOptions = {
    dataFolder: first.dataFolder,
    port: first.port,
    environment: {
      WM_CONFIG: installation.configurationFile,
      NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
    },
    onLine: (line) => {
      if (line.includes('"level":"error"')) say(line);
    },
  };
  let server = first;
  let killed = 0;
  const onKill = (): void => {
    killed += 1;
    if (killed % 20 === 0) say(`${killed} kills, ${ended()} jobs done`);
  };
  try {
    const user = await logIn(first.url, installation.userName, installation.group);
    await uploadDemoProxy(first.url, user);
    const submitters = [startSubmitter(user, ended, 60), startSubmitter(user, ended, 150)];
    while (killed < kills) {
      await delay(Math.random() * longestLifeMs);
      await server.kill();
      onKill();
      server = await nextServer(options, onKill);
    }
    say('No more kills; waiting for the jobs');
    await Promise.all(submitters.map((submitter) => submitter.stop()));
    const acknowledged = new Map(submitters.flatMap((submitter) => [...submitter.acknowledged]));
    const ledger = () => readLedger(installation.ledgerFolder);
    await settle(user, (jobs) => judge(acknowledged, jobs, ledger()).notFinal === 0);
    const outputs = await outputsNow(server.url, user, ledger());
    return judge(acknowledged, await jobsNow(user), ledger(), outputs);
  } finally {
    await server.stop();
  }
}

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'wm-kill-test-'));
  const installation = makeSimulatedInstallation(folder, {
    pilots: 3,
    slots: 6,
    payloadMs: 30,
    outputShare: 0.2,
    lifeCycle: {
      pilotHeartbeatS: 5,
      stalledAfterS: 20,
      lostAfterS: 25,
      matchedTimeoutS: 20,
      pilotIdleStopS: 600,
    },
  });
  try {
    const { faults, ...counts } = await killTest(folder, installation);
    for (const fault of faults.slice(0, 50)) say(fault);
    process.stdout.write(`${JSON.stringify({ kills, ...counts })}\n`);
    return counts.lost + counts.double + counts.notFinal === 0;
  } finally {
    installation.endPilots();
    if (values.keep === true) say(`Kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

process.exit((await main()) ? 0 : 1);
