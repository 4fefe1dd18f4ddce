/** A job is invisible beyond its VO and owner through every route that names one, with the real core behind. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes, type Route, type RouteKey } from '@wm/api-contract';
import { startRealServer, uploadDemoProxy, type RealServer } from './testing/real-server.ts';
import type { Visitor } from './testing/visitor.ts';

let server: RealServer;
let jobId = 0;
let submission: unknown;
let mkolar: Visitor;
let iortega: Visitor;
let jlind: Visitor;

before(async () => {
  server = await startRealServer();
  [mkolar, iortega, jlind] = await Promise.all([
    server.logIn('mkolar'),
    server.logIn('iortega'),
    server.logIn('jlind'),
  ]);
  assert.equal((await uploadDemoProxy(mkolar, 'mkolar')).status, 200);
  const body = ['[ JobName = "Mine"; Executable = "/bin/ls"; ]'];
  const headers = { 'x-wm-group': 'access_user', 'idempotency-key': 'the-same-twice' };
  const response = await mkolar.send('POST', '/api/jobs/jdl', { body, headers });
  assert.equal(response.status, 201);
  submission = await response.json();
  jobId = (submission as readonly { readonly JobID: number }[])[0]?.JobID ?? 0;
  const again = await mkolar.send('POST', '/api/jobs/jdl', { body, headers });
  assert.deepEqual(await again.json(), submission, 'a repeated submission answers with the first job');
});
after(() => server[Symbol.asyncDispose]());

/** Who must not know of the job, and as what they ask. */
const strangers = [
  ['another user of another VO', () => jlind, 'training_user'],
  ['an administrator of another VO', () => jlind, 'training_admin'],
  ['its owner in a group of another VO', () => mkolar, 'training_user'],
  ['another user of its VO', () => iortega, 'access_user'],
] as const;

const bodies: Partial<Record<RouteKey, () => unknown>> = {
  'PATCH /api/jobs/status': () => ({
    [jobId]: { '2026-01-01T00:00:00Z': { Status: 'Killed', Source: 'x' } },
  }),
  'POST /api/jobs/reschedule': () => ({ job_ids: [jobId] }),
  'POST /bff/jobs/actions': () => ({ action: 'kill', jobIds: [jobId] }),
  'POST /bff/job-operations/preview': () => ({
    action: 'delete',
    search: [{ parameter: 'JobID', operator: 'eq', value: jobId }],
  }),
  'POST /api/jobs/search': () => ({ search: [{ parameter: 'JobID', operator: 'eq', value: jobId }] }),
  'POST /api/jobs/summary': () => ({ grouping: ['Owner'] }),
};

const namesJob = ([key, { access }]: [RouteKey, Route]): boolean =>
  access.kind === 'group' && (key.includes(':jobId') || key in bodies);
const table = (Object.entries(routes) as [RouteKey, Route][]).filter(namesJob);

function ask(visitor: Visitor, key: RouteKey, group: string): Promise<Response> {
  const [method = '', template = ''] = key.split(' ');
  const path = template.replace(':jobId', String(jobId)).replace(':kind', 'output');
  const body = bodies[key]?.();
  const query = key.endsWith('/file') ? '?name=std.out' : '';
  return visitor.send(method, path + query, {
    headers: { 'x-wm-group': group },
    ...(body === undefined ? {} : { body }),
  });
}

for (const [key] of table)
  for (const [who, visitor, group] of strangers)
    test(`${key}: ${who} learns nothing of the job`, async () => {
      const response = await ask(visitor(), key, group);
      const text = await response.text();
      assert(!text.includes('mkolar') && !text.includes('/bin/ls') && !text.includes('Mine'), text);
      if (key.includes(':jobId')) assert.equal(response.status, 404, text);
      else if (key === 'POST /bff/job-operations/preview') assert.match(text, /"total":0/);
      else if (key.startsWith('POST /bff')) assert.match(text, /"code":"job.not-found"/);
      else if (key === 'PATCH /api/jobs/status') assert.equal(response.status, 404);
      else if (key === 'POST /api/jobs/reschedule') assert.equal(response.status, 400);
      else assert.equal(text, '[]');
    });

test('an operation is known to who started it and to administrators of his VO', async () => {
  const headers = { 'x-wm-group': 'access_user' };
  const preview = await mkolar.send('POST', '/bff/job-operations/preview', {
    headers,
    body: { action: 'kill', search: [{ parameter: 'JobName', operator: 'eq', value: 'None' }] },
  });
  const { token } = (await preview.json()) as { readonly token: string };
  for (const [who, visitor, group] of strangers) {
    const start = { headers: { 'x-wm-group': group }, body: { token } };
    assert.equal((await visitor().send('POST', '/bff/job-operations', start)).status, 404, who);
  }
  const started = await mkolar.send('POST', '/bff/job-operations', { headers, body: { token } });
  assert.equal(started.status, 202);
  const { operationId } = (await started.json()) as { readonly operationId: number };
  const look = (visitor: Visitor, group: string, path = '', method = 'GET') =>
    visitor.send(method, `/bff/job-operations/${operationId}${path}`, { headers: { 'x-wm-group': group } });
  for (const [who, visitor, group] of strangers)
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/verdicts'],
      ['POST', '/cancel'],
      ['POST', '/undo'],
    ] as const)
      assert.equal((await look(visitor(), group, path, method)).status, 404, `${who} ${path}`);
  assert.equal((await look(mkolar, 'access_user')).status, 200);
  assert.equal((await look(iortega, 'access_admin')).status, 200);
});

