/**
 * The whole chain on one computing element: the real server with that element alone, a user, his jobs, real pilots.
 * Asked by the tests of each real service.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadDemoProxy } from '../world/demo-proxy.ts';
import { logIn, type HttpUser } from '../world/http-user.ts';
import { waitForChange } from '../world/live-events.ts';
import { startServer } from '../world/server.ts';

export interface EndedJob {
  readonly status: string;
  readonly minorStatus: string;
  readonly site: string;
}

const limitMs = 180_000;
const finals = ['Done', 'Failed', 'Killed', 'Deleted'];
const demo = join(import.meta.dirname, '..', '..', 'config', 'demo.yaml');

/** Runs all jobs of these descriptions to their end. `element` is a computing element as configured, with its queues. */
export async function runJobs(
  folder: string,
  element: object,
  descriptions: readonly string[],
): Promise<readonly EndedJob[]> {
  const configuration = join(folder, 'configuration.yaml');
  await writeFile(configuration, withOneElement(await readFile(demo, 'utf8'), element));
  const server = await startServer({ environment: { WM_CONFIG: configuration } });
  try {
    const user = await logIn(server.url, 'mkolar', 'access_user');
    await uploadDemoProxy(server.url, user);
    const ids: number[] = [];
    // Parametric ones must come alone.
    for (const description of descriptions) {
      const jobs = await user.client.call('POST /api/jobs/jdl', { body: [description] });
      ids.push(...jobs.map(({ JobID }) => JobID));
    }
    let seen: readonly EndedJob[] = [];
    return await waitForChange(server.url, user, limitMs, async () => {
      seen = await Promise.all(ids.map((jobId) => look(user, jobId)));
      return seen.every(({ status }) => finals.includes(status)) ? seen : undefined;
    }).catch((cause: unknown) => {
      throw new Error(`Not all jobs ended: ${JSON.stringify(seen)}`, { cause });
    });
  } finally {
    await server.stop();
  }
}

async function look(user: HttpUser, jobId: number): Promise<EndedJob> {
  const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
  const word = (name: string): string => {
    const value = attributes[name];
    return typeof value === 'string' ? value : '';
  };
  return { status: word('Status'), minorStatus: word('MinorStatus'), site: word('Site') };
}

/** The sites of the demonstration are replaced by one. */
const withOneElement = (text: string, element: object): string => {
  const sites = {
    'EGI.Testbed.org': { vos: ['vo.access.egi.eu'], computingElements: { 'ce.testbed': element } },
  };
  return text.replace(/\nsites:\n[\s\S]*?\n(?=launchpad:)/, `\nsites: ${JSON.stringify(sites)}\n\n`);
};
