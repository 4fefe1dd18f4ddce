/** `dirac-wms-bulk-status`: one line a bulk, those named or the person's newest. */
import { idsOf } from '../arguments.ts';
import { bulkFacts } from '../bulks.ts';
import { signIn } from '../signed-in.ts';
import { issuerOption, type Command } from './command.ts';
import { forEachBulk } from './each-bulk.ts';

export const bulkStatus: Command = {
  summary: 'Show how far bulks are: those named, or your newest',
  usage: 'dirac-wms-bulk-status [BULK…] [--issuer URL]',
  options: [issuerOption],
  async run(given, world) {
    const ids = given.words.length === 0 ? [] : idsOf('bulk', given.words);
    const { client } = await signIn(world, given.value('issuer'));
    if (ids.length === 0) {
      const { bulks } = await client.call('GET /bff/bulks', {});
      for (const bulk of bulks) world.print(bulkFacts(bulk));
      return 0;
    }
    const found = await forEachBulk(world, ids, async (bulkId) => {
      world.print(bulkFacts(await client.call('GET /bff/bulks/:bulkId', { params: { bulkId } })));
    });
    return found.length === ids.length ? 0 : 1;
  },
};
