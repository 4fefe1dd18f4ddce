/** Sandboxes that are too large, unsafe, not what was announced, or somebody else's: refused, and no byte stays. */
import { gzipSync } from 'node:zlib';
import type { TarEntry } from 'modern-tar';
import { announce, downloadToken, pack, sendThrough, sha256, store } from './archives.ts';
import { limits } from './installation.ts';
import { expectPlainRefusal, expectRefusal, plain, type Expected } from './refusals.ts';
import { expect, test } from './strict-test.ts';
import { jobsOf } from './strict-world.ts';

const script = { name: 'run.sh', body: '#!/bin/sh\necho hello\n' };
const unsafe = (says: RegExp): Expected => ({ code: 'sandbox.unsafe', status: 422, says });
const link = (name: string, type: 'symlink' | 'link', linkname: string): TarEntry => ({
  header: { name, type, linkname, size: 0 },
});

const archives: Record<string, readonly [archive: () => Promise<Buffer>, expected: Expected]> = {
  'a file that climbs out with ../../x': [
    () => pack([script, { name: '../../x', body: 'climbed' }]),
    unsafe(/entry "\.\.\/\.\.\/x" climbs out of the working folder/),
  ],
  'a file that climbs out in the middle of its path': [
    () => pack([{ name: 'data/../../x', body: 'climbed' }]),
    unsafe(/climbs out of the working folder/),
  ],
  'a file with an absolute path': [
    () => pack([{ name: '/etc/cron.d/x', body: 'climbed' }]),
    unsafe(/absolute path; use paths below the working folder/),
  ],
  'a symbolic link': [
    () => pack([script], [link('passwords', 'symlink', '/etc/passwd')]),
    unsafe(/"passwords" is a symlink; only files and folders are accepted/),
  ],
  'a hard link': [
    () => pack([script], [link('twin', 'link', '../../secret')]),
    unsafe(/is a link; only files and folders are accepted/),
  ],
  'a file that is there twice': [() => pack([script, script]), unsafe(/"run\.sh" is there twice/)],
  'a name with a line break': [
    () => pack([{ name: 'a\nb', body: '' }]),
    unsafe(/has control characters in its name/),
  ],
  'more files than allowed': [
    () => pack(Array.from({ length: limits.sandboxFiles + 1 }, (_, n) => ({ name: `f${n}`, body: '' }))),
    unsafe(/more than 10 files/),
  ],
  'files that unpack to more than allowed': [
    () => pack([{ name: 'zeros', body: new Uint8Array(limits.sandboxUnpackedBytes + 1) }]),
    unsafe(/unpack.* to more than 1048576 bytes/),
  ],
  'something that is no archive': [
    async () => Buffer.from('this is no archive'),
    unsafe(/cannot be opened as tar\.gz; it is damaged or of another format/),
  ],
  'a packed something that is no archive': [
    async () => gzipSync('a'.repeat(2000)),
    unsafe(/cannot be opened as tar\.gz/),
  ],
  'an archive that was cut off': [
    async () =>
      (await pack([{ name: 'noise', body: crypto.getRandomValues(new Uint8Array(9000)) }])).subarray(0, 5000),
    unsafe(/cannot be opened as tar\.gz/),
  ],
};

for (const [what, [archiveOf, expected]] of Object.entries(archives))
  test(`an archive with ${what} is refused and nothing of it stays (${expected.code})`, async ({
    strict,
  }) => {
    const user = await strict.userWithProxy('mkolar', 'access_user');
    const before = await strict.sandboxFiles();
    const archive = await archiveOf();
    const door = await announce(user, archive);
    expectPlainRefusal(await sendThrough(strict.url, door, archive), expected);
    expect(await strict.sandboxFiles()).toEqual(before);
    const download = user.client.call('GET /api/jobs/sandbox', { query: { pfn: door.pfn } });
    await expectRefusal(download, { code: 'sandbox.not-found', status: 400, says: /not stored here/ });
    const jobs = await jobsOf(user);
    const jdl = `[ Executable = "run.sh"; InputSandbox = {"${door.pfn}"}; Site = "EGI.Idle.org"; ]`;
    await expectRefusal(user.client.call('POST /api/jobs/jdl', { body: [jdl] }), {
      code: 'sandbox.not-found',
      status: 400,
      says: /sandbox/i,
    });
    expect(await jobsOf(user)).toEqual(jobs);
  });

