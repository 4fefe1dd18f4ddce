/** What a test needs to find on the server before it begins, put there through HTTP. */
import { uploadDemoProxy } from './demo-proxy.ts';
import type { HttpUser } from './http-user.ts';
import { waitForChange } from './live-events.ts';

/** Layout, notes and settings of the user are gone: his desktop is the one of the first day. */
export async function withoutDocuments(user: HttpUser): Promise<void> {
  for (const kind of ['layout', 'note', 'settings'] as const) {
    const { documents } = await user.client.call('GET /bff/documents/:kind', { params: { kind } });
    for (const { name } of documents)
      await user.client.call('DELETE /bff/documents/:kind/:name', { params: { kind, name } });
  }
}

export async function withoutProxies(user: HttpUser): Promise<void> {
  const { proxies } = await user.client.call('GET /bff/proxies', {});
  for (const { proxyId, userName } of proxies)
    if (userName === user.userName)
      await user.client.call('DELETE /bff/proxies/:proxyId', { params: { proxyId } });
}

export async function withProxy(serverUrl: string, user: HttpUser): Promise<void> {
  const { state } = await user.client.call('GET /bff/proxies/status', {});
  if (state !== 'Valid') await uploadDemoProxy(serverUrl, user);
}

/** Returns the ids of the jobs. */
export async function submitted(user: HttpUser, ...jdls: readonly string[]): Promise<readonly number[]> {
  const jobs = await user.client.call('POST /api/jobs/jdl', { body: [...jdls] });
  return jobs.map(({ JobID }) => JobID);
}

const longestWaitMs = 40_000;

/** Waits, by the live events, until the job is in one of these states. */
export async function untilStatus(
  serverUrl: string,
  user: HttpUser,
  jobId: number,
  ...statuses: readonly string[]
): Promise<void> {
  await waitForChange(serverUrl, user, longestWaitMs, async () => {
    const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
    return statuses.includes(String(attributes['Status'])) || undefined;
  });
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A job that runs one line of shell, without an input sandbox. */
export const shellJob = (jobName: string, script: string, more = ''): string =>
  `JobName = ${quoted(jobName)}; Executable = "/bin/sh"; Arguments = ${quoted(`-c '${script}'`)};
   StdOutput = "StdOut"; StdError = "StdErr"; OutputSandbox = {"StdOut", "StdErr"}; ${more}`;

/** Says hello. */
export const greetingJob = (jobName = 'Greeting'): string => shellJob(jobName, 'echo Hello World');

/** Prints a line twice a second until it is killed. */
export const endlessJob = (jobName = 'Endless'): string =>
  shellJob(jobName, 'n=0; while true; do n=$((n+1)); echo tick $n; sleep 0.5; done');

/** Asks for more processors than any pilot here has, so it stays Waiting. */
export const patientJob = (jobName = 'Patient'): string =>
  shellJob(jobName, 'true', 'NumberOfProcessors = 64;');

export const failingJob = (jobName = 'Failing'): string => shellJob(jobName, 'echo giving up >&2; exit 3');
