import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { openstackParameters } from './openstack-parameters.ts';
import { readConsole, userData } from './openstack-user-data.ts';

const stamp = '0123456789abcdef0123456789abcdef';
const values = (more: object = {}) =>
  openstackParameters.parse({
    ...{ authUrl: 'https://k/v3', applicationCredentialFile: '/c', image: 'i', flavor: 'f', ...more },
  });
const order = { stamp, pilot: "console.log('$HOME `id`')", configuration: { token: "it's" }, lifeS: 61 };

describe('what a machine runs', () => {
  it('is a script that a POSIX shell can read, with or without an archive', () => {
    const nodeArchive = { url: 'https://nodejs.org/node.tar.gz', sha256: 'a'.repeat(64) };
    for (const more of [{}, { nodeArchive }])
      execFileSync('/bin/sh', ['-n'], { input: userData(order, values(more)) });
  });

  it('closes the metadata service before the pilot starts, as an account of its own', () => {
    const script = userData(order, values());
    const at = (text: string): number => script.indexOf(text);
    assert.ok(at('ip route add prohibit 169.254.169.254/32') > 0);
    assert.ok(at('ip route add prohibit') < at('runuser -u wm-pilot'));
    assert.ok(script.includes('{"token":"it\'s"}\n') && script.includes(order.pilot));
    assert.match(script, /^shutdown -P \+2 /m);
  });
});

describe('the console of a machine', () => {
  it('holds what the pilot printed between the noise, and its exit code', () => {
    const text = [
      '[    0.0] Linux',
      'wm-out: one\r',
      '[    9.9] noise wm-out: two',
      'wm-err: alas',
      `wm-end: ${'f'.repeat(32)} 9`,
      `wm-end: ${stamp} 3`,
      'Power down.',
    ].join('\n');
    assert.deepEqual(readConsole(text, stamp), { stdout: 'one\ntwo\n', stderr: 'alas\n', exitCode: '3' });
    assert.deepEqual(readConsole('', stamp), { stdout: '', stderr: '', exitCode: undefined });
  });
});
