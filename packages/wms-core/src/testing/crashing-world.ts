/** The life of jobs in a core that dies at chosen statements; the next one stands on the same database. */
import type { Configuration } from '../configuration/schema.ts';
import { makePlace, testEngine } from './engines.ts';
import { createFakeClock } from './fake-clock.ts';
import type { Crash } from './fuse.ts';
import { openJobWorld, type JobWorld } from './job-world.ts';
import { openMortal, type MortalDatabase } from './mortal-database.ts';
import { databaseAt } from './test-database.ts';

export interface CrashingWorld extends AsyncDisposable {
  /** The core that lives now. */
  readonly world: JobWorld;
  /** It will die at the n-th statement from now, whoever sends it. */
  crash(crash: Crash): void;
  /** Nothing dies any more. */
  calm(): void;
  /** True when the core had died: `world` is another one now. */
  revive(): Promise<boolean>;
}

export async function openCrashingWorld(configuration: Configuration): Promise<CrashingWorld> {
  const place = await makePlace(testEngine(), true);
  // Migrates a place that is not; migrations have tests of their own.
  await (await place.open()).database.close();
  const clock = createFakeClock();
  let mortal: MortalDatabase;
  let world: JobWorld;

  const begin = async (): Promise<void> => {
    mortal = await openMortal(place);
    world = await openJobWorld({ configuration, clock, database: databaseAt(place, mortal) });
  };
  await begin();
  return {
    get world() {
      return world;
    },
    crash: (crash) => mortal.fuse.light(crash),
    calm: () => mortal.fuse.putOut(),
    async revive() {
      if (!mortal.fuse.isBlown) return false;
      await mortal.bury();
      await begin();
      return true;
    },
    async [Symbol.asyncDispose]() {
      await mortal.bury();
      await place.remove();
    },
  };
}
