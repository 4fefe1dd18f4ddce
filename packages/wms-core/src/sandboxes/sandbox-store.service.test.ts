import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { configurationSchema } from '../configuration/schema.ts';
import { run, type Database } from '../db/database.ts';
import type { GroupProperty } from '../identity/group-properties.ts';
import type { PilotPrincipal, UserPrincipal } from '../identity/principal.ts';
import { insertBulk } from '../jobs/bulk/bulk.store.ts';
import { insertJob } from '../jobs/job.store.ts';
import { silentLogger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { FakeClock } from '../testing/fake-clock.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import type { SandboxFormat } from '../use-cases.ts';
import { createSandboxCleaningAgent } from './sandbox-cleaning.agent.ts';
import { createSandboxFiles } from './sandbox-files.adapter.ts';
import type { SandboxFiles } from './sandbox-files.adapter.ts';
import { createSandboxStoreService } from './sandbox-store.service.ts';
import type { SandboxStore } from './sandbox-store.service.ts';

const aUser = (userName: string, fields: Partial<UserPrincipal> = {}): UserPrincipal => ({
  kind: 'user',
  accountId: `account-${userName}`,
  userName,
  vo: 'vo.a',
  group: 'a_user',
  properties: ['NormalUser'],
  ...fields,
});

const aPilot = (stamp: string): PilotPrincipal => ({
  kind: 'pilot',
  stamp,
  vo: 'vo.a',
  site: 'EGI.Test.org',
  computingElement: 'ce',
  batchQueue: 'q',
});

const values = configurationSchema.parse({
  vos: {
    'vo.a': {
      groups: {
        a_user: { properties: ['NormalUser'] },
        a_share: { properties: ['NormalUser', 'JobSharing'] },
      },
    },
    'vo.b': { groups: { b_user: { properties: ['NormalUser'] } } },
  },
  sites: {},
  limits: { inputSandboxBytes: 100_000, sandboxFiles: 5, sandboxUnpackedBytes: 1_000_000 },
});

let folder: string;
let database: TestDatabase;
let clock: FakeClock;
let files: SandboxFiles;
let store: SandboxStore;

before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());
beforeEach(async (t) => {
  folder = await mkdtemp(join(tmpdir(), 'wm-sandboxes-'));
  clock = createFakeClock(Date.now());
  files = createSandboxFiles({ folder, clock });
  store = makeStore(files);
  if ('after' in t) t.after(() => rm(folder, { recursive: true, force: true }));
});

const configuration = { current: () => ({ version: '', loadedAtMs: 0, values }) };

const makeStore = (of: SandboxFiles, on: Database = database): SandboxStore =>
  createSandboxStoreService({
    database: on,
    clock,
    log: silentLogger,
    configuration,
    files: of,
    signingKey: Buffer.alloc(32, 7),
    publicUrl: 'https://wm.test',
    serverUrlForPilots: 'http://pilots.test',
  });

/** Unlike content every time, so that tests do not meet in the store. */
const anArchive = async (
  contents: Readonly<Record<string, string>> = { 'hello.txt': 'Hello' },
  format: SandboxFormat = 'tar.gz',
) => {
  const entries = Object.entries({ ...contents, '.salt': randomBytes(8).toString('hex') }).map(
    ([name, text]) => ({
      header: { name, size: Buffer.byteLength(text), type: 'file' as const },
      body: text,
    }),
  );
  const tar = await packTar(entries);
  return announced(format === 'tar.zst' ? zstdCompressSync(tar) : gzipSync(tar), format);
};

const announced = (bytes: Buffer, format: SandboxFormat = 'tar.gz') => ({
  bytes,
  upload: { checksum: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length, format },
});

