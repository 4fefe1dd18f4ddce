import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagsOfNode } from './commands/check-capabilities.ts';
import { hasCvmfs } from './node-facts.ts';

test('CVMFS is there when a repository is mounted, or would be when it is looked for', () => {
  assert.ok(hasCvmfs('/etc/auto.cvmfs /cvmfs autofs rw,relatime 0 0\n'));
  assert.ok(hasCvmfs('proc /proc proc rw 0 0\ncvmfs2 /cvmfs/biomed.egi.eu fuse ro 0 0\n'));
  assert.ok(!hasCvmfs('proc /proc proc rw 0 0\n/dev/sda1 /cvmfs-cache ext4 rw 0 0\n'));
  assert.ok(!hasCvmfs('/dev/sda1 / ext4 rw 0 0\n'));
});

test('the tag CVMFS says what was found, not what the queue promises', () => {
  assert.deepEqual(tagsOfNode(['MultiProcessor', 'CVMFS'], false), ['MultiProcessor']);
  assert.deepEqual(tagsOfNode(['MultiProcessor'], true), ['MultiProcessor', 'CVMFS']);
});
