/** Job descriptions that cannot be read, are too large, or ask for what is not there: refused with the place. */
import { outputOf, pack, store } from './archives.ts';
import { expectRefusal, type Expected } from './refusals.ts';
import { expect, test } from './strict-test.ts';
import { jobsOf, submit } from './strict-world.ts';
import { waitForChange } from '../world/live-events.ts';
import type { HttpUser } from '../world/http-user.ts';

interface Broken extends Expected {
  readonly jdl: string;
  readonly details?: object;
}

const descriptions: Record<string, Broken> = {
  'with a comment that is not closed': {
    jdl: '[\n  Executable = "/bin/ls"; /* for ever\n]',
    code: 'jdl.syntax',
    status: 400,
    says: /Line 2, column 27: this comment is not closed by \*\//,
  },
  'with words behind its end': {
    jdl: '[\n  Executable = "/bin/ls";\n] and more',
    code: 'jdl.syntax',
    status: 400,
    says: /Line 3, column \d: nothing may follow the closing \]/,
  },
  'without a value': {
    jdl: '[\n  Executable = ;\n]',
    code: 'jdl.invalid',
    status: 400,
    says: /line \d+, column \d+: .*Executable/,
  },
  'with a list that is not closed': {
    jdl: '[\n  Executable = "/bin/ls";\n  OutputSandbox = {"a", "b";\n]',
    code: 'jdl.syntax',
    status: 400,
    says: /Line \d, column \d+: /,
  },
  'with words in front': {
    jdl: 'hello world',
    code: 'jdl.syntax',
    status: 400,
    says: /Line 1, column \d+: hello needs = and a value/,
  },
  'that is empty': { jdl: '[]', code: 'jdl.invalid', status: 400, says: /Executable/ },
  'without an executable': {
    jdl: '[ JobName = "none"; ]',
    code: 'jdl.invalid',
    status: 400,
    says: /Executable/,
  },
  'with a CPU time that is no number': {
    jdl: '[\n  Executable = "/bin/ls";\n  CPUTime = "soon";\n]',
    code: 'jdl.invalid',
    status: 400,
    says: /line 3, column \d+: CPUTime/,
  },
  'of a site that is not there': {
    jdl: '[\n  Executable = "/bin/ls";\n  Site = "EGI.Nowhere.org";\n]',
    code: 'jdl.invalid',
    status: 400,
    says: /line 3, column \d+: .*EGI\.Nowhere\.org/,
  },
  'with an input sandbox that climbs out': {
    jdl: '[\n  Executable = "/bin/ls";\n  InputSandbox = {"../../etc/passwd"};\n]',
    code: 'jdl.invalid',
    status: 400,
    says: /line 3, column \d+: .*InputSandbox/,
  },
  'with an output sandbox that climbs out': {
    jdl: '[\n  Executable = "/bin/ls";\n  OutputSandbox = {"../../etc/passwd"};\n]',
    code: 'jdl.invalid',
    status: 400,
    says: /line 3, column \d+: .*OutputSandbox/,
  },
  'whose standard output is a path outside': {
    jdl: '[\n  Executable = "/bin/ls";\n  StdOutput = "/tmp/std.out";\n]',
    code: 'jdl.invalid',
    status: 400,
    says: /line 3, column \d+: .*StdOutput/,
  },
  'whose input file was never uploaded': {
    jdl: '[\n  Executable = "run.sh";\n  InputSandbox = {"run.sh"};\n]',
    code: 'jdl.invalid',
    status: 400,
    says: /line 3, column \d+: .*run\.sh/,
  },
  'of a sweep of a million jobs': {
    jdl: '[ Executable = "/bin/ls"; Parameters = 1000000; ]',
    code: 'jobs.too-many',
    status: 400,
    says: /at most 10000 jobs, not 1000000/,
  },
  'nested a thousand deep': {
    jdl: `[ Executable = "/bin/ls"; Deep = ${'{'.repeat(1000)}${'}'.repeat(1000)}; ]`,
    code: 'jdl.syntax',
    status: 400,
    says: /Line 1, column \d+: /,
  },
};

for (const [what, { jdl, ...expected }] of Object.entries(descriptions))
  test(`a description ${what} is refused with the place and makes no job (${expected.code})`, async ({
    strict,
  }) => {
    const user = await strict.userWithProxy('mkolar', 'access_user');
    const before = await jobsOf(user);
    await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [jdl] }), expected);
    expect(await jobsOf(user)).toEqual(before);
  });