async function* inChunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const collected = (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => buffer(stream);

const uploaded = async (
  principal: UserPrincipal,
  archive: Awaited<ReturnType<typeof anArchive>>,
): Promise<string> => {
  const door = await store.beginUpload(principal, archive.upload);
  return (await store.receive(door.fields['token'] ?? '', inChunks(archive.bytes))).pfn;
};

const aJob = (owner: UserPrincipal, attempt = 1, pilotStamp: string | null = null): Promise<number> =>
  database.write(function* () {
    const jobId = yield* insertJob({
      ...ownerOf(owner),
      jobType: 'User',
      jobGroup: '',
      jobName: 'Unknown',
      site: 'ANY',
      status: 'Waiting',
      minorStatus: '',
      userPriority: 1,
      taskQueueId: null,
      atMs: 0,
    });
    yield* run('update jobs set attempt = $2, pilot_stamp = $3 where job_id = $1', [
      jobId,
      attempt,
      pilotStamp,
    ]);
    return jobId;
  });

const ownerOf = ({ vo, group, userName }: UserPrincipal) => ({ vo, ownerGroup: group, owner: userName });
const tokenOf = (url: string): string => new URL(url).searchParams.get('token') ?? '';
const ada = aUser('ada');
const bob = aUser('bob');

describe('storing a sandbox', () => {
  for (const format of ['tar.gz', 'tar.zst'] as const) {
    it(`what is uploaded as ${format} comes back byte by byte`, async () => {
      const archive = await anArchive({ 'hello.txt': 'Hello' }, format);
      const pfn = await uploaded(ada, archive);
      assert.match(pfn, /^SB:SandboxSE\|\/S3\/sandboxes\/vo\.a\/a_user\/ada\/sha256:/);
      const { url, expiresInS } = await store.beginDownload(ada, pfn, 'mine.tar');
      assert.equal(expiresInS, 300);
      const opened = await store.open(tokenOf(url));
      assert.equal(opened.fileName, 'mine.tar');
      assert.equal(opened.sizeBytes, archive.bytes.length);
      assert.deepEqual(await collected(opened.stream), archive.bytes);
    });
  }

  it('an archive made by the tar command is understood', async () => {
    const made = await mkdtemp(join(tmpdir(), 'wm-tar-'));
    await writeFile(join(made, `${'long-name-'.repeat(14)}.txt`), 'x');
    await writeFile(join(made, 'имя с "кавычками".txt'), 'y');
    const pfn = await uploaded(ada, announced(execFileSync('tar', ['-czf', '-', '-C', made, '.'])));
    const jobId = await aJob(ada);
    await database.write(() => store.assignInputSandboxes(ownerOf(ada), [jobId], [pfn]));
    const names = (await store.files(ada, jobId, 'Input')).map(({ name }) => name);
    assert.deepEqual(
      names.toSorted(),
      [`${'long-name-'.repeat(14)}.txt`, 'имя с "кавычками".txt'].toSorted(),
    );
    await rm(made, { recursive: true });
  });

  it('the same content is announced as stored, and kept once', async () => {
    const archive = await anArchive();
    await uploaded(ada, archive);
    assert.equal((await store.beginUpload(ada, archive.upload)).url, null);
    assert.equal((await store.beginUpload(bob, archive.upload)).url, 'https://wm.test/files/sandboxes');
  });

  it('two uploads of the same content at once both succeed and leave one file', async () => {
    const archive = await anArchive();
    const door = await store.beginUpload(ada, archive.upload);
    const token = door.fields['token'] ?? '';
    await Promise.all([
      store.receive(token, inChunks(archive.bytes)),
      store.receive(token, inChunks(archive.bytes)),
    ]);
    assert.equal((await storedFiles()).length, 1);
  });

  it('an upload whose answer is lost behind the commit is stored with its file', async () => {
    let answers = Infinity;
    const write: Database['write'] = async (work, hints) => {
      const value = await database.write(work, hints);
      if (answers-- > 0) return value;
      throw new WmsError('service.unavailable', 'The database went away; nothing is half done.');
    };
    store = makeStore(files, { ...database, write });
    const archive = await anArchive();
    const door = await store.beginUpload(ada, archive.upload);
    answers = 1; // that it is not stored yet
    const receiving = store.receive(door.fields['token'] ?? '', inChunks(archive.bytes));
    await assert.rejects(receiving, { code: 'service.unavailable' });
    answers = Infinity;
    const again = await store.beginUpload(ada, archive.upload);
    assert.equal(again.url, null, 'the row stands');
    const { url } = await store.beginDownload(ada, again.pfn);
    assert.deepEqual(await collected((await store.open(tokenOf(url))).stream), archive.bytes);
  });

  it('files are for the account of the server alone', async () => {
    await uploaded(ada, await anArchive());
    for (const path of await storedFiles()) assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it('is refused when announced wrongly', async () => {
    const { upload } = await anArchive();
    const bad = [
      [{ ...upload, checksum: 'xyz' }, 'input.invalid'],
      [{ ...upload, sizeBytes: 0 }, 'input.invalid'],
      [{ ...upload, sizeBytes: 100_001 }, 'sandbox.too-large'],
      [{ ...upload, format: 'tar.bz2' }, 'input.invalid'],
    ] as const;
    for (const [wrong, code] of bad) await assert.rejects(store.beginUpload(ada, wrong), { code });
  });

  it('needs the right to submit jobs', async () => {
    const { upload } = await anArchive();
    await assert.rejects(store.beginUpload(aUser('eve', { properties: ['JobAdministrator'] }), upload), {
      code: 'access.denied',
    });
  });

  const refused = async (
    body: (archive: Awaited<ReturnType<typeof anArchive>>) => AsyncIterable<Uint8Array>,
    code: string,
    archive?: Awaited<ReturnType<typeof anArchive>>,
  ): Promise<void> => {
    const what = archive ?? (await anArchive());
    const door = await store.beginUpload(ada, what.upload);
    await assert.rejects(store.receive(door.fields['token'] ?? '', body(what)), { code });
    assert.deepEqual(await storedFiles(), []);
    assert.notEqual((await store.beginUpload(ada, what.upload)).url, null, 'it is not stored');
  };

  it('other bytes than announced are refused and leave nothing', async () => {
    await refused(({ bytes }) => inChunks(bytes.subarray(1)), 'sandbox.checksum');
    await refused(({ bytes }) => inChunks(Buffer.concat([bytes, bytes])), 'sandbox.checksum');
    await refused(({ bytes }) => inChunks(Buffer.alloc(bytes.length)), 'sandbox.checksum');
  });

  it('an upload that breaks off leaves nothing', async () => {
    await assert.rejects(
      refused(async function* ({ bytes }) {
        yield bytes.subarray(0, 10);
        throw new Error('connection lost');
      }, 'connection lost'),
    );
    assert.deepEqual(await storedFiles(), []);
  });

  it('what is no archive, or a damaged one, is refused', async () => {
    const { bytes } = await anArchive();
    await refused(({ bytes: all }) => inChunks(all), 'sandbox.unsafe', announced(Buffer.from('just text')));
    await refused(
      ({ bytes: all }) => inChunks(all),
      'sandbox.unsafe',
      announced(gzipSync('just text, long enough'.repeat(99))),
    );
    await refused(
      ({ bytes: all }) => inChunks(all),
      'sandbox.unsafe',
      announced(bytes.subarray(0, bytes.length - 20)),
    );
  });

  it('links and names that climb out are refused', async () => {
    const made = await mkdtemp(join(tmpdir(), 'wm-tar-'));
    await symlink('/etc/passwd', join(made, 'link'));
    const linked = announced(execFileSync('tar', ['-czf', '-', '-C', made, '.']));
    await refused(({ bytes }) => inChunks(bytes), 'sandbox.unsafe', linked);
    const climbing = await anArchive({ '../evil.sh': 'x' });
    await refused(({ bytes }) => inChunks(bytes), 'sandbox.unsafe', climbing);
    await rm(made, { recursive: true });
  });

  it('an archive that unpacks to far more than allowed is refused', async () => {
    const bomb = await anArchive({ zeros: '0'.repeat(1_100_000) });
    await refused(({ bytes }) => inChunks(bytes), 'sandbox.unsafe', bomb);
  });

  it('a full disk is said clearly and leaves nothing', async () => {
    await refused(async function* ({ bytes }) {
      yield bytes.subarray(0, 10);
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    }, 'storage.full');
  });

  it('tokens expire, cannot be changed, and open only the door they were made for', async () => {
    const archive = await anArchive();
    const token = (await store.beginUpload(ada, archive.upload)).fields['token'] ?? '';
    const forged = `${token.slice(0, 20)}${token[20] === 'A' ? 'B' : 'A'}${token.slice(21)}`;
    for (const bad of [forged, '', 'x.y', `${token}.x`, 'a'.repeat(5000)]) {
      await assert.rejects(store.receive(bad, inChunks(archive.bytes)), { code: 'access.denied' });
    }
    await assert.rejects(store.open(token), { code: 'access.denied' });
    clock.advanceS(301);
    await assert.rejects(store.receive(token, inChunks(archive.bytes)), { code: 'access.denied' });
  });
});

describe('who may read a sandbox', () => {
  const people: readonly (readonly [string, UserPrincipal, boolean])[] = [
    ['its owner', aUser('ada', { group: 'a_share' }), true],
    ['another member of the group', aUser('bob', { group: 'a_share' }), false],
    ['a member of the group that shares', withRights('bob', ['NormalUser', 'JobSharing']), true],
    ['a sharing member of another group', withRights('bob', ['NormalUser', 'JobSharing'], 'a_other'), false],
    ['an administrator of the VO', withRights('root', ['JobAdministrator'], 'a_admin'), true],
    ['a monitor of the VO', withRights('eye', ['JobMonitor'], 'a_eye'), true],
    ['an administrator of another VO', { ...withRights('root', ['JobAdministrator']), vo: 'vo.b' }, false],
    ['a user of the same name in another VO', aUser('ada', { vo: 'vo.b', group: 'b_user' }), false],
    ['somebody without rights', withRights('ada', []), false],
  ];

  function withRights(
    userName: string,
    properties: readonly GroupProperty[],
    group = 'a_share',
  ): UserPrincipal {
    return aUser(userName, { group, properties });
  }

  it('is decided by owner, group and properties', async () => {
    const owner = aUser('ada', { group: 'a_share' });
    const pfn = await uploaded(owner, await anArchive());
    const jobId = await aJob(owner);
    await database.write(() => store.assignInputSandboxes(ownerOf(owner), [jobId], [pfn]));
    for (const [who, principal, may] of people) {
      const outcomes = await Promise.allSettled([
        store.beginDownload(principal, pfn),
        store.ofJob(principal, jobId),
        store.files(principal, jobId, 'Input'),
        store.file(principal, jobId, 'Input', 'hello.txt', 10),
      ]);
      for (const { status } of outcomes) assert.equal(status, may ? 'fulfilled' : 'rejected', who);
    }
  });

  it('a job that one may not see is unknown, not forbidden', async () => {
    const jobId = await aJob(ada);
    await assert.rejects(store.ofJob(aUser('x', { vo: 'vo.b' }), jobId), { code: 'job.not-found' });
    await assert.rejects(store.ofJob(bob, jobId), { code: 'job.not-found' });
    await assert.rejects(store.ofJob(ada, 999_999), { code: 'job.not-found' });
  });
});

describe('sandboxes of jobs', () => {
  it('a job of nobody’s sandbox has empty lists', async () => {
    const jobId = await aJob(ada);
    assert.deepEqual(await store.ofJob(ada, jobId), { Input: [], Output: [] });
    assert.deepEqual(await store.files(ada, jobId, 'Output'), []);
  });

  it('one file is read without the rest, and cut where asked', async () => {
    const pfn = await uploaded(ada, await anArchive({ 'a.txt': 'first', 'b.txt': 'second file' }));
    const jobId = await aJob(ada);
    await database.write(() => store.assignInputSandboxes(ownerOf(ada), [jobId], [pfn]));
    const whole = await store.file(ada, jobId, 'Input', 'b.txt', 100);
    assert.equal(Buffer.from(whole.bytes).toString(), 'second file');
    assert.equal(whole.truncated, false);
    const cut = await store.file(ada, jobId, 'Input', 'b.txt', 6);
    assert.equal(Buffer.from(cut.bytes).toString(), 'second');
    assert.deepEqual([cut.sizeBytes, cut.truncated], [11, true]);
    await assert.rejects(store.file(ada, jobId, 'Input', 'c.txt', 6), { code: 'sandbox.not-found' });
    await assert.rejects(store.file(ada, jobId, 'Output', 'b.txt', 6), { code: 'sandbox.not-found' });
  });

  it('cannot be those of somebody else', async () => {
    const pfn = await uploaded(bob, await anArchive());
    const jobId = await aJob(ada);
    const absent = `/S3/sandboxes/vo.a/a_user/ada/sha256:${'0'.repeat(64)}.tar.gz`;
    for (const wrong of [pfn, absent, 'nonsense']) {
      await assert.rejects(
        database.write(() => store.assignInputSandboxes(ownerOf(ada), [jobId], [wrong])),
        { code: 'sandbox.not-found' },
      );
    }
  });

  it('a pilot gets doors to the input in the order of the description, open for an hour', async () => {
    const pfns = [await uploaded(ada, await anArchive()), await uploaded(ada, await anArchive())];
    const jobId = await aJob(ada);
    await database.write(() => store.assignInputSandboxes(ownerOf(ada), [jobId], pfns));
    const doors = await database.read(() => store.inputDoors(jobId));
    assert.deepEqual(
      doors.map(({ pfn }) => pfn),
      pfns,
    );
    clock.advanceS(3500);
    for (const { url } of doors)
      assert.ok((await collected((await store.open(tokenOf(url))).stream)).length > 0);
  });

  it('only the pilot that holds the attempt may store its output', async () => {
    const { upload } = await anArchive();
    const jobId = await aJob(ada, 2, 'stamp');
    await assert.rejects(store.beginOutputUpload(aPilot('other'), jobId, 2, upload), {
      code: 'job.stale-attempt',
    });
    await assert.rejects(store.beginOutputUpload(aPilot('stamp'), jobId, 1, upload), {
      code: 'job.stale-attempt',
    });
    await assert.rejects(store.beginOutputUpload({ ...aPilot('stamp'), vo: 'vo.b' }, jobId, 2, upload), {
      code: 'job.not-found',
    });
    const door = await store.beginOutputUpload(aPilot('stamp'), jobId, 2, upload);
    assert.match(door.pfn, /\/vo\.a\/a_user\/ada\//);
  });

  it('output is assigned once an attempt, repeating is harmless, a later attempt replaces it', async () => {
    const [first, second, third] = [
      await uploaded(ada, await anArchive()),
      await uploaded(ada, await anArchive()),
      await uploaded(ada, await anArchive()),
    ];
    const jobId = await aJob(ada);
    const assign = (attempt: number, pfn: string) =>
      database.write(() => store.assignOutputSandbox(jobId, attempt, pfn));
    await assign(1, first);
    await assign(1, first);
    await assert.rejects(assign(1, second), { code: 'sandbox.assigned' });
    await assign(2, third);
    await assert.rejects(assign(1, first), { code: 'sandbox.assigned' });
    assert.deepEqual((await store.ofJob(ada, jobId)).Output.length, 1);
    assert.ok(third.endsWith((await store.ofJob(ada, jobId)).Output[0] ?? '?'));
  });
});

describe('cleaning the sandbox store', () => {
  const clean = () =>
    createSandboxCleaningAgent({ database, clock, log: silentLogger, configuration, files }).cycle();
  const isStored = (pfn: string) =>
    store.beginDownload(ada, pfn).then(
      () => true,
      (error: unknown) =>
        error instanceof WmsError && error.code === 'sandbox.not-found' ? false : Promise.reject(error),
    );

  it('removes what no job used in time, and what the jobs that used it left', async () => {
    await clean();
    const [unused, used, freed] = [
      await uploaded(ada, await anArchive()),
      await uploaded(ada, await anArchive()),
      await uploaded(ada, await anArchive()),
    ];
    const [keeping, leaving] = [await aJob(ada), await aJob(ada)];
    await database.write(() => store.assignInputSandboxes(ownerOf(ada), [keeping], [used]));
    await database.write(() => store.assignInputSandboxes(ownerOf(ada), [keeping + 1000, leaving], [freed]));
    await database.write(() => store.unassign(leaving));
    await database.write(() => store.unassign(keeping + 1000));
    clock.advanceS(2 * 86_400);
    await clean();
    assert.equal((await storedFiles()).length, 2);
    assert.equal(await isStored(freed), false);
    clock.advanceS(16 * 86_400);
    await clean();
    assert.equal(await isStored(unused), false);
    assert.equal(await isStored(used), true);
    assert.equal((await storedFiles()).length, 1);
  });

  it('keeps what the jobs of a bulk share until the bulk is removed', async () => {
    await clean();
    const pfn = await uploaded(ada, await anArchive({ 'shared.txt': 'for all' }));
    const [first, second] = [await aJob(ada), await aJob(ada)];
    const bulkId = await database.write(function* () {
      const bulk = yield* insertBulk({
        ...ownerOf(ada),
        jobName: '',
        jobGroup: '',
        jdls: '[]',
        rules: '{}',
        digest: '',
        jobCount: 2,
        firstJobId: first,
        state: 'Complete',
        createdAtMs: 0,
        confirmUntilMs: null,
      });
      yield* store.assignBulkSandboxes(ownerOf(ada), bulk.bulkId, [pfn]);
      return bulk.bulkId;
    });
    const alone = await aJob(ada);
    for (const jobId of [first, second]) {
      assert.deepEqual((await store.ofJob(ada, jobId)).Input.length, 1);
      const [door] = await database.read(() => store.inputDoors(jobId));
      assert.equal(door?.pfn, pfn);
    }
    assert.deepEqual((await store.ofJob(ada, alone)).Input, [], 'the next job is none of the bulk');
    await assert.rejects(
      database.write(() => store.assignBulkSandboxes(ownerOf(bob), bulkId, [pfn])),
      { code: 'sandbox.not-found' },
    );
    for (const jobId of [first, second]) await database.write(() => store.unassign(jobId));
    clock.advanceS(30 * 86_400);
    await clean();
    assert.equal(await isStored(pfn), true, 'a job that is erased frees nothing of the others');
    await database.write(() => store.unassignBulk(bulkId));
    clock.advanceS(2 * 86_400);
    await clean();
    assert.equal(await isStored(pfn), false);
  });

  it('removes files that no row knows, and left-overs of broken uploads, when they are a day old', async () => {
    const pfn = await uploaded(ada, await anArchive());
    await database.write(() => run('delete from sandboxes where pfn = $1', [pfn.split('|')[1] ?? '']));
    await writeFile(join(folder, 'incoming', 'left'), 'x');
    assert.equal((await clean()).orphans, 0);
    clock.advanceS(2 * 86_400);
    assert.equal((await clean()).orphans, 1);
    assert.deepEqual(await storedFiles(), []);
  });
});

async function storedFiles(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
