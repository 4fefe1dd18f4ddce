/** Submissions without a usable proxy: refused by the reason, and no job comes of it. */
import { handIn } from './chains.ts';
import { expectRefusal } from './refusals.ts';
import { expect, test } from './strict-test.ts';
import { jobsOf } from './strict-world.ts';

const jdl = '[ Executable = "/bin/true"; Site = "EGI.Idle.org"; ]';
const hourMs = 3_600_000;

test('a submission without a proxy is refused and makes no job (proxy.missing)', async ({ strict }) => {
  const user = await strict.user('hberg');
  const status = await user.client.call('GET /bff/proxies/status', {});
  expect(status).toMatchObject({
    state: 'Not Valid',
    reason: 'NONE',
    message: expect.stringContaining('or upload one'),
  });
  await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [jdl] }), {
    code: 'proxy.missing',
    status: 409,
    says: /No proxy of yours is stored. Get one here, or upload one./,
  });
  expect(await jobsOf(user)).toEqual([]);
});

test('a submission with a proxy that ends too soon is refused with both times (proxy.short)', async ({
  strict,
}) => {
  const user = await strict.user('hberg');
  const person = await strict.pki.person('Hanna Berg hberg');
  await handIn(user, person, { lifetimeMs: 2 * hourMs });
  const status = await user.client.call('GET /bff/proxies/status', {});
  expect(status).toMatchObject({ state: 'Not Valid', reason: 'SHORT' });
  await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [jdl] }), {
    code: 'proxy.short',
    status: 409,
    says: /ends on \d{4}-\d\d-\d\d \d\d:\d\d UTC; to run a job it must last 24 h 1 min more/,
  });
  expect(await jobsOf(user)).toEqual([]);
  await handIn(user, person);
  await user.client.call('POST /api/jobs/jdl', { body: [jdl] });
  expect(await jobsOf(user)).toHaveLength(1);
});

test('a submission with a proxy that has ended is refused with when it did (proxy.expired)', async ({
  strict,
}) => {
  const user = await strict.user('hberg');
  const before = await jobsOf(user);
  // Nobody can upload one that has ended, and the test does not wait an hour.
  strict.endProxies('hberg');
  const status = await user.client.call('GET /bff/proxies/status', {});
  expect(status).toMatchObject({ state: 'Not Valid', reason: 'EXPIRED' });
  await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [jdl] }), {
    code: 'proxy.expired',
    status: 409,
    says: /Your proxy ended on \d{4}-\d\d-\d\d \d\d:\d\d UTC. Upload a new one./,
  });
  expect(await jobsOf(user)).toEqual(before);
});

test('a submission without any description is refused (jdl.invalid)', async ({ strict }) => {
  const user = await strict.userWithProxy('swang');
  await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [] }), {
    code: 'jdl.invalid',
    status: 400,
    says: /send at least one/,
  });
});

test('the same request key with another description is refused, with the same one it makes no second job', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('swang');
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const call = (text: string) => user.client.call('POST /api/jobs/jdl', { body: [text] }, { headers });
  const [first] = await call(jdl);
  const before = await jobsOf(user);
  expect((await call(jdl))[0]).toEqual(first);
  await expectRefusal(call(jdl.replace('true', 'false')), {
    code: 'conflict',
    status: 409,
    says: /same request key was used for another submission/,
  });
  expect(await jobsOf(user)).toEqual(before);
});
