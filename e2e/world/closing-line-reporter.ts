/**
 * What a run of Playwright tells beside its list: after a failed test what its page showed and what server and pilots
 * logged meanwhile, so that a failure on another machine can be understood from its output alone; and a last line in the words
 * of the other suites: "N passed, N failed, N skipped".
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { dataFolder, serverLogFile } from './server-under-test.ts';

const mostLines = 60;

const isFailed = ({ status }: TestResult): boolean => status !== 'passed' && status !== 'skipped';

function linesOf(path: string | undefined): readonly string[] {
  try {
    return path === undefined ? [] : readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function pageAt(result: TestResult): readonly string[] {
  const { path } = result.attachments.find(({ name }) => name === 'error-context') ?? {};
  const lines = linesOf(path);
  return lines.slice(lines.findIndex((line) => line.startsWith('```yaml')) + 1);
}

/** JSON lines of the server that are not older than the test. */
const serverSince = (startTime: Date): readonly string[] =>
  linesOf(serverLogFile).filter((line) => {
    const [, time = ''] = /"time":"([^"]+)"/.exec(line) ?? [];
    return time >= startTime.toISOString();
  });

/** Lines of all pilots, in order of time. */
const pilotsSince = (startTime: Date): readonly string[] =>
  globSync('pilots/*/*/out', { cwd: dataFolder() })
    .flatMap((file) => linesOf(join(dataFolder(), file)))
    .filter((line) => line.slice(0, 19) >= startTime.toISOString().slice(0, 19))
    .toSorted();

const tell = (title: string, lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`\n    ${title}:\n      ${lines.join('\n      ')}\n`);
};

export default class ClosingLineReporter implements Reporter {
  readonly #outcomes = new Map<string, TestResult['status']>();

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#outcomes.set(test.id, result.status);
    if (!isFailed(result)) return;
    tell('The page showed', pageAt(result).slice(0, 2 * mostLines));
    tell('The server logged last', serverSince(result.startTime).slice(-mostLines));
    tell('Pilots logged last', pilotsSince(result.startTime).slice(-mostLines));
  }

  onEnd(): void {
    const statuses = [...this.#outcomes.values()];
    const count = (wanted: (status: TestResult['status']) => boolean): number =>
      statuses.filter(wanted).length;
    const passed = count((status) => status === 'passed');
    const skipped = count((status) => status === 'skipped');
    process.stdout.write(
      `\n${passed} passed, ${statuses.length - passed - skipped} failed, ${skipped} skipped\n`,
    );
  }
}
