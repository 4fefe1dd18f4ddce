/** Reads a passphrase without showing it. What is typed is in no argument, so in no list of processes. */
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

export function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const nowhere = new Writable({ write: (_bytes, _encoding, done) => done() });
  const isTerminal = stdin.isTTY;
  if (isTerminal) stderr.write(question);
  const lines = createInterface({ input: stdin, output: nowhere, terminal: isTerminal });
  return new Promise((resolve) => {
    let answer = '';
    lines.once('line', (line) => {
      answer = line;
      lines.close();
    });
    lines.once('close', () => {
      if (isTerminal) stderr.write('\n');
      resolve(answer);
    });
  });
}
