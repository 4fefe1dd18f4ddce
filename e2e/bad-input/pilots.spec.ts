/** Pilots that are not who they say, or speak of jobs they do not hold: refused one by one, and jobs stay as they are. */
import { pack, sha256, store } from './archives.ts';
import { becomePilot, clientOf, dismissPilots, offer, registration, type HeldJob } from './captive-pilot.ts';
import { expectPlainRefusal, expectRefusal, plain, type Expected } from './refusals.ts';
import { expect, test } from './strict-test.ts';
import { statusOf, submit } from './strict-world.ts';

test.afterEach(dismissPilots);

const jdl = '[ Executable = "/bin/true"; Site = "EGI.Captive.org"; CPUTime = 600; ]';
const unknown = (says = /belongs to no pilot/): Expected => ({ code: 'pilot.unknown', status: 401, says });

test('a pilot with a foreign stamp, a foreign secret or none gets nothing (pilot.unknown)', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const other = await strict.userWithProxy('jlind', 'training_user');
  const [one, two] = [await becomePilot(strict, user), await becomePilot(strict, other)];
  const [stamp, secret] = one.pilot.token.split('.');
  const [otherStamp, otherSecret] = two.pilot.token.split('.');
  const jobId = await submit(user, jdl);
  const tokens: Record<string, Expected> = {
    [`${stamp}.${otherSecret}`]: unknown(),
    [`${otherStamp}.${secret}`]: unknown(),
    [`${'0'.repeat(32)}.${secret}`]: unknown(),
    [`${stamp}.${'A'.repeat(43)}`]: unknown(),
    [`${stamp}.`]: unknown(),
    'not-a-token': unknown(),
    'with blanks in it': unknown(/must hold the bearer token/),
  };
  for (const [token, expected] of Object.entries(tokens)) {
    const client = clientOf(strict, token);
    await expectRefusal(client.call('POST /pilot/v1/register', { body: registration }), expected);
    await expectRefusal(client.call('POST /pilot/v1/match', { body: { offer, waitS: 0 } }), expected);
  }
  const none = await plain(`${strict.url}/pilot/v1/match`, { method: 'POST', body: '{}' });
  expectPlainRefusal(none, unknown(/must hold the bearer token/));
  expect(await statusOf(user, jobId)).toBe('Waiting');
  await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [jobId] } });
});

test('a pilot that reports on a job it does not hold changes nothing', async ({ strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const other = await strict.userWithProxy('jlind', 'training_user');
  const [first, second, foreign] = [
    await becomePilot(strict, user),
    await becomePilot(strict, user),
    await becomePilot(strict, other),
  ];
  const atMs = Date.now();
  const report = (by: HeldJob, jobId: number, attempt = 1) =>
    by.client.call('POST /pilot/v1/reports', {
      body: { reports: [{ jobId, attempt, atMs, status: 'Done' }] },
    });
  const beat = (by: HeldJob, jobId: number, attempt = 1) =>
    by.client.call('POST /pilot/v1/heartbeats', {
      body: { jobs: [{ jobId, attempt, atMs, stdoutTail: 'forged' }], acknowledged: [] },
    });
  const stale = { ok: false, code: 'job.stale-attempt', message: `Attempt 1 of job ${first.jobId} is over.` };
  const missing = { ok: false, code: 'job.not-found', message: `There is no job ${first.jobId}.` };
  for (const [by, expected] of [
    [second, stale],
    [foreign, missing],
  ] as const) {
    expect((await report(by, first.jobId)).verdicts).toEqual([
      { jobId: first.jobId, attempt: 1, ...expected },
    ]);
    expect((await beat(by, first.jobId)).refused).toEqual([{ jobId: first.jobId, attempt: 1, ...expected }]);
  }
  const peek = await user.client.call('GET /bff/jobs/:jobId/peek', { params: { jobId: first.jobId } });
  expect(peek).toMatchObject({ stdout: null, status: 'Matched' });

  const archive = await pack([{ name: 'forged', body: 'forged' }]);
  const body = {
    checksum_algorithm: 'sha256' as const,
    checksum: sha256(archive),
    size: archive.length,
    format: 'tar.gz' as const,
    attempt: 1,
  };
  const params = { jobId: first.jobId };
  await expectRefusal(second.client.call('POST /pilot/v1/jobs/:jobId/sandbox/output', { params, body }), {
    code: 'job.stale-attempt',
    status: 409,
    says: /not held by this pilot/,
  });
  await expectRefusal(foreign.client.call('POST /pilot/v1/jobs/:jobId/sandbox/output', { params, body }), {
    code: 'job.not-found',
    status: 404,
    says: /no job/,
  });
  expect(await statusOf(user, first.jobId)).toBe('Matched');
});

test('a report of an attempt that is over is refused, and the job of now goes on (job.stale-attempt)', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const own = await becomePilot(strict, user);
  const { jobId } = own;
  const { verdicts: rescheduled } = await user.client.call('POST /bff/jobs/actions', {
    body: { action: 'reschedule', jobIds: [jobId] },
  });
  expect(rescheduled).toMatchObject([{ ok: true }]);
  const { verdicts } = await own.client.call('POST /pilot/v1/reports', {
    body: { reports: [{ jobId, attempt: 1, atMs: Date.now(), status: 'Done' }] },
  });
  expect(verdicts).toMatchObject([{ ok: false, code: 'job.stale-attempt' }]);
  expect(await statusOf(user, jobId)).toBe('Waiting');
  await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [jobId] } });
});

