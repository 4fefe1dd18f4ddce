/**
 * `npm run smoke`: starts the system on a free port with a throw-away data folder, logs in, uploads a demo
 * proxy, runs Helloworld to Done, checks the output and stops. One JSON line on standard output; exit 0 or 1.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { uploadDemoProxy } from '@wm/e2e/world/demo-proxy';
import { waitForChange } from '@wm/e2e/world/live-events';
import { logIn, type HttpUser } from '@wm/e2e/world/http-user';
import { startServer, type RunningServer } from '@wm/e2e/world/server';

const limitMs = 120_000;

const helloworld = `[
    JobName = "Helloworld";
    Executable = "/bin/echo";
    Arguments = "Hello World";
    StdOutput = "std.out";
    StdError = "std.err";
    OutputSandbox = {"std.out", "std.err"};
]`;

async function runToEnd(server: RunningServer, user: HttpUser): Promise<{ jobId: number; status: string }> {
  const [job] = await user.client.call('POST /api/jobs/jdl', { body: [helloworld] });
  if (job === undefined) throw new Error('The submission was answered without a job.');
  const status = await waitForChange(server.url, user, limitMs, async () => {
    const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId: job.JobID } });
    const now = String(attributes['Status']);
    return ['Done', 'Failed', 'Killed', 'Deleted'].includes(now) ? now : undefined;
  });
  return { jobId: job.JobID, status };
}

async function outputOf(server: RunningServer, user: HttpUser, jobId: number): Promise<string> {
  const sandbox = await user.client.call('GET /bff/jobs/:jobId/sandbox/:kind', {
    params: { jobId, kind: 'output' },
  });
  const archive = sandbox.archives[0];
  if (archive === undefined) throw new Error('The job has no output sandbox.');
  const response = await fetch(new URL(archive.url, server.url));
  const entries = await unpackTar(gunzipSync(Buffer.from(await response.arrayBuffer())));
  const file = entries.find((entry) => entry.header.name === 'std.out');
  return new TextDecoder().decode(file?.data);
}

/** Resident memory of the server process in MB; undefined where the system does not tell. */
function residentMb(processId: number): number | undefined {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'));
    return line ? Math.round(Number(line[1]) / 1024) : undefined;
  } catch {
    return undefined;
  }
}

async function smoke(): Promise<Record<string, unknown>> {
  const startedAtMs = Date.now();
  const server = await startServer();
  try {
    const idleMb = residentMb(server.processId);
    const user = await logIn(server.url, 'mkolar', 'access_user');
    await uploadDemoProxy(server.url, user);
    const { jobId, status } = await runToEnd(server, user);
    const firstJobS = (Date.now() - startedAtMs) / 1000;
    const output = status === 'Done' ? await outputOf(server, user, jobId) : '';
    const ok = status === 'Done' && output.trim() === 'Hello World';
    return { ok, firstJobS, rssMb: idleMb, status, output: output.trim() };
  } finally {
    await server.stop();
  }
}

const result = await smoke().catch((error: unknown) => ({ ok: false, error: String(error) }));
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(result['ok'] === true ? 0 : 1);
