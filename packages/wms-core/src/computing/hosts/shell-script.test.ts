import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { answerIn, fedWith, framedScript, quoted, rowsOf } from './shell-script.ts';

const sh = (script: string): string => execFileSync('/bin/sh', ['-s'], { input: script, encoding: 'utf8' });

const nasty = fc
  .array(
    fc.constantFrom("'", '"', '\\', '$', '`', '\n', '\t', ' ', '!', '*', ';', '&', 'é', 'a', '-', 'WM_END'),
  )
  .map((parts) => parts.join(''));

describe('scripts for a host', () => {
  it('whatever a text holds, quoted it is one word with that text', () => {
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 20 }), (texts) => {
        const answer = sh(texts.map((text) => `printf '%s\\0' ${quoted(text)}`).join('\n'));
        assert.equal(answer, texts.map((text) => `${text}\0`).join(''));
      }),
      { numRuns: 30 },
    );
  });

  it('a value comes through a here-document as it was', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        assert.deepEqual(JSON.parse(sh(fedWith('cat', { text }))), { text });
      }),
      { numRuns: 30 },
    );
  });

  it('the answer is found behind the banner of a log-in shell', () => {
    const stdout = `Welcome to the cluster\n${sh(framedScript("printf 'a\\tb\\n'; printf 'no end'", 'mark'))}`;
    assert.equal(answerIn(stdout, 'mark'), 'a\tb\nno end');
  });

  it('an empty answer is one', () => {
    assert.equal(answerIn(sh(framedScript(':', 'mark')), 'mark'), '');
  });

  it('a script that lost its end does nothing', () => {
    const whole = framedScript('printf hello\nprintf again', 'mark');
    for (let length = 0; length < whole.indexOf('wm_script <'); length += 1) {
      const { stdout } = attempt(whole.slice(0, length));
      assert.equal(stdout.includes('hello'), false);
      assert.equal(answerIn(stdout, 'mark'), undefined);
    }
  });

  it('a script that ended early gives no answer', () => {
    assert.equal(answerIn(attempt(framedScript('printf hello; exit 0', 'mark')).stdout, 'mark'), undefined);
  });

  it('rows are parted by tabs, empty lines are none', () => {
    assert.deepEqual(rowsOf('a\tb\n\nc\n'), [['a', 'b'], ['c']]);
  });
});

const attempt = (script: string): { stdout: string } => {
  try {
    return { stdout: execFileSync('/bin/sh', ['-s'], { input: script, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    return { stdout: String((error as { stdout?: unknown }).stdout) };
  }
};
