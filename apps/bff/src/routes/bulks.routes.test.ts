/** Bulks over HTTP, with the real core behind. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readJobWarnings } from '@wm/api-contract/job-warnings';
import { startRealServer, uploadDemoProxy, type RealServer } from '../testing/real-server.ts';
import type { Visitor } from '../testing/visitor.ts';

interface BulkAnswer {
  readonly bulkId: number;
  readonly state: string;
  readonly firstJobId: number;
  readonly jobCount: number;
  readonly expanded: number;
  readonly isSettled: boolean;
  readonly confirmUntil: string | null;
  readonly warnings: readonly Told[];
}

let server: RealServer;
let mkolar: Visitor;
let jlind: Visitor;
const asUser = { 'x-wm-group': 'access_user' };
const sweep = (count: number): string =>
  `Executable = "/bin/echo"; Arguments = "%s"; Parameters = ${count}; ParameterStep = 1;`;

before(async () => {
  server = await startRealServer();
  [mkolar, jlind] = await Promise.all([server.logIn('mkolar'), server.logIn('jlind')]);
  assert.equal((await uploadDemoProxy(mkolar, 'mkolar')).status, 200);
});
after(() => server[Symbol.asyncDispose]());

async function submit(body: object, headers: Record<string, string> = {}): Promise<BulkAnswer> {
  const response = await mkolar.send('POST', '/bff/bulks', { body, headers: { ...asUser, ...headers } });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text) as BulkAnswer;
}

const bulkOf = async (bulkId: number): Promise<BulkAnswer> =>
  (await (await mkolar.send('GET', `/bff/bulks/${bulkId}`, { headers: asUser })).json()) as BulkAnswer;

/** Waits for the agent of the server. */
async function settled(bulkId: number): Promise<BulkAnswer> {
  for (;;) {
    const bulk = await bulkOf(bulkId);
    if (bulk.isSettled) return bulk;
  }
}

test('a sweep of thousands is answered with its first id, and then made', async () => {
  const bulk = await submit({ jdls: [sweep(3000)] }, { 'idempotency-key': 'a-sweep-of-mine' });
  assert.deepEqual([bulk.jobCount, bulk.state, bulk.confirmUntil], [3000, 'Expanding', null]);
  const again = await submit({ jdls: [sweep(3000)] }, { 'idempotency-key': 'a-sweep-of-mine' });
  assert.equal(again.bulkId, bulk.bulkId);
  const done = await settled(bulk.bulkId);
  assert.deepEqual([done.state, done.expanded], ['Complete', 3000]);
  const list = await mkolar.send('GET', '/bff/bulks', { headers: asUser });
  const { bulks } = (await list.json()) as { readonly bulks: readonly BulkAnswer[] };
  assert.deepEqual(
    bulks.map(({ bulkId }) => bulkId),
    [bulk.bulkId],
  );
});

const doubtful =
  '[\n  Executable = "/bin/true";\n  OutputData = {"x"};\n  Exeggutor = 1;\n  Memory = 2000;\n]';
const doubts = [
  ['OutputData', 3, 16, 0],
  ['Exeggutor', 4, 3, 0],
  ['Memory', 5, 12, 0],
];

interface Told {
  readonly attribute?: string;
  readonly line?: number;
  readonly column?: number;
  readonly index?: number;
}

const placesOf = (warnings: readonly Told[]) =>
  warnings
    .map(({ attribute, line, column, index }) => [attribute, line, column, index])
    .toSorted((a, b) => Number(a[1]) - Number(b[1]));

