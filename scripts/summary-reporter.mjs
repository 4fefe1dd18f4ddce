/** The closing lines of a test run, and every failure in full: what a person wants to read in a log. */
export default async function* summaryReporter(source) {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const event of source) {
    if (event.type === 'test:pass' && event.data.details?.type !== 'suite') {
      if (event.data.skip === undefined) passed += 1;
      else {
        skipped += 1;
        const reason = typeof event.data.skip === 'string' ? event.data.skip : 'no reason given';
        yield `skipped: ${event.data.name}: ${reason}\n`;
      }
    }
    if (event.type === 'test:fail' && event.data.details?.type !== 'suite') {
      failed += 1;
      const error = event.data.details.error;
      const text = error?.cause?.stack ?? error?.stack ?? String(error);
      yield `\nFAILED ${event.data.file ?? ''} ${event.data.name}\n${text}\n`;
    }
  }
  yield `\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
