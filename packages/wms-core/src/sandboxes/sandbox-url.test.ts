import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSandboxPfn, longPfn, ownPrefix, parseSandboxPfn, sandboxPfn } from './sandbox-url.ts';

const checksum = 'ab'.repeat(32);
const name = {
  vo: 'vo.access.egi.eu',
  ownerGroup: 'access_user',
  owner: 'mkolar',
  checksum,
  format: 'tar.gz',
} as const;

describe('the name of a sandbox', () => {
  it('is read in its long and its short form', () => {
    const short = `/S3/sandboxes/vo.access.egi.eu/access_user/mkolar/sha256:${checksum}.tar.gz`;
    assert.equal(sandboxPfn(name), short);
    assert.equal(longPfn(short), `SB:SandboxSE|${short}`);
    assert.deepEqual(parseSandboxPfn(short), name);
    assert.deepEqual(parseSandboxPfn(longPfn(short)), name);
    assert.ok(short.startsWith(ownPrefix(name)));
  });

  it('holds the digest in lower case, whatever was announced', () => {
    assert.equal(sandboxPfn({ ...name, checksum: checksum.toUpperCase() }), sandboxPfn(name));
  });

  const others = [
    '',
    'testJob.sh',
    'LFN:/vo/user/m/mkolar/x',
    `/S3/sandboxes/vo/group/user/sha256:${checksum}.zip`,
    `/S3/sandboxes/vo/group/user/sha256:${checksum.toUpperCase()}.tar.gz`,
    `/S3/sandboxes/vo/group/a/../b/sha256:${checksum}.tar.gz`,
    `/S3/other/vo/group/user/sha256:${checksum}.tar.gz`,
    `/S3/sandboxes/vo/group/user/sha256:${checksum}.tar.gz\n`,
    `SB:Sandbox SE|/S3/sandboxes/vo/group/user/sha256:${checksum}.tar.gz`,
  ];
  for (const text of others) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(isSandboxPfn(text), false));
  }
});