test('a sandbox above the limit is refused before a byte is sent (sandbox.too-large)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  const call = announce(user, Buffer.from('x'), { size: limits.inputSandboxBytes + 1 });
  await expectRefusal(call, {
    code: 'sandbox.too-large',
    status: 400,
    says: /maximum allowed is 262144 bytes/,
  });
});

test('more bytes than announced are refused and nothing stays (sandbox.checksum)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  const before = await strict.sandboxFiles();
  const archive = await pack([script]);
  const door = await announce(user, archive, { size: archive.length - 10 });
  const expected: Expected = {
    code: 'sandbox.checksum',
    status: 422,
    says: /announced was \d+ bytes, but more came/,
  };
  expectPlainRefusal(await sendThrough(strict.url, door, archive), expected);
  // A door for a few bytes lets no hundred megabytes through.
  const flood = await plain(new URL(door.url ?? '', strict.url).href, {
    method: 'POST',
    body: floodForm(door.fields),
  }).catch(() => undefined);
  expect(flood?.json?.code ?? 'sandbox.checksum').toBe('sandbox.checksum');
  expect(await strict.sandboxFiles()).toEqual(before);
});

function floodForm(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(100_000_000)]), 'flood');
  return form;
}

test('other bytes than announced are refused and nothing stays (sandbox.checksum)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  const before = await strict.sandboxFiles();
  const archive = await pack([{ name: 'a', body: 'told' }]);
  const door = await announce(user, archive, { checksum: sha256(Buffer.from('something else')) });
  expectPlainRefusal(await sendThrough(strict.url, door, archive), {
    code: 'sandbox.checksum',
    status: 422,
    says: /SHA-256 of the bytes is not the checksum that was announced/,
  });
  expect(await strict.sandboxFiles()).toEqual(before);
});

test('announcements with faults are refused by the field (input.invalid)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  const good = {
    checksum_algorithm: 'sha256' as const,
    checksum: 'a'.repeat(64),
    size: 10,
    format: 'tar.gz' as const,
  };
  for (const [body, says] of [
    [{ ...good, checksum: 'abc' }, /"checksum".*64 hexadecimal digits/],
    [{ ...good, size: 0 }, /size/],
    [{ ...good, size: -5 }, /size/],
    [{ ...good, format: 'zip' }, /format/],
    [{ ...good, checksum_algorithm: 'md5' }, /checksum_algorithm/],
  ] as const)
    await expectRefusal(user.client.call('POST /api/jobs/sandbox', { body: body as typeof good }), {
      code: 'input.invalid',
      status: 422,
      says,
    });
});

test('uploads of another form are refused by what is missing, and nothing stays', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  const before = await strict.sandboxFiles();
  const archive = await pack([{ name: 'form', body: 'form' }]);
  const door = await announce(user, archive);
  const token = door.fields['token'] ?? '';
  const post = (body: BodyInit) => plain(`${strict.url}/files/sandboxes`, { method: 'POST', body });
  const form = (...parts: readonly (readonly [string, string | Blob])[]) => {
    const made = new FormData();
    for (const [name, value] of parts) made.append(name, value);
    return made;
  };
  const file = new Blob([Uint8Array.from(archive)]);
  const cases: readonly (readonly [BodyInit, Expected])[] = [
    ['plain text', { code: 'input.invalid', status: 422, says: /must be multipart\/form-data/ }],
    [form(['token', token]), { code: 'input.invalid', status: 422, says: /no part named “file”/ }],
    [
      form(['token', token], ['data', file]),
      { code: 'input.invalid', status: 422, says: /must be named “file”/ },
    ],
    [
      form(['file', file], ['token', token]),
      { code: 'access.denied', status: 403, says: /“token” must come before/ },
    ],
    [
      form(['token', 'none'], ['file', file]),
      { code: 'access.denied', status: 403, says: /no presigned token/ },
    ],
  ];
  for (const [body, expected] of cases) expectPlainRefusal(await post(body), expected);
  expect(await strict.sandboxFiles()).toEqual(before);
});