test('nobody of the strangers changed the job', async () => {
  const response = await ask(mkolar, 'GET /bff/jobs/:jobId', 'access_user');
  const { attributes } = (await response.json()) as {
    readonly attributes: Readonly<Record<string, unknown>>;
  };
  assert.equal(attributes['Status'], 'Waiting');
  assert.equal(attributes['RescheduleCounter'], 0);
});

for (const [who, visitor, group] of [
  ['its owner', () => mkolar, 'access_user'],
  ['an administrator of its VO', () => iortega, 'access_admin'],
] as const)
  test(`${who} sees the job`, async () => {
    const found = await ask(visitor(), 'POST /api/jobs/search', group);
    const [row] = (await found.json()) as readonly Readonly<Record<string, unknown>>[];
    assert.equal(row?.['JobID'], jobId);
    assert.match(String(row['SubmissionTime']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    for (const key of [
      'GET /bff/jobs/:jobId',
      'GET /bff/jobs/:jobId/jdl',
      'GET /bff/jobs/:jobId/logging',
    ] as const)
      assert.equal((await ask(visitor(), key, group)).status, 200, key);
  });

test('a group without NormalUser may not submit', async () => {
  const response = await iortega.send('POST', '/api/jobs/jdl', {
    body: ['[ Executable = "/bin/ls"; ]'],
    headers: { 'x-wm-group': 'access_admin' },
  });
  assert.equal(response.status, 403);
});

test('without a proxy nothing can be submitted', async () => {
  const response = await iortega.send('POST', '/api/jobs/jdl', {
    body: ['[ Executable = "/bin/ls"; ]'],
    headers: { 'x-wm-group': 'access_user' },
  });
  assert.equal(response.status, 409);
  assert.equal(((await response.json()) as { readonly code: string }).code, 'proxy.missing');
});

test('a fault in a job description is told with its line and column', async () => {
  const response = await mkolar.send('POST', '/api/jobs/jdl', {
    body: ['[\n  Executable = {"a", ;\n]'],
    headers: { 'x-wm-group': 'access_user' },
  });
  assert.equal(response.status, 400);
  const { code, details } = (await response.json()) as {
    readonly code: string;
    readonly details: { line: number };
  };
  assert.equal(code, 'jdl.syntax');
  assert.equal(details.line, 2);
});

test("somebody else's certificate does not become the own proxy", async () => {
  const response = await uploadDemoProxy(jlind, 'mkolar');
  assert.equal(response.status, 403);
  assert.equal(((await response.json()) as { readonly code: string }).code, 'certificate.wrong-owner');
});

test('documents are the own ones, whatever their name', async () => {
  const put = (visitor: Visitor, body: unknown) =>
    visitor.send('PUT', '/bff/documents/note/plan', { body: { revision: 0, body } });
  assert.equal((await put(mkolar, 'of mkolar')).status, 200);
  assert.equal((await put(jlind, 'of jlind')).status, 200);
  assert.equal((await put(mkolar, 'lost')).status, 409);
  const list = await (await jlind.send('GET', '/bff/documents/note')).text();
  assert(list.includes('of jlind') && !list.includes('of mkolar'));
});

test('accounting of an ended job is for its owner and for who monitors its VO', async () => {
  const body = { action: 'kill', jobIds: [jobId] };
  const killed = await mkolar.send('POST', '/bff/jobs/actions', {
    body,
    headers: { 'x-wm-group': 'access_user' },
  });
  assert.equal(killed.status, 200);
  const dayMs = 86_400_000;
  const report = async (visitor: Visitor, group: string): Promise<readonly unknown[]> => {
    const response = await visitor.send('POST', '/bff/accounting/report', {
      headers: { 'x-wm-group': group },
      body: {
        type: 'Job',
        from: new Date(Date.now() - dayMs).toISOString(),
        to: new Date(Date.now() + dayMs).toISOString(),
        grouping: 'User',
        value: 'Records',
      },
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const { series } = JSON.parse(text) as {
      readonly series: readonly { readonly group: string; readonly total: number }[];
    };
    return series.map(({ group: name, total }) => [name, total]);
  };
  for (const [who, visitor, group] of strangers) assert.deepEqual(await report(visitor(), group), [], who);
  assert.deepEqual(await report(mkolar, 'access_user'), [['mkolar', 1]]);
  assert.deepEqual(await report(iortega, 'access_admin'), [['mkolar', 1]]);
});
