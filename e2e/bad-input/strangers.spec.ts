/** Jobs of somebody else, in the same VO and in another: they look as if they were not there, and stay untouched. */
import { expectPlainRefusal, expectRefusal, plain, type Expected } from './refusals.ts';
import { pack, store } from './archives.ts';
import { expect, test } from './strict-test.ts';
import { jobsOf, statusOf, submit } from './strict-world.ts';

const strangers = [
  ['of the same VO', 'iortega', 'access_user'],
  ['of another VO', 'jlind', 'training_user'],
] as const;

for (const [which, userName, group] of strangers) {
  test(`kill, delete and reschedule of a job by a stranger ${which} change nothing (job.not-found)`, async ({
    strict,
  }) => {
    const owner = await strict.userWithProxy('mkolar', 'access_user');
    const stranger = await strict.user(userName, group);
    const jobId = await submit(owner, '[ Executable = "/bin/true"; Site = "EGI.Idle.org"; ]');
    const history = async () =>
      (await owner.client.call('GET /bff/jobs/:jobId/logging', { params: { jobId } })).records;
    const before = await history();
    for (const action of ['kill', 'delete', 'reschedule'] as const) {
      const { verdicts } = await stranger.client.call('POST /bff/jobs/actions', {
        body: { action, jobIds: [jobId] },
      });
      expect(verdicts).toEqual([
        { jobId, ok: false, code: 'job.not-found', message: `There is no job ${jobId}.` },
      ]);
    }
    const change = {
      [jobId]: { [new Date().toISOString()]: { Status: 'Killed' as const, Source: 'Stranger' } },
    };
    await expectRefusal(
      stranger.client.call('PATCH /api/jobs/status', { query: { force: 'true' }, body: change }),
      { code: 'job.not-found', status: 404, says: new RegExp(`There is no job ${jobId}`) },
    );
    await expectRefusal(
      stranger.client.call('POST /api/jobs/reschedule', { query: {}, body: { job_ids: [jobId] } }),
      {
        code: 'input.invalid',
        status: 400,
        says: /There is no job/,
      },
    );
    expect(await statusOf(owner, jobId)).toBe('Waiting');
    expect(await history()).toEqual(before);
  });

  test(`nothing of a job can be read by a stranger ${which} (job.not-found)`, async ({ strict }) => {
    const owner = await strict.userWithProxy('mkolar', 'access_user');
    const stranger = await strict.user(userName, group);
    const pfn = await store(strict.url, owner, await pack([{ name: 'run.sh', body: '#!/bin/sh\n' }]));
    const jobId = await submit(
      owner,
      `[ Executable = "run.sh"; InputSandbox = {"${pfn}"}; Site = "EGI.Idle.org"; ]`,
    );
    const none: Expected = { code: 'job.not-found', status: 404, says: new RegExp(`no job ${jobId}`) };
    const headers = { cookie: stranger.cookies(), 'x-wm-group': group };
    for (const path of [
      `/bff/jobs/${jobId}`,
      `/bff/jobs/${jobId}/jdl`,
      `/bff/jobs/${jobId}/parameters`,
      `/bff/jobs/${jobId}/logging`,
      `/bff/jobs/${jobId}/peek`,
      `/bff/jobs/${jobId}/sandbox/input`,
      `/bff/jobs/${jobId}/sandbox/input/file?name=run.sh`,
      `/api/jobs/${jobId}/sandbox`,
      `/api/jobs/${jobId}/sandbox/input`,
    ])
      expectPlainRefusal(await plain(strict.url + path, { headers }), none);
    expect(await jobsOf(stranger)).not.toContain(jobId);
  });
}

test('a job that never was looks the same as one of somebody else (job.not-found)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  await expectRefusal(user.client.call('GET /bff/jobs/:jobId', { params: { jobId: 999_999_999 } }), {
    code: 'job.not-found',
    status: 404,
    says: /There is no job 999999999/,
  });
});

test('notes of one user are not those of another', async ({ strict }) => {
  const [owner, stranger] = [
    await strict.user('mkolar', 'access_user'),
    await strict.user('iortega', 'access_user'),
  ];
  const params = { kind: 'note', name: 'secret' } as const;
  await owner.client.call('PUT /bff/documents/:kind/:name', {
    params,
    body: { revision: 0, body: 'secret' },
  });
  const { documents } = await stranger.client.call('GET /bff/documents/:kind', { params: { kind: 'note' } });
  expect(JSON.stringify(documents)).not.toContain('secret');
});

test('a proxy of somebody else cannot be removed (not-found)', async ({ strict }) => {
  const owner = await strict.userWithProxy('mkolar', 'access_user');
  const stranger = await strict.user('iortega', 'access_user');
  const { proxies } = await owner.client.call('GET /bff/proxies', {});
  const params = { proxyId: proxies[0]?.proxyId ?? '' };
  await expectRefusal(stranger.client.call('DELETE /bff/proxies/:proxyId', { params }), {
    code: 'not-found',
    status: 404,
    says: /no such proxy/,
  });
  expect((await owner.client.call('GET /bff/proxies', {})).proxies).toEqual(proxies);
});