test.describe('a presigned address', () => {
  const denied = (says: RegExp): Expected => ({ code: 'access.denied', status: 403, says });

  test('that was tampered with opens nothing (access.denied)', async ({ strict }) => {
    const user = await strict.user('mkolar', 'access_user');
    const pfn = await store(strict.url, user, await pack([{ name: 'mine', body: 'mine' }]));
    const { url } = await user.client.call('GET /api/jobs/sandbox', { query: { pfn } });
    const address = new URL(url, strict.url);
    const [body = '', signature = ''] = (address.searchParams.get('token') ?? '').split('.');
    expect((await plain(address.href)).status).toBe(200);
    const facts = JSON.parse(Buffer.from(body, 'base64url').toString()) as { e: number; f: { pfn: string } };
    const of = (changed: object) => Buffer.from(JSON.stringify(changed)).toString('base64url');
    const foreign = { ...facts, f: { pfn: facts.f.pfn.replace('mkolar', 'iortega') } };
    const forged = [
      `${of(foreign)}.${signature}`,
      `${of({ ...facts, e: facts.e + 86_400_000 })}.${signature}`,
      `${body}.${signature.slice(0, -2)}AA`,
      `${body}.`,
    ];
    for (const token of forged) {
      address.searchParams.set('token', token);
      expectPlainRefusal(await plain(address.href), denied(/token is (not valid here|no presigned token)/));
    }
  });

  test('to download opens no upload, and the other way round (access.denied)', async ({ strict }) => {
    const user = await strict.user('mkolar', 'access_user');
    const pfn = await store(strict.url, user, await pack([{ name: 'way', body: 'way' }]));
    const { url } = await user.client.call('GET /api/jobs/sandbox', { query: { pfn } });
    const download = new URL(url, strict.url).searchParams.get('token') ?? '';
    const other = await pack([{ name: 'other', body: 'other' }]);
    const door = await announce(user, other);
    const swapped = await sendThrough(strict.url, { ...door, fields: { token: download } }, other);
    expectPlainRefusal(swapped, denied(/not valid here/));
    const upload = encodeURIComponent(door.fields['token'] ?? '');
    expectPlainRefusal(
      await plain(`${strict.url}/files/sandboxes?token=${upload}`),
      denied(/not valid here/),
    );
  });

  test('to upload one archive takes no other (sandbox.checksum)', async ({ strict }) => {
    const user = await strict.user('mkolar', 'access_user');
    const before = await strict.sandboxFiles();
    const [one, other] = [await pack([{ name: 'one', body: '1' }]), await pack([{ name: 'two', body: '2' }])];
    const door = await announce(user, one, { size: other.length });
    expectPlainRefusal(await sendThrough(strict.url, door, other), {
      code: 'sandbox.checksum',
      status: 422,
      says: /not the checksum that was announced/,
    });
    expect(await strict.sandboxFiles()).toEqual(before);
  });

  test('whose time is over opens nothing (access.denied)', async ({ strict }) => {
    const user = await strict.user('mkolar', 'access_user');
    const pfn = await store(strict.url, user, await pack([{ name: 'time', body: 'time' }]));
    const short = pfn.slice(pfn.indexOf('|') + 1);
    const address = (token: string) => `${strict.url}/files/sandboxes?token=${token}`;
    expect((await plain(address(downloadToken(short, Date.now() + 60_000)))).status).toBe(200);
    expectPlainRefusal(
      await plain(address(downloadToken(short))),
      denied(/token has expired; ask for a new one/),
    );
  });
});

test('a sandbox of somebody else is neither downloaded nor given to a job', async ({ strict }) => {
  const owner = await strict.user('mkolar', 'access_user');
  const thief = await strict.userWithProxy('iortega', 'access_user');
  const pfn = await store(strict.url, owner, await pack([{ name: 'private', body: 'private' }]));
  await expectRefusal(thief.client.call('GET /api/jobs/sandbox', { query: { pfn } }), {
    code: 'access.denied',
    status: 403,
    says: /iortega may not read sandboxes of mkolar/,
  });
  const jobs = await jobsOf(thief);
  const jdl = `[ Executable = "private"; InputSandbox = {"${pfn}"}; Site = "EGI.Idle.org"; ]`;
  await expectRefusal(thief.client.call('POST /api/jobs/jdl', { body: [jdl] }), {
    code: 'sandbox.not-found',
    status: 400,
    says: /sandbox/i,
  });
  expect(await jobsOf(thief)).toEqual(jobs);
});

test('a PFN that is none is refused by the field (input.invalid)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  for (const pfn of [
    '/etc/passwd',
    '/S3/sandboxes/../../etc/passwd',
    'SB:SandboxSE|/S3/sandboxes/a/b/c/sha256:zz.tar.gz',
  ])
    await expectRefusal(user.client.call('GET /api/jobs/sandbox', { query: { pfn } }), {
      code: 'input.invalid',
      status: 400,
      says: /pfn is no sandbox of this store/,
    });
});
