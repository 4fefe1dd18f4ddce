/**
 * Signatures by a program, for a key that never leaves its token (PKCS#11) or service: what is to be signed goes in at
 * stdin, the signature comes out at stdout. What it says else is for whoever runs it by hand. No shell, a time limit, one at a time as tokens want it.
 */
import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { WmsError } from '../../kernel/wms-error.ts';

const patienceMs = 10_000;
const maxSignatureBytes = 4096;

export type Sign = (tbs: Uint8Array) => Promise<Uint8Array>;

const failed = (why: string): WmsError =>
  new WmsError('service.unavailable', `The issuing authority does not sign now: its program ${why}.`);

function signOnce(
  program: string,
  words: readonly string[],
  tbs: Uint8Array,
  waitMs: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: waitMs,
      killSignal: 'SIGKILL',
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxSignatureBytes) child.kill('SIGKILL');
      else parts.push(part);
    });
    child.once('error', () => reject(failed('cannot be run')));
    // It may end without having read all.
    child.stdin.once('error', () => undefined);
    child.stdin.end(tbs);
    child.once('close', (code, signal) => {
      if (bytes > maxSignatureBytes) reject(failed('gave more than a signature'));
      else if (signal !== null) reject(failed(`gave nothing within ${waitMs / 1000} s`));
      else if (code !== 0) reject(failed(`ended with exit code ${code}`));
      else resolve(new Uint8Array(Buffer.concat(parts)));
    });
  });
}

/** `command`: a program by its whole path, and its words. Throws an Error for operators. */
export function signingCommand(command: string, waitMs = patienceMs): Sign {
  const [program = '', ...words] = command.split(/\s+/).filter((word) => word !== '');
  if (!isAbsolute(program))
    throw new Error('The program that signs for the issuing authority must be named by its whole path.');
  let last: Promise<unknown> = Promise.resolve();
  return (tbs) => {
    const signature = last.then(() => signOnce(program, words, tbs, waitMs));
    last = signature.catch(() => undefined);
    return signature;
  };
}
