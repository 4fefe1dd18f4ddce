/**
 * SIGKILL at chosen moments: in a submission, a match, an upload. On the same data folder everything that was
 * acknowledged is there, once. Random moments under load are the matter of `npm run kill-test`.
 */
import { randomBytes } from 'node:crypto';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { expect, test as base } from '@playwright/test';
import { untilStatus } from '../world/seed.ts';
import { announce, outputOf, pack, sha256, store } from './archives.ts';
import { becomePilot, dismissPilots, offer } from './captive-pilot.ts';
import { jobsOf, openStrictWorld, statusOf, submit, type StrictWorld } from './strict-world.ts';

/** A world of its own, because its server dies. */
const test = base.extend<object, { mortal: StrictWorld }>({
  mortal: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs from here
    async ({}, use) => {
      await using world = await openStrictWorld();
      await use(world);
    },
    { scope: 'worker' },
  ],
});

test.afterEach(dismissPilots);

const idle = (name: string) => `[ JobName = "${name}"; Executable = "/bin/true"; Site = "EGI.Idle.org"; ]`;

test('a submission that was acknowledged is there after a kill, and its repetition makes no second job', async ({
  mortal,
}) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const call = () =>
    user.client.call('POST /api/jobs/jdl', { body: [idle('first'), idle('second')] }, { headers });
  const acknowledged = await call();
  await mortal.killAndRestart();
  for (const { JobID } of acknowledged) expect(await statusOf(user, JobID)).toBe('Waiting');
  const jobs = await jobsOf(user);
  expect(await call()).toEqual(acknowledged);
  expect(await jobsOf(user)).toEqual(jobs);
});

test('submissions under way when the server is killed are there once each after their repetition', async ({
  mortal,
}) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const before = new Set(await jobsOf(user));
  const keys = Array.from({ length: 40 }, () => crypto.randomUUID());
  const call = (key: string) =>
    user.client
      .call(
        'POST /api/jobs/jdl',
        { body: [idle(`under-way-${key}`)] },
        { headers: { 'idempotency-key': key } },
      )
      .then(([job]) => job?.JobID);
  const calls = keys.map((key) => call(key).catch(() => undefined));
  // Some are answered by now, some are not.
  await Promise.any(calls.map(async (answer) => (await answer) ?? Promise.reject(new Error('not yet'))));
  await mortal.killAndRestart();
  const acknowledged = await Promise.all(calls);
  const repeated = await Promise.all(keys.map(call));
  for (const [index, jobId] of acknowledged.entries())
    if (jobId !== undefined) expect(repeated[index]).toBe(jobId);
  const added = (await jobsOf(user)).filter((jobId) => !before.has(jobId));
  expect(new Set<number | undefined>(added)).toEqual(new Set(repeated));
  expect(new Set(added).size).toBe(keys.length);
});

test('a job that was matched when the server is killed runs once: nobody else gets it', async ({
  mortal,
}) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const { client, jobId, attempt } = await becomePilot(mortal, user);
  await mortal.killAndRestart();
  expect(await statusOf(user, jobId)).toBe('Matched');
  const again = await client.call('POST /pilot/v1/match', { body: { offer, waitS: 0 } });
  expect(again.kind).toBe('noMatch');
  const atMs = Date.now();
  const { verdicts } = await client.call('POST /pilot/v1/reports', {
    body: { reports: [{ jobId, attempt, atMs, status: 'Running', minorStatus: 'Application' }] },
  });
  expect(verdicts).toMatchObject([{ ok: true }]);

  // The end that was acknowledged stays, and its repetition does no harm.
  const end = {
    jobId,
    attempt,
    atMs: atMs + 1000,
    status: 'Done',
    minorStatus: 'Execution Complete',
  } as const;
  const report = () => client.call('POST /pilot/v1/reports', { body: { reports: [end] } });
  expect((await report()).verdicts).toMatchObject([{ ok: true }]);
  await mortal.killAndRestart();
  expect(await statusOf(user, jobId)).toBe('Done');
  const records = async () =>
    (await user.client.call('GET /bff/jobs/:jobId/logging', { params: { jobId } })).records.length;
  const count = await records();
  expect((await report()).verdicts).toMatchObject([{ ok: true }]);
  expect(await records()).toBe(count);
  await client.call('POST /pilot/v1/finish', { body: { status: 'Done', reason: 'The test is over.' } });
});

test('matches under way when the server is killed give no job to two pilots', async ({ mortal }) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const pilots = [
    await becomePilot(mortal, user),
    await becomePilot(mortal, user),
    await becomePilot(mortal, user),
  ];
  const site = 'Site = "EGI.Captive.org"; CPUTime = 600;';
  const waiting: number[] = [];
  for (let count = 0; count < 3; count += 1)
    waiting.push(await submit(user, `[ Executable = "/bin/true"; ${site} ]`));
  const ask = (pilot: (typeof pilots)[number]) =>
    pilot.client
      .call('POST /pilot/v1/match', { body: { offer, waitS: 0 } })
      .then((answer) => (answer.kind === 'match' ? answer.job : undefined));
  const calls = pilots.map((pilot) => ask(pilot).catch(() => undefined));
  await Promise.any(calls.map(async (answer) => (await answer) ?? Promise.reject(new Error('not yet'))));
  await mortal.killAndRestart();
  const first = await Promise.all(calls);
  const second = await Promise.all(pilots.map((pilot) => ask(pilot)));
  const given = [...first, ...second].flatMap((job) =>
    job === undefined ? [] : [`${job.jobId}/${job.attempt}`],
  );
  expect(given.length).toBeGreaterThan(0);
  expect(new Set(given).size).toBe(given.length);
  for (const job of first) if (job !== undefined) expect(await statusOf(user, job.jobId)).toBe('Matched');
  expect(given.every((key) => waiting.includes(Number.parseInt(key, 10)))).toBe(true);
  await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: waiting } });
});

