/**
 * The whole chain on sites of the testbed: the real server with those sites alone, a user, his jobs, real pilots.
 * Asked by the tests of each real service.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { uploadDemoProxy } from '../world/demo-proxy.ts';
import { logIn, type HttpUser } from '../world/http-user.ts';
import { waitForChange } from '../world/live-events.ts';
import { startServer, type RunningServer } from '../world/server.ts';
import { eventually } from './elements.ts';
import { everyJob, type ExpectedJob } from './every-job.ts';

/** Computing elements with their queues, as configured, by the name of their site. */
export type Sites = Readonly<Record<string, object>>;

/** As in the configuration, in seconds. */
type LifeCycle = Readonly<Record<string, number>>;

export interface SubmittedJob {
  readonly expected: ExpectedJob;
  readonly jobIds: readonly number[];
}

const vo = 'vo.access.egi.eu';
const limitMs = 240_000;
const patienceS = limitMs / 1000;
const finals = ['Done', 'Failed', 'Killed', 'Deleted'];
const demo = join(import.meta.dirname, '..', '..', 'config', 'demo.yaml');

export class JobRun {
  readonly #server: RunningServer;
  readonly #user: HttpUser;

  private constructor(server: RunningServer, user: HttpUser) {
    this.#server = server;
    this.#user = user;
  }

  static async start(folder: string, sites: Sites, lifeCycle: LifeCycle = {}): Promise<JobRun> {
    const configuration = await writeConfiguration(folder, sites, lifeCycle);
    const server = await startServer({ environment: { WM_CONFIG: configuration } });
    const user = await logIn(server.url, 'mkolar', 'access_user');
    await uploadDemoProxy(server.url, user);
    return new JobRun(server, user);
  }

  stop = (): Promise<void> => this.#server.stop();

  /** One description after the other: parametric ones must come alone. */
  async submit(jdl: string): Promise<readonly number[]> {
    const jobs = await this.#user.client.call('POST /api/jobs/jdl', { body: [jdl] });
    return jobs.map(({ JobID }) => JobID);
  }

  /** Submits the whole table to one site. */
  async submitEveryJob(site: string, image: string | undefined): Promise<readonly SubmittedJob[]> {
    const submitted: SubmittedJob[] = [];
    for (const expected of everyJob(image)) {
      const common = 'StdOutput = "std.out"; StdError = "std.err"; OutputSandbox = {"std.out", "std.err"};';
      const cpu = expected.jdl.includes('CPUTime') ? '' : 'CPUTime = 600;';
      const jdl = `[ JobName = "${expected.name}"; Site = "${site}"; ${common} ${cpu} ${expected.jdl} ]`;
      submitted.push({ expected, jobIds: await this.submit(jdl) });
    }
    return submitted;
  }

  /** Waits for all of them, and compares status and output with the table. */
  async allEndAsExpected(submitted: readonly SubmittedJob[]): Promise<void> {
    const ends = await this.ended(submitted.flatMap(({ jobIds }) => jobIds));
    const seen = submitted.map(({ expected, jobIds }) => [expected.name, jobIds.map((id) => ends.get(id))]);
    assert.deepEqual(
      seen,
      submitted.map(({ expected }) => [expected.name, expected.ends]),
    );
    for (const { expected, jobIds } of submitted)
      if (expected.prints !== undefined)
        assert.equal(await this.outputOf(jobIds[0] ?? 0), expected.prints, expected.name);
  }

  /** Status and minor status of each job once all are final. */
  async ended(jobIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
    let seen: ReadonlyMap<number, string> = new Map();
    return await waitForChange(this.#server.url, this.#user, limitMs, async () => {
      seen = new Map(await Promise.all(jobIds.map(async (id) => [id, await this.#statusOf(id)] as const)));
      const isOver = [...seen.values()].every((status) => finals.includes(status.split(' ', 1)[0] ?? ''));
      return isOver ? seen : undefined;
    }).catch((cause: unknown) => {
      throw new Error(`Not all jobs ended: ${JSON.stringify([...seen])}`, { cause });
    });
  }

  /** All jobs of this run. */
  async countByStatus(): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#user.client.call('POST /api/jobs/summary', {
      body: { grouping: ['Status'] },
    });
    return Object.fromEntries(rows.map((row) => [String(row['Status']), Number(row['count'])]));
  }

  /** For the message of a run that does not end: where its jobs and pilots are, and why one waits. */
  async describe(): Promise<string> {
    const { client } = this.#user;
    const body = { grouping: ['Status', 'GridSite', 'StatusReason'] };
    const search = [
      { parameter: 'Status', operator: 'in' as const, values: ['Waiting', 'Matched', 'Running'] },
    ];
    const [first] = await client.call('POST /api/jobs/search', { query: {}, body: { search } });
    const jobId = Number(first?.['JobID'] ?? 0);
    return JSON.stringify({
      jobs: await this.countByStatus(),
      pilots: await client.call('POST /bff/pilots/summary', { body }),
      one: first,
      why: jobId === 0 ? null : await client.call('GET /bff/jobs/:jobId/explanation', { params: { jobId } }),
    });
  }

