/** Commands on jobs: what they print, what they send, and that archives of strangers stay in their folder. */
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';
import { aToken, makeWorld, Refusal, server, type Answers } from './testing/fake-world.ts';

const env = { BEARER_TOKEN: aToken('jane'), WM_URL: server };

test('submit prints the ids as DIRAC does, and keeps them in a file', async () => {
  await using w = await makeWorld(
    { 'POST /api/jobs/jdl': [[{ JobID: 11 }], [{ JobID: 12 }, { JobID: 13 }]] },
    env,
  );
  for (const name of ['a.jdl', 'b.jdl']) await writeFile(join(w.cwd, name), '[ Executable = "/bin/ls"; ]');
  assert.equal(await w.run('wms-job-submit', 'a.jdl', 'b.jdl', '-f', 'ids'), 0);
  assert.deepEqual(w.printed, ['JobID = 11', 'JobID = [12, 13]']);
  assert.equal(await readFile(join(w.cwd, 'ids'), 'utf8'), '11\n12\n13\n');
  assert.equal(w.sent[0]?.body, JSON.stringify(['[ Executable = "/bin/ls"; ]']));
});

test('files of the InputSandbox are sent without the token and named in the description', async () => {
  await using w = await makeWorld(
    {
      'POST /api/jobs/sandbox': {
        pfn: 'SB:SE|/S3/x.tar.gz',
        url: `${server}/files/sandboxes`,
        fields: { token: 't' },
      },
      'POST /files/sandboxes': new Response(null, { status: 204 }),
      'POST /api/jobs/jdl': [[{ JobID: 11 }]],
    },
    env,
  );
  await writeFile(join(w.cwd, 'run.sh'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
  await writeFile(join(w.cwd, 'a.jdl'), 'Executable = "run.sh"; InputSandbox = {"run.sh", "LFN:/vo/data"};');
  assert.equal(await w.run('wms-job-submit', 'a.jdl'), 0, w.complained.join());
  const [, upload, submitted] = w.sent;
  assert.equal(upload?.authorization, null);
  assert.equal(upload?.form?.get('token'), 't');
  const archive = upload?.form?.get('file');
  assert(archive instanceof Blob);
  const [entry] = await unpackTar(gunzipSync(new Uint8Array(await archive.arrayBuffer())));
  assert.equal(entry?.header.name, 'run.sh');
  assert.equal(entry?.header.mode, 0o755);
  assert.match(
    submitted?.body ?? '',
    /InputSandbox = \{\\"LFN:\/vo\/data\\", \\"SB:SE\|\/S3\/x\.tar\.gz\\"\}/,
  );
});

test('how long a description may be is left to the server', async () => {
  await using w = await makeWorld({ 'POST /api/jobs/jdl': [[{ JobID: 11 }]] }, env);
  const long = `[ Executable = "/bin/ls"; Arguments = "${'a'.repeat(2_000_000)}"; ]`;
  await writeFile(join(w.cwd, 'long.jdl'), long);
  assert.equal(await w.run('wms-job-submit', 'long.jdl'), 0, w.complained.join());
  assert.equal(w.sent[0]?.body, JSON.stringify([long]));
});

test('what is wrong with one file is told, and the others are submitted', async () => {
  await using w = await makeWorld({ 'POST /api/jobs/jdl': [[{ JobID: 11 }]] }, env);
  await writeFile(join(w.cwd, 'good.jdl'), '[ Executable = "/bin/ls"; ]');
  await writeFile(join(w.cwd, 'bad.jdl'), 'Executable "x";');
  await writeFile(join(w.cwd, 'lost.jdl'), 'Executable = "x"; InputSandbox = {"nowhere.sh"};');
  assert.equal(await w.run('wms-job-submit', 'none.jdl', 'bad.jdl', 'lost.jdl', 'good.jdl'), 1);
  assert.deepEqual(w.printed, ['JobID = 11']);
  assert.match(w.complained[0] ?? '', /^ERROR: none\.jdl: .*cannot be read \(ENOENT\)/);
  assert.match(w.complained[1] ?? '', /^ERROR: bad\.jdl: /);
  assert.match(w.complained[2] ?? '', /nowhere\.sh cannot be read/);
});

test('what a description says that is not carried out is a warning at its own place, and the job is submitted', async () => {
  const warnings = [
    { index: 0, attribute: 'OutputData', line: 1, column: 99, message: 'OutputData: not yet\u001b[2J' },
    { message: '2 more' },
  ];
  await using w = await makeWorld(
    {
      'POST /api/jobs/sandbox': { pfn: 'SB:SE|/S3/x.tar.gz', url: null, fields: {} },
      'POST /api/jobs/jdl': Response.json([{ JobID: 11 }], {
        headers: { 'Job-Warnings': JSON.stringify(warnings) },
      }),
    },
    env,
  );
  await writeFile(join(w.cwd, 'run.sh'), 'true');
  // What is sent is written anew, so the places that the server tells are not those of the file.
  await writeFile(
    join(w.cwd, 'a.jdl'),
    '# mine\nExecutable = "run.sh";\nInputSandbox = "run.sh";\n  OutputData = "x";',
  );
  assert.equal(await w.run('wms-job-submit', 'a.jdl'), 0);
  assert.deepEqual(w.printed, ['JobID = 11']);
  assert.deepEqual(w.complained, [
    'WARNING: a.jdl: line 4, column 16: OutputData: not yet [2J',
    'WARNING: a.jdl: 2 more',
  ]);
});

test('a refusal of the server is one line with its own words', async () => {
  await using w = await makeWorld(
    { 'POST /api/jobs/jdl': new Refusal(409, { detail: 'Upload a proxy first.', code: 'proxy.missing' }) },
    env,
  );
  await writeFile(join(w.cwd, 'a.jdl'), '[ Executable = "/bin/ls"; ]');
  assert.equal(await w.run('wms-job-submit', 'a.jdl'), 1);
  assert.deepEqual(w.complained, ['ERROR: a.jdl: Upload a proxy first.']);
});

test('a refusal names the place in the file, not in what was sent instead of it', async () => {
  const details = { attribute: 'CPUTime', line: 1, column: 70 };
  const detail = 'line 1, column 70: CPUTime must be a whole number, not many.';
  await using w = await makeWorld(
    {
      'POST /api/jobs/sandbox': { pfn: 'SB:SE|/S3/x.tar.gz', url: null, fields: {} },
      'POST /api/jobs/jdl': new Refusal(400, { detail, code: 'jdl.invalid', details }),
    },
    env,
  );
  await writeFile(join(w.cwd, 'run.sh'), 'true');
  await writeFile(
    join(w.cwd, 'a.jdl'),
    'Executable = "run.sh";\nInputSandbox = "run.sh";\nCPUTime = "many";',
  );
  assert.equal(await w.run('wms-job-submit', 'a.jdl'), 1);
  assert.deepEqual(w.complained, [
    'ERROR: a.jdl: line 3, column 11: CPUTime must be a whole number, not many.',
  ]);
});

test('status is one line a job in the order asked; unknown ones are told', async () => {
  const row = (JobID: number, Status: string) => ({
    JobID,
    Status,
    MinorStatus: 'Execution Complete',
    ApplicationStatus: 'Unknown',
    Site: 'EGI.X.cc',
  });
  await using w = await makeWorld(
    { 'POST /api/jobs/search': [[row(2, 'Done'), row(1, 'Run\u001bning')]] },
    env,
  );
  assert.equal(await w.run('wms-job-status', '1,2', '3'), 1);
  assert.deepEqual(w.printed, [
    'JobID=1 Status=Run ning; MinorStatus=Execution Complete; ApplicationStatus=Unknown; Site=EGI.X.cc;',
    'JobID=2 Status=Done; MinorStatus=Execution Complete; ApplicationStatus=Unknown; Site=EGI.X.cc;',
  ]);
  assert.deepEqual(w.complained, ['ERROR: there is no job 3, or it is not yours to see']);
});

async function outputAnswers(name: string): Promise<Answers> {
  const body = new TextEncoder().encode('Hello World\n');
  const tar = await packTar([{ header: { name, size: body.byteLength, type: 'file' }, body }]);
  return {
    'GET /api/jobs/1/sandbox/output': [['SB:SE|/S3/o.tar.gz']],
    'GET /api/jobs/2/sandbox/output': [[null]],
    'GET /api/jobs/sandbox': { url: `${server}/files/sandboxes?token=t`, expires_in: 60 },
    'GET /files/sandboxes': new Response(gzipSync(tar)),
  };
}

test('output lands in a folder of the job; what is there already is left alone', async () => {
  await using w = await makeWorld(await outputAnswers('std.out'), env);
  await mkdir(join(w.cwd, '3'));
  assert.equal(await w.run('wms-job-get-output', '1', '2', '3'), 0, w.complained.join());
  assert.deepEqual(w.printed, [
    'Job output sandbox retrieved in 1/',
    'No output sandbox registered for job 2',
    'Output for job 3 already retrieved, remove the output directory to redownload',
  ]);
  assert.equal(await readFile(join(w.cwd, '1', 'std.out'), 'utf8'), 'Hello World\n');
  assert.equal(w.sent.find(({ url }) => url.includes('/files/'))?.authorization, null);
});

test('an archive that leads out of its folder is refused, and nothing of it stays', async () => {
  await using w = await makeWorld(await outputAnswers('../../evil'), env);
  assert.equal(await w.run('wms-job-get-output', '1', '-D', 'out'), 1);
  assert.match(w.complained[0] ?? '', /leads out of/);
  assert.deepEqual(await readdir(join(w.cwd, 'out')), []);
});

test('kill says which ended, and of the others why not', async () => {
  const verdicts = [
    { jobId: 12, ok: true, message: '' },
    { jobId: 13, ok: true, message: '' },
    { jobId: 14, ok: false, message: 'There is no such job.' },
  ];
  await using w = await makeWorld({ 'POST /bff/jobs/actions': { verdicts, operation: null } }, env);
  assert.equal(await w.run('wms-job-kill', '12', '13', '14'), 1);
  assert.deepEqual(w.printed, ['Killed jobs 12,13']);
  assert.deepEqual(w.complained, ['ERROR: job 14: There is no such job.']);
});

test('a wrong command line ends with 2 and what would be right', async () => {
  await using w = await makeWorld({}, env);
  for (const words of [
    ['wms-job-status'],
    ['wms-job-kill', 'x'],
    ['wms-job-submit'],
    ['login', '--nope'],
    ['nope'],
  ])
    assert.equal(await w.run(...words), 2, words.join(' '));
  assert.equal(w.sent.length, 0);
});

test('a server that is away is told in one line', async () => {
  await using w = await makeWorld({}, env);
  assert.equal(await w.run('wms-job-status', '1'), 1);
  assert.deepEqual(w.complained, ['dirac-wms-job-status: The server cannot be reached.']);
});