test('warnings of a submission come beside DiracX’s answer, whose body keeps its shape', async () => {
  const send = (body: object) => mkolar.send('POST', '/api/jobs/jdl', { body, headers: asUser });
  const response = await send([doubtful, 'Executable = "/bin/true"; OutputData = "y";']);
  const rows = (await response.json()) as readonly object[];
  assert.deepEqual(Object.keys(rows[0] ?? {}), ['JobID', 'Status', 'MinorStatus', 'TimeStamp']);
  const warnings = readJobWarnings(response.headers);
  assert.deepEqual(placesOf(warnings.filter(({ index }) => index === 0)), doubts);
  assert.deepEqual(placesOf(warnings.filter(({ index }) => index === 1)), [['OutputData', 1, 40, 1]]);
  const plain = await send(['Executable = "/bin/true";']);
  assert.equal(plain.headers.get('job-warnings'), null);
});

test('a repeated submission warns as the first did', async () => {
  const headers = { ...asUser, 'idempotency-key': 'a-doubtful-one' };
  for (const _ of [1, 2]) {
    const response = await mkolar.send('POST', '/api/jobs/jdl', { body: [doubtful], headers });
    assert.deepEqual(placesOf(readJobWarnings(response.headers)), doubts);
  }
});

test('warnings of a bulk are in its answer, those of a sweep once', async () => {
  const bulk = await submit({ jdls: [doubtful.replace('\n]', ' Parameters = 50;\n]')] });
  assert.deepEqual(placesOf(bulk.warnings), doubts);
  const { warnings } = await submit({ jdls: [sweep(50)] });
  assert.deepEqual(warnings, []);
});

test('a bulk waits for its confirmation, or is abandoned', async () => {
  const act = (bulkId: number, what: string) =>
    mkolar.send('POST', `/bff/bulks/${bulkId}/${what}`, { headers: asUser });
  const first = await submit({ jdls: [sweep(10)], confirm: true });
  assert.equal(first.state, 'Unconfirmed');
  assert.match(first.confirmUntil ?? '', /^\d{4}-.*Z$/);
  assert.equal((await act(first.bulkId, 'confirm')).status, 200);
  assert.equal((await settled(first.bulkId)).expanded, 10);
  const second = await submit({ jdls: [sweep(10)], confirm: true });
  assert.equal((await act(second.bulkId, 'abandon')).status, 200);
  assert.equal((await act(second.bulkId, 'confirm')).status, 409);
  assert.equal((await settled(second.bulkId)).state, 'Abandoned');
});

test('strangers learn nothing of a bulk and change nothing', async () => {
  const { bulkId } = await submit({ jdls: [sweep(10)], confirm: true });
  for (const [visitor, group] of [
    [jlind, 'training_admin'],
    [mkolar, 'training_user'],
  ] as const)
    for (const [method, path] of [
      ['GET', `/bff/bulks/${bulkId}`],
      ['POST', `/bff/bulks/${bulkId}/confirm`],
      ['POST', `/bff/bulks/${bulkId}/abandon`],
    ] as const) {
      const response = await visitor.send(method, path, { headers: { 'x-wm-group': group } });
      assert.equal(response.status, 404, `${method} ${path} as ${group}`);
    }
  assert.equal((await bulkOf(bulkId)).state, 'Unconfirmed');
});

test('faults are refused with their place, and a body beyond the limit with the limit', async () => {
  const send = async (body: object) => {
    const response = await mkolar.send('POST', '/bff/bulks', { body, headers: asUser });
    return { status: response.status, problem: (await response.json()) as Record<string, unknown> };
  };
  const faulty = await send({ jdls: ['Executable = "/x";\nSite = "%s";\nParameters = {"A.B.C"};'] });
  assert.equal(faulty.problem['code'], 'jdl.invalid');
  assert.match(String(faulty.problem['detail']), /^Job 0 of the sweep: line 2, column 8: Site/);
  const endless = await send({ jdls: [sweep(1_000_001)] });
  assert.match(String(endless.problem['detail']), /at most 1000000 jobs, not 1000001/);
  assert.equal((await send({ jdls: [] })).problem['code'], 'input.invalid');
  const large = await send({ jdls: ['x'.repeat(20_000_000)] });
  assert.equal(large.status, 413);
  assert.match(String(large.problem['detail']), /8388608 bytes/);
});
