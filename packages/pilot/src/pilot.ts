/** One pilot from start to end: runs the commands in order and always says good-bye. Used by `main.ts` and tests. */
import { pilotCommands } from './commands/index.ts';
import type { PilotConfiguration } from './configuration.ts';
import { slotEndsAtMs } from './batch-slot.ts';
import { gpusOfNode, type NodeGpus } from './gpu-facts.ts';
import { containerEngines } from './job-wrapper/containers/index.ts';
import { isolationLevels, type IsolationLevel } from './job-wrapper/isolation.ts';
import { sentenceOf } from './job-wrapper/job-stop.ts';
import { createKeySupply } from './job-wrapper/payload-proxy.ts';
import type { PilotContext } from './pilot-context.ts';
import { createPilotLog } from './pilot-log.ts';
import { createPilotServer } from './server.ts';

export const pilotVersion = '0.1.0';

/** A server that stays away longer has given this pilot's jobs to others or is gone for good. */
const serverPatienceMs = 3_600_000;

export interface PilotOptions {
  readonly evicted: AbortSignal;
  readonly print: (line: string) => void;
  readonly isolationLevels?: readonly IsolationLevel[];
  /** Instead of looking for them. */
  readonly gpusOfNode?: () => Promise<NodeGpus>;
  /** Instead of asking the batch system. */
  readonly slotEndsAtMs?: () => Promise<number | undefined>;
  /** Default 10 s. */
  readonly farewellMs?: number;
}

/** Returns true when the pilot ended well. Never throws. */
export async function runPilot(configuration: PilotConfiguration, options: PilotOptions): Promise<boolean> {
  const server = createPilotServer(
    configuration.serverUrl,
    configuration.token,
    { giveUpAfterMs: serverPatienceMs },
    (sentence) => log.write(sentence),
  );
  const log = createPilotLog(async (text, signal) => {
    // Its own troubles are no news: they would never end.
    await server.call('POST /pilot/v1/log', { body: { text } }, { signal, onFirstFailure: undefined });
  }, options.print);
  const pilot: PilotContext = {
    version: pilotVersion,
    configuration,
    server,
    log,
    startedAtMs: Date.now(),
    evicted: options.evicted,
    farewellMs: options.farewellMs ?? 10_000,
    isolationLevels: options.isolationLevels ?? isolationLevels,
    containerEngines,
    slotEndsAtMs: options.slotEndsAtMs ?? (() => slotEndsAtMs()),
    gpusOfNode: options.gpusOfNode ?? (() => gpusOfNode()),
    keys: createKeySupply(),
    findings: { checks: [], outcome: { status: 'Done', reason: 'Nothing was done.' } },
  };
  log.write(`pilot ${configuration.stamp} at ${configuration.site}, ${configuration.computingElement}`);
  const { findings } = pilot;
  for (const command of pilotCommands) {
    if (findings.outcome.status === 'Failed' && !command.always) continue;
    try {
      await command.run(pilot);
    } catch (error) {
      log.write(`${command.name} failed: ${sentenceOf(error)}`);
      findings.outcome = { status: 'Failed', reason: sentenceOf(error) };
    }
  }
  return findings.outcome.status === 'Done';
}
