/** Does a thing to bulks one after the other; what is wrong with one is told, and the others are done all the same. */
import { lineOf } from '../cli-error.ts';
import type { World } from '../world.ts';

/** Answers those for which it went well. */
export async function forEachBulk(
  world: World,
  ids: readonly number[],
  act: (bulkId: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const done: number[] = [];
  for (const bulkId of ids)
    try {
      await act(bulkId);
      done.push(bulkId);
    } catch (error) {
      const line = lineOf(error);
      if (line === undefined) throw error;
      world.complain(`ERROR: bulk ${bulkId}: ${line}`);
    }
  return done;
}
