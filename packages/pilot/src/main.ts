/** The pilot on a worker node: `WM_PILOT_CONFIG=file node pilot.mjs`. Exit code 0 = Done, 1 = Failed. */
import { takeConfiguration } from './configuration.ts';
import { sentenceOf } from './job-wrapper/job-stop.ts';
import { runPilot } from './pilot.ts';

async function main(): Promise<boolean> {
  const path = process.env['WM_PILOT_CONFIG'];
  if (path === undefined) throw new Error('WM_PILOT_CONFIG must name the configuration file of the pilot.');
  const configuration = takeConfiguration(path);
  const eviction = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => eviction.abort(new Error(`The pilot received ${signal}.`)));
  return runPilot(configuration, {
    evicted: eviction.signal,
    print: (line) => process.stdout.write(line),
  });
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${sentenceOf(error)}\n`);
    process.exit(1);
  },
);
