/** `dirac-wms-bulk-confirm`: lets the jobs of bulks start that were submitted with `--confirm`. */
import { idsOf } from '../arguments.ts';
import { signIn } from '../signed-in.ts';
import { issuerOption, type Command } from './command.ts';
import { forEachBulk } from './each-bulk.ts';

export const bulkConfirm: Command = {
  summary: 'Let the jobs of bulks start',
  usage: 'dirac-wms-bulk-confirm BULK… [--issuer URL]',
  options: [issuerOption],
  async run(given, world) {
    const ids = idsOf('bulk', given.words);
    const { client } = await signIn(world, given.value('issuer'));
    const confirmed = await forEachBulk(world, ids, (bulkId) =>
      client.call('POST /bff/bulks/:bulkId/confirm', { params: { bulkId } }),
    );
    if (confirmed.length > 0) world.print(`Confirmed bulks ${confirmed.join(',')}`);
    return confirmed.length === ids.length ? 0 : 1;
  },
};