  /** Of those that failed: how often each reason. */
  async failures(): Promise<Readonly<Record<string, number>>> {
    const body = {
      grouping: ['MinorStatus', 'ApplicationStatus'],
      search: [{ parameter: 'Status', operator: 'eq' as const, value: 'Failed' }],
    };
    const rows = await this.#user.client.call('POST /api/jobs/summary', { body });
    return Object.fromEntries(
      rows.map((row) => [
        `${String(row['MinorStatus'])}: ${String(row['ApplicationStatus'])}`,
        Number(row['count']),
      ]),
    );
  }

  async finalJobs(): Promise<number> {
    const counts = await this.countByStatus();
    return finals.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  }

  /** Pilots that have not ended for the server. */
  async openPilots(): Promise<number> {
    const body = { grouping: ['Status'], search: [] };
    const rows = await this.#user.client.call('POST /bff/pilots/summary', { body });
    return rows
      .filter((row) => !['Done', 'Failed', 'Aborted', 'Deleted'].includes(String(row['Status'])))
      .reduce((sum, row) => sum + Number(row['count']), 0);
  }

  async #statusOf(jobId: number): Promise<string> {
    const { attributes } = await this.#user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
    return `${String(attributes['Status'])} ${String(attributes['MinorStatus'])}`;
  }

  /**
   * One job there, and what Pilot > Get log shows of its pilot: its first line as it runs and, with all that was shown then,
   * after its end. The installation should let idle pilots go soon (`pilotIdleStopS`).
   */
  async showsPilotOutput(site: string): Promise<void> {
    const [jobId = 0] = await this.submit(
      `[ JobName = "watched"; Site = "${site}"; Executable = "/bin/true"; CPUTime = 600; ]`,
    );
    const stamp = await eventually(async () => {
      const { pilotStamp } = await this.#user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
      return pilotStamp ?? undefined;
    }, patienceS);
    const live = await this.#pilotOutput(stamp, 'live');
    assert.match(live, new RegExp(`^\\S+Z pilot ${stamp} at ${site}, ${elementOf(site)}\\n`));
    assert.deepEqual([...(await this.ended([jobId])).values()], ['Done Execution Complete']);
    const kept = await this.#pilotOutput(stamp, 'kept');
    assert.ok(kept.startsWith(live), `first\n${live}\nthen\n${kept}`);
  }

  async #pilotOutput(stamp: string, wanted: 'live' | 'kept'): Promise<string> {
    let seen: unknown;
    return await eventually(async () => {
      const params = { stamp };
      const output = await this.#user.client.call('GET /bff/pilots/:stamp/output', { params, query: {} });
      const { remark, source, status, texts } = (seen = output);
      if (source === 'kept' && wanted === 'live')
        throw new Error(`The pilot ended (${status}) before its output was seen`);
      const isThere = source === wanted && remark === null;
      return isThere ? texts?.stdout : undefined;
    }, patienceS).catch((cause: unknown) => {
      throw new Error(`No ${wanted} output of the pilot: ${JSON.stringify(seen)}`, { cause });
    });
  }

  async outputOf(jobId: number): Promise<string> {
    const sandbox = await this.#user.client.call('GET /bff/jobs/:jobId/sandbox/:kind', {
      params: { jobId, kind: 'output' },
    });
    const response = await fetch(new URL(sandbox.archives[0]?.url ?? '', this.#server.url));
    const entries = await unpackTar(gunzipSync(Buffer.from(await response.arrayBuffer())));
    return new TextDecoder().decode(entries.find(({ header }) => header.name === 'std.out')?.data);
  }
}

/** The demonstration with these sites alone; answers the path. */
export async function writeConfiguration(
  folder: string,
  sites: Sites,
  lifeCycle: LifeCycle = {},
): Promise<string> {
  const configuration = join(folder, 'configuration.yaml');
  await writeFile(configuration, withSites(await readFile(demo, 'utf8'), sites, lifeCycle));
  return configuration;
}

/** The name of its computing element. */
const elementOf = (site: string): string => `ce.${site.split('.')[1]?.toLowerCase()}`;

/** The sites of the demonstration are replaced, and jobs of a second are allowed. */
function withSites(text: string, sites: Sites, lifeCycle: LifeCycle): string {
  const all = Object.fromEntries(
    Object.entries(sites).map(([site, element]) => [
      site,
      { vos: [vo], computingElements: { [elementOf(site)]: element } },
    ]),
  );
  const limits = JSON.stringify({ minCpuTimeS: 1, minWallTimeS: 1 });
  return text.replace(
    /\nsites:\n[\s\S]*?\n(?=launchpad:)/,
    `\nlifeCycle: ${JSON.stringify(lifeCycle)}\njobDescription: ${limits}\nsites: ${JSON.stringify(all)}\n\n`,
  );
}