test('a pilot cannot bring a killed job back, nor give it what no pilot may (job.transition-refused)', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const own = await becomePilot(strict, user);
  const { jobId, attempt } = own;
  const report = async (status: 'Deleted' | 'Waiting' | 'Running' | 'Done') =>
    (
      await own.client.call('POST /pilot/v1/reports', {
        body: { reports: [{ jobId, attempt, atMs: Date.now(), status }] },
      })
    ).verdicts;
  for (const status of ['Deleted', 'Waiting'] as const)
    expect(await report(status)).toMatchObject([{ ok: false, code: 'job.transition-refused' }]);
  await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [jobId] } });
  expect(await report('Running')).toMatchObject([{ ok: false }]);
  expect(await statusOf(user, jobId)).toBe('Killed');
});

test('an output sandbox that was never stored spoils only its own report (sandbox.not-found)', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const own = await becomePilot(strict, user);
  const { jobId, attempt } = own;
  const pfn = `SB:SandboxSE|/S3/sandboxes/vo.access.egi.eu/access_user/mkolar/sha256:${'b'.repeat(64)}.tar.gz`;
  const foreign = await strict.userWithProxy('jlind', 'training_user');
  const foreignPfn = await store(strict.url, foreign, await pack([{ name: 'theirs', body: 'theirs' }]));
  const atMs = Date.now();
  const { verdicts } = await own.client.call('POST /pilot/v1/reports', {
    body: {
      reports: [
        { jobId, attempt, atMs, outputSandbox: pfn },
        { jobId, attempt, atMs, outputSandbox: foreignPfn },
        { jobId, attempt, atMs: atMs + 1, status: 'Running', minorStatus: 'Application' },
      ],
    },
  });
  expect(verdicts.map(({ ok }) => ok)).toEqual([false, false, true]);
  expect(await statusOf(user, jobId)).toBe('Running');
  const { archives } = await user.client.call('GET /bff/jobs/:jobId/sandbox/:kind', {
    params: { jobId, kind: 'output' },
  });
  expect(archives).toEqual([]);
});

test('a pilot that has ended is told to stop (pilot.ended)', async ({ strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const own = await becomePilot(strict, user);
  await own.client.call('POST /pilot/v1/finish', {
    body: { status: 'Done', reason: 'The test ends it.' },
  });
  await expectRefusal(own.client.call('POST /pilot/v1/match', { body: { offer, waitS: 0 } }), {
    code: 'pilot.ended',
    status: 410,
    says: /The pilot is Done; it must stop/,
  });
});

test('the token of a pilot opens nothing of users, and the cookie of a user nothing of pilots', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const { pilot, jobId } = await becomePilot(strict, user);
  const bearer = { authorization: `Bearer ${pilot.token}` };
  for (const path of ['/bff/me', `/bff/jobs/${jobId}`, '/bff/proxies'])
    expectPlainRefusal(await plain(strict.url + path, { headers: bearer }), {
      code: 'access.unauthenticated',
      status: 401,
      says: /not logged in|Invalid JWT/,
    });
  const search = await plain(`${strict.url}/api/jobs/search`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: '{}',
  });
  expectPlainRefusal(search, { code: 'access.unauthenticated', status: 401, says: /Invalid JWT/ });
  const me = await user.client.call('GET /bff/me', {});
  const asUser = await plain(`${strict.url}/pilot/v1/match`, {
    method: 'POST',
    headers: { cookie: user.cookies(), 'x-csrf-token': me.csrfToken, 'content-type': 'application/json' },
    body: JSON.stringify({ offer }),
  });
  expectPlainRefusal(asUser, unknown(/must hold the bearer token/));
});

test('the output of a pilot is not for strangers', async ({ strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const { pilot, client } = await becomePilot(strict, user);
  await client.call('POST /pilot/v1/log', { body: { text: 'what the pilot says' } });
  const params = { stamp: pilot.stamp };
  const get = 'GET /bff/pilots/:stamp/output';
  expect((await user.client.call(get, { params, query: {} })).texts?.log).toContain('what the pilot says');
  const sameVo = await strict.user('iortega', 'access_user');
  await expectRefusal(sameVo.client.call(get, { params, query: {} }), {
    code: 'access.denied',
    status: 403,
    says: /for operators, administrators of its VO and owners of jobs it ran/,
  });
  const otherVo = await strict.user('jlind', 'training_user');
  await expectRefusal(otherVo.client.call(get, { params, query: {} }), {
    code: 'not-found',
    status: 404,
    says: /There is no pilot/,
  });
});

test('what a pilot says in another shape is refused by the field (input.invalid)', async ({ strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const { client, jobId } = await becomePilot(strict, user);
  const match = (changed: object) =>
    client.call('POST /pilot/v1/match', { body: { offer: { ...offer, ...changed }, waitS: 0 } });
  const invalid = (says: RegExp): Expected => ({ code: 'input.invalid', status: 422, says });
  await expectRefusal(match({ processors: -1 }), invalid(/body\.offer\.processors/));
  await expectRefusal(match({ memoryMiB: 'much' }), invalid(/body\.offer\.memoryMiB/));
  const report = { jobId, attempt: 0, atMs: Date.now() };
  await expectRefusal(
    client.call('POST /pilot/v1/reports', { body: { reports: [report] } }),
    invalid(/body\.reports\.0\.attempt/),
  );
});
