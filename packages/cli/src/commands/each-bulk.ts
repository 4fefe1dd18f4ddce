/** Does a thing to bulks one after the other; what is wrong with one is told, and the others are done all the same. */
import { idsOf } from '../arguments.ts';
import { lineOf } from '../cli-error.ts';
import { signIn, type SignedIn } from '../signed-in.ts';
import type { World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

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

/** A command that changes the bulks named; `done` opens the line that tells which it did, `Confirmed`. */
export const bulkCommand = (parts: {
  readonly name: string;
  readonly summary: string;
  readonly done: string;
  readonly act: (client: SignedIn['client'], bulkId: number) => Promise<unknown>;
}): Command => ({
  summary: parts.summary,
  usage: `${parts.name} BULK… [--issuer URL]`,
  options: [issuerOption],
  async run(given, world) {
    const ids = idsOf('bulk', given.words);
    const { client } = await signIn(world, given.value('issuer'));
    const done = await forEachBulk(world, ids, (bulkId) => parts.act(client, bulkId));
    if (done.length > 0) world.print(`${parts.done} bulks ${done.join(',')}`);
    return done.length === ids.length ? 0 : 1;
  },
});