test('a payload that runs while the server is killed runs on, ends once, and its output comes home', async ({
  mortal,
}) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const lines = `echo started; while [ $n -lt 30 ]; do n=$((n+1)); sleep 0.1; done; echo ended`;
  const jobId = await submit(
    user,
    `[ Executable = "/bin/sh"; Arguments = "-c 'n=0; ${lines}'"; StdOutput = "out"; OutputSandbox = {"out"};
       Site = "EGI.Real.org"; CPUTime = 600; ]`,
  );
  await untilStatus(mortal.url, user, jobId, 'Running');
  await mortal.killAndRestart();
  await untilStatus(mortal.url, user, jobId, 'Done', 'Failed');
  const files = await outputOf(mortal.url, user, jobId);
  expect(files.get('out')?.toString()).toBe('started\nended\n');
  const { records } = await user.client.call('GET /bff/jobs/:jobId/logging', { params: { jobId } });
  const ofPayload = records.filter(({ MinorStatus }) => MinorStatus === 'Application');
  expect(ofPayload).toHaveLength(1);
  expect(records.every(({ Attempt }) => Attempt === 1)).toBe(true);
});

test('a sandbox that was acknowledged is there after a kill, byte by byte', async ({ mortal }) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const archive = await pack([{ name: 'kept', body: randomBytes(50_000) }]);
  const pfn = await store(mortal.url, user, archive);
  await mortal.killAndRestart();
  const { url } = await user.client.call('GET /api/jobs/sandbox', { query: { pfn } });
  const answer = await fetch(new URL(url, mortal.url));
  expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(sha256(archive));
});

/** Sends the first half of an upload; resolves when the server has begun to write it. */
async function beginUpload(
  mortal: StrictWorld,
  fields: Readonly<Record<string, string>>,
  half: Uint8Array,
): Promise<ClientRequest> {
  const { hostname, port } = new URL(mortal.url);
  const mark = 'half-an-upload';
  const before = (await mortal.sandboxFiles()).length;
  const request = httpRequest({
    hostname,
    port,
    path: '/files/sandboxes',
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${mark}`, 'transfer-encoding': 'chunked' },
  });
  request.on('error', () => undefined);
  for (const [name, value] of Object.entries(fields))
    request.write(`--${mark}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  request.write(`--${mark}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`);
  request.write(half);
  await expect(async () => expect(await mortal.sandboxFiles()).toHaveLength(before + 1)).toPass({
    intervals: [20],
    timeout: 10_000,
  });
  return request;
}

test('half an upload when the server is killed is nowhere to be seen, and can be sent again', async ({
  mortal,
}) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const archive = await pack([{ name: 'half', body: randomBytes(100_000) }]);
  const door = await announce(user, archive);
  const request = await beginUpload(mortal, door.fields, archive.subarray(0, 50_000));
  await mortal.killAndRestart();
  request.destroy();
  await expect(user.client.call('GET /api/jobs/sandbox', { query: { pfn: door.pfn } })).rejects.toMatchObject(
    {
      code: 'sandbox.not-found',
    },
  );
  const before = (await mortal.sandboxFiles()).filter((path) => !path.includes('incoming'));
  expect(await store(mortal.url, user, archive)).toBe(door.pfn);
  const after = (await mortal.sandboxFiles()).filter((path) => !path.includes('incoming'));
  expect(after).toHaveLength(before.length + 1);
});

test('an upload that the client breaks off leaves nothing', async ({ mortal }) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const archive = await pack([{ name: 'broken', body: randomBytes(100_000) }]);
  const door = await announce(user, archive);
  const before = await mortal.sandboxFiles();
  const request = await beginUpload(mortal, door.fields, archive.subarray(0, 50_000));
  request.destroy();
  await expect(async () => expect(await mortal.sandboxFiles()).toEqual(before)).toPass({
    intervals: [20],
    timeout: 10_000,
  });
});

test('a proxy, a session and a note that were acknowledged are there after a kill', async ({ mortal }) => {
  const user = await mortal.userWithProxy('mkolar', 'access_user');
  const params = { kind: 'note', name: 'kept' } as const;
  await user.client.call('PUT /bff/documents/:kind/:name', {
    params,
    body: { revision: 0, body: 'remember' },
  });
  await mortal.killAndRestart();
  expect(await user.client.call('GET /bff/proxies/status', {})).toMatchObject({ state: 'Valid' });
  const { documents } = await user.client.call('GET /bff/documents/:kind', { params: { kind: 'note' } });
  expect(documents).toMatchObject([{ name: 'kept', body: 'remember' }]);
});
