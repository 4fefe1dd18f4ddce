import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sshFailure } from './ssh-failure.ts';

const cases: readonly (readonly [string, RegExp])[] = [
  [
    '@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@\nHost key verification failed.',
    /host key is not the known one.*known_hosts/,
  ],
  ['gridpilot@h: Permission denied (publickey).', /user and identityFile.*\(gridpilot@h: Permission denied/],
  ['ssh: Could not resolve hostname nowhere: Name or service not known', /address/],
  ['ssh: connect to host h port 23: Connection refused', /port/],
  ['ssh: connect to host h port 22: Connection timed out', /does not answer/],
  ['Something new', /^Something new$/],
  ['', /connection broke/],
];

describe('the last words of ssh', () => {
  for (const [stderr, expected] of cases) {
    it(`"${stderr.split('\n').at(-1)}" becomes a sentence that helps`, () =>
      assert.match(sshFailure(stderr), expected));
  }
});
