/** The system's OpenSSL as a second opinion in tests; everything works without it. */
import { spawnSync } from 'node:child_process';

const version = spawnSync('openssl', ['version'], { encoding: 'utf8' });

/** For `test(name, { skip: … })`: the reason, or false when OpenSSL 3 is at hand. */
export const skipWithoutOpenssl: string | false = version.stdout?.startsWith('OpenSSL 3')
  ? false
  : 'OpenSSL 3 is not installed';

export interface OpensslAnswer {
  readonly isGood: boolean;
  readonly output: string;
  readonly errors: string;
}

export function runOpenssl(...words: readonly string[]): OpensslAnswer {
  const { status, stdout, stderr } = spawnSync('openssl', words, { encoding: 'utf8', timeout: 20_000 });
  return { isGood: status === 0, output: stdout, errors: stderr };
}
