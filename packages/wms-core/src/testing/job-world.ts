/** The whole life of jobs on a real database, with sandboxes and proxies left out. */
import type { Configuration } from '../configuration/schema.ts';
import { nothing, type Engine } from '../db/database.ts';
import { createJobCore, type JobCore, type JobCoreParts } from '../job-core.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { PilotPrincipal, UserPrincipal } from '../identity/principal.ts';
import type { JobReport, MatchedJob } from '../use-cases.ts';
import { aConfiguration, anOffer, aPilot, aUser, configurationHolder } from './builders.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

export interface JobWorld extends JobCore, AsyncDisposable {
  readonly database: TestDatabase;
  readonly clock: FakeClock;
  /** What the core was made of, for a second one on the same database. */
  readonly parts: JobCoreParts;
  /** Number of one new job of `ada`, or of the user given. */
  submitOne(jdl?: string, user?: UserPrincipal): Promise<number>;
  /** What the pilot gets at once; fails the test when there is nothing. */
  matchOne(pilot?: PilotPrincipal): Promise<MatchedJob>;
  /** One report on what was matched; throws when it is refused. */
  report(job: MatchedJob, report: Partial<JobReport>, pilot?: PilotPrincipal): Promise<void>;
}

export const helloWorld = '[ JobName = "Helloworld"; Executable = "/bin/echo"; Arguments = "hello"; ]';

export async function openJobWorld(
  options: {
    readonly configuration?: Configuration;
    readonly parts?: Partial<JobCoreParts>;
    readonly engine?: Engine;
    /** Instead of one of its own. */
    readonly database?: TestDatabase;
    readonly clock?: FakeClock;
  } = {},
): Promise<JobWorld> {
  const database = options.database ?? (await openTestDatabase({ engine: options.engine }));
  const clock = options.clock ?? createFakeClock();
  const parts: JobCoreParts = {
    database,
    broadcast: database.broadcast,
    clock,
    log: silentLogger,
    configuration: configurationHolder(options.configuration ?? aConfiguration()),
    random: Math.random,
    requireProxy: async () => {},
    assignInputSandboxes: () => nothing(0),
    assignBulkSandboxes: () => nothing(0),
    assignOutputSandbox: () => nothing(0),
    pilotMatched: () => nothing(undefined),
    inputSandboxDoors: () => nothing([]),
    unassignSandboxes: () => nothing(undefined),
    isHeld: () => false,
    currentPrincipal: async (principal) => principal,
    ...options.parts,
  };
  const core = await createJobCore(parts);
  return {
    ...core,
    database,
    clock,
    parts,
    async submitOne(jdl = helloWorld, user = aUser()) {
      const [submitted] = await core.jobs.submit(user, { jdls: [jdl] });
      if (!submitted) throw new Error('nothing was submitted');
      return submitted.jobId;
    },
    async matchOne(pilot = aPilot()) {
      const answer = await core.matcher.match(pilot, anOffer(), 0);
      if (answer.kind !== 'match') throw new Error(`no job was matched: ${answer.reason}`);
      return answer.job;
    },
    async report({ jobId, attempt }, report, pilot = aPilot()) {
      const [verdict] = await core.stateUpdate.report(pilot, [
        { jobId, attempt, atMs: clock.nowMs(), ...report },
      ]);
      if (!verdict?.ok) throw new Error(`${verdict?.code}: ${verdict?.message}`);
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}