test('one broken description among good ones refuses them all and says which', async ({ strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const before = await jobsOf(user);
  const good = '[ Executable = "/bin/true"; Site = "EGI.Idle.org"; ]';
  await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [good, 'hello world', good] }), {
    code: 'jdl.syntax',
    status: 400,
    says: /Description 2: Line 1, column \d+/,
  });
  expect(await jobsOf(user)).toEqual(before);
});

test('a description of 10 MB is refused with the limit, and the server answers others meanwhile (input.too-large)', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const before = await jobsOf(user);
  const huge = `[ Executable = "/bin/true"; Comment = "${'x'.repeat(10_000_000)}"; ]`;
  const refused = expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [huge] }), {
    code: 'input.too-large',
    status: 413,
    says: /at most 8388608 bytes/,
  });
  await user.client.call('GET /bff/me', {});
  await refused;
  expect(await jobsOf(user)).toEqual(before);
});

test('a description of 2 MB is refused with the limit (jdl.too-large)', async ({ strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const before = await jobsOf(user);
  const large = `[ Executable = "/bin/true"; Comment = "${'x'.repeat(2_000_000)}"; ]`;
  await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [large] }), {
    code: 'jdl.too-large',
    status: 400,
    says: /larger than 1048576 bytes/,
  });
  expect(await jobsOf(user)).toEqual(before);
});

/** Waits for the end of the job; status and minor status. */
async function endOf(url: string, user: HttpUser, jobId: number): Promise<string> {
  return waitForChange(url, user, 50_000, async () => {
    const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
    const status = String(attributes['Status']);
    const ended = ['Done', 'Failed', 'Killed'].includes(status);
    return ended ? `${status}: ${String(attributes['MinorStatus'])}` : undefined;
  });
}

test('an unknown executable fails the job in words that name it (Application not found)', async ({
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const jobId = await submit(
    user,
    '[ Executable = "/opt/no/such-program"; StdOutput = "out"; StdError = "err"; OutputSandbox = {"out", "err"}; Site = "EGI.Real.org"; CPUTime = 600; ]',
  );
  expect(await endOf(strict.url, user, jobId)).toBe('Failed: Application not found');
  const { records } = await user.client.call('GET /bff/jobs/:jobId/logging', { params: { jobId } });
  const told = JSON.stringify([
    records,
    await user.client.call('GET /bff/jobs/:jobId/parameters', { params: { jobId } }),
  ]);
  expect(told).toContain('/opt/no/such-program');
});

test('names in Cyrillic and with quotes work from end to end, byte by byte', async ({ strict }) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const names = ['данные опыта.txt', `it's "quoted".txt`, '  spaces  and $HOME.txt'];
  const bodies = names.map((name) =>
    Buffer.concat([Buffer.from(name), crypto.getRandomValues(new Uint8Array(300))]),
  );
  const copy = '#!/bin/sh\nset -e\nfor f in *.txt; do cp "$f" "копия $f"; done\necho "$1" > "вывод.log"\n';
  const archive = await pack([
    { name: 'запуск.sh', body: copy },
    ...names.map((name, index) => ({ name, body: bodies[index] ?? '' })),
  ]);
  const pfn = await store(strict.url, user, archive);
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const outputs = [...names.map((name) => `копия ${name}`), 'вывод.log'];
  const jobId = await submit(
    user,
    `[ JobName = "Опыт \\"один\\""; Executable = "запуск.sh"; Arguments = "'привет, мир'"; StdOutput = "стдаут"; StdError = "stderr";
       InputSandbox = {${quoted(pfn)}}; OutputSandbox = {${outputs.map(quoted).join(', ')}}; Site = "EGI.Real.org"; CPUTime = 600; ]`,
  );
  expect(await endOf(strict.url, user, jobId)).toBe('Done: Execution Complete');
  const files = await outputOf(strict.url, user, jobId);
  for (const [index, name] of names.entries()) expect(files.get(`копия ${name}`)).toEqual(bodies[index]);
  expect(files.get('вывод.log')?.toString()).toBe('привет, мир\n');
  const looked = await fetch(
    `${strict.url}/bff/jobs/${jobId}/sandbox/output/file?name=${encodeURIComponent(`копия ${names[1]}`)}`,
    { headers: { cookie: user.cookies(), 'x-wm-group': 'access_user' } },
  );
  expect(Buffer.from(await looked.arrayBuffer())).toEqual(bodies[1]);
  const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
  expect(attributes['JobName']).toBe('Опыт "один"');
});
