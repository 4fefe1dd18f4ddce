/** The last line of a Playwright run in the words of the other suites: "N passed, N failed, N skipped". */
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class ClosingLineReporter implements Reporter {
  readonly #outcomes = new Map<string, TestResult['status']>();

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#outcomes.set(test.id, result.status);
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
