/** `dirac-wms-bulk-abandon`: nothing of the bulks starts any more, and what waits or runs is killed. */
import { idsOf } from '../arguments.ts';
import { signIn } from '../signed-in.ts';
import { issuerOption, type Command } from './command.ts';
import { forEachBulk } from './each-bulk.ts';

export const bulkAbandon: Command = {
  summary: 'Give bulks up: nothing of them starts any more, what waits or runs is killed',
  usage: 'dirac-wms-bulk-abandon BULK… [--issuer URL]',
  options: [issuerOption],
  async run(given, world) {
    const ids = idsOf('bulk', given.words);
    const { client } = await signIn(world, given.value('issuer'));
    const abandoned = await forEachBulk(world, ids, (bulkId) =>
      client.call('POST /bff/bulks/:bulkId/abandon', { params: { bulkId } }),
    );
    if (abandoned.length > 0) world.print(`Abandoned bulks ${abandoned.join(',')}`);
    return abandoned.length === ids.length ? 0 : 1;
  },
};
