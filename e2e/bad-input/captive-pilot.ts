/** A test that speaks as the pilot: takes the token a captive pilot left behind and gets a job with it. */
import { expect } from '@playwright/test';
import { createClient, type ApiClient } from '@wm/api-contract/client';
import type { HttpUser } from '../world/http-user.ts';
import type { CaptivePilot } from './installation.ts';
import { submit, type StrictWorld } from './strict-world.ts';

const jdl = '[ Executable = "/bin/true"; Site = "EGI.Captive.org"; CPUTime = 600; ]';
export const offer = {
  platforms: ['Linux_test'],
  cpuTimeLeftS: 80_000,
  processors: 1,
  memoryMiB: 2048,
  diskMiB: 10_000,
  gpus: 0,
  wholeNode: false,
  tags: [],
  requiredTags: [],
};
export const registration = {
  hostName: 'captive.example.org',
  version: 'test',
  nodeVersion: 'v24',
  checks: [],
  isolation: 'none',
  offer,
};

export const clientOf = (strict: StrictWorld, token: string): ApiClient =>
  createClient({ baseUrl: strict.url, headers: () => ({ authorization: `Bearer ${token}` }) });

/** A pilot of the test with the job it was given. */
export interface HeldJob {
  readonly user: HttpUser;
  readonly pilot: CaptivePilot;
  readonly client: ApiClient;
  readonly jobId: number;
  readonly attempt: number;
}

const taken = new Set<string>();
const held: HeldJob[] = [];

/** Ends all pilots and their jobs: those left over would take the place of the next test's. */
export async function dismissPilots(): Promise<void> {
  for (const { user, client, jobId } of held.splice(0)) {
    await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [jobId] } });
    const body = { status: 'Done', reason: 'The test is over.' } as const;
    await client.call('POST /pilot/v1/finish', { body }).catch(() => undefined);
  }
}

/** Submits a job and becomes the pilot that was sent for it. */
export async function becomePilot(strict: StrictWorld, user: HttpUser): Promise<HeldJob> {
  const jobId = await submit(user, jdl);
  let pilot: CaptivePilot | undefined;
  await expect(async () => {
    const pilots = await strict.installation.captivePilots();
    pilot = pilots.find(({ stamp }) => !taken.has(stamp));
    expect(pilot).toBeDefined();
  }).toPass({ intervals: [50], timeout: 20_000 });
  if (pilot === undefined) throw new Error('No pilot came.');
  taken.add(pilot.stamp);
  const client = clientOf(strict, pilot.token);
  await client.call('POST /pilot/v1/register', { body: registration });
  const answer = await client.call('POST /pilot/v1/match', { body: { offer, waitS: 5 } });
  if (answer.kind !== 'match') throw new Error(`The pilot got no job: ${answer.reason}`);
  expect(answer.job.jobId).toBe(jobId);
  const own = { user, pilot, client, jobId, attempt: answer.job.attempt };
  held.push(own);
  return own;
}
