/** Who gets in at `/metrics` and `/metrics/health`, and what is told there by a real server. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { metricLabels } from '@wm/wms-core/metrics';
import type { SystemHealth } from '@wm/wms-core/vocabulary';
import { readExposition } from '../testing/exposition.ts';
import { pilotToken } from '../testing/fake-core.ts';
import { startRealServer, uploadDemoProxy } from '../testing/real-server.ts';
import { startTestServer } from '../testing/test-server.ts';

const token = '0f'.repeat(32);
const paths = ['/metrics', '/metrics/health'] as const;

test('only the bearer token of the settings opens the door', async () => {
  await using server = await startTestServer({ metricsToken: token });
  const operator = await server.logIn('iortega');
  for (const path of paths) {
    const statusFor = async (authorization: string | undefined, visitor = server.visitor()) =>
      (await visitor.send('GET', path, { headers: { authorization } })).status;
    assert.equal(await statusFor(undefined), 401);
    assert.equal(await statusFor(undefined, operator), 401, 'a session is no token');
    for (const wrong of [`Bearer ${token}0`, `Bearer ${token.slice(1)}`, 'Bearer ', token, `Basic ${token}`])
      assert.equal(await statusFor(wrong), 401, wrong);
    assert.equal(await statusFor(`Bearer ${pilotToken}`), 401, 'nor is that of a pilot');
    assert.equal(await statusFor(`Bearer ${token}`), 200);
    assert.equal((await server.visitor().send('POST', path)).status, 404);
  }
  assert(!server.logText().includes(token));
});

test('without a token in the settings the addresses do not exist', async () => {
  await using server = await startTestServer();
  for (const path of [...paths, '/metrics/'])
    for (const authorization of [undefined, 'Bearer ', 'Bearer undefined', `Bearer ${token}`]) {
      const answer = await server.visitor().send('GET', path, { headers: { authorization } });
      assert.equal(answer.status, 404, `${path} ${authorization}`);
    }
});

test('the token opens nothing else', async () => {
  await using server = await startTestServer({ metricsToken: token });
  const headers = { authorization: `Bearer ${token}` };
  for (const path of ['/bff/system/health', '/bff/me', '/api/jobs/search'])
    assert((await server.visitor().send('GET', path, { headers })).status >= 401, path);
});

test('critical health is 503 for monitors that read no JSON', async () => {
  await using server = await startTestServer({ metricsToken: token });
  const headers = { authorization: `Bearer ${token}` };
  const ask = () => server.visitor().send('GET', '/metrics/health', { headers });
  assert.equal((await ask()).status, 200);
  server.fake.isHealthy = false;
  const answer = await ask();
  assert.deepEqual([answer.status, ((await answer.json()) as SystemHealth).status], [503, 'critical']);
});

test('a real server tells what happened, in series of known labels, and no secret and no name of a person', async () => {
  await using server = await startRealServer();
  const secret = await readFile(server.metricsTokenFile, 'utf8');
  const headers = { authorization: `Bearer ${secret}` };
  const mkolar = await server.logIn('mkolar');
  await uploadDemoProxy(mkolar, 'mkolar');
  const jdl = '[ JobName = "a name of mine"; Executable = "/bin/echo"; ]';
  await mkolar.send('POST', '/api/jobs/jdl', { body: [jdl, jdl] });
  const answer = await server.visitor().send('GET', '/metrics', { headers });
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const text = await answer.text();
  const families = readExposition(text);
  const valueOf = (name: string, labels: Readonly<Record<string, string>>): number | undefined =>
    families
      .find((family) => family.name === name)
      ?.samples.find((each) => Object.entries(labels).every(([label, value]) => each.labels[label] === value))
      ?.value;
  const vo = 'vo.access.egi.eu';
  assert.equal(valueOf('wm_jobs_submitted_total', { vo }), 2);
  assert.equal(valueOf('wm_jobs', { vo, status: 'Waiting' }), 2);
  assert.equal(valueOf('wm_task_queue_jobs', { vo }), 2);
  assert((valueOf('wm_jobs_oldest_waiting_seconds', { vo }) ?? -1) >= 0);
  assert.equal(valueOf('wm_sessions', {}), 1);
  assert.equal(valueOf('wm_http_requests_total', { route: 'POST /api/jobs/jdl', code: '201' }), 1);
  assert.equal(valueOf('wm_health_status', { check: 'database' }), 0);
  assert((valueOf('wm_database_size_bytes', {}) ?? 0) + (valueOf('wm_database_wal_bytes', {}) ?? 0) > 0);
  assert((valueOf('wm_disk_free_bytes', {}) ?? 0) > 0);
  const own = families.filter(({ name }) => name.startsWith('wm_')).flatMap(({ samples }) => samples);
  for (const { name, labels } of own)
    for (const label of Object.keys(labels))
      assert(label === 'le' || (metricLabels as readonly string[]).includes(label), `${name} ${label}`);
  const cookie = decodeURIComponent(mkolar.cookies.get('wm') ?? 'none');
  for (const word of ['mkolar', 'a name of mine', secret, cookie.slice(2, 30), mkolar.csrfToken])
    assert(!text.includes(word), word);
});

test('a real server that is left alone is well, but for what a test server lacks', async () => {
  await using server = await startRealServer();
  const secret = await readFile(server.metricsTokenFile, 'utf8');
  const headers = { authorization: `Bearer ${secret}` };
  const answer = await server.visitor().send('GET', '/metrics/health', { headers });
  const { findings } = (await answer.json()) as SystemHealth;
  const bad = findings.filter(({ status, check }) => status === 'critical' && check !== 'disk');
  assert.deepEqual(bad, []);
  assert(findings.some(({ check, subject }) => check === 'agents' && subject?.name === 'job-cleaning'));
});
