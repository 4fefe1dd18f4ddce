/** `dirac-wms-bulk-abandon`: nothing of the bulks starts any more, and what waits or runs is killed. */
import { bulkCommand } from './each-bulk.ts';

export const bulkAbandon = bulkCommand({
  name: 'dirac-wms-bulk-abandon',
  summary: 'Give bulks up: nothing of them starts any more, what waits or runs is killed',
  done: 'Abandoned',
  act: (client, bulkId) => client.call('POST /bff/bulks/:bulkId/abandon', { params: { bulkId } }),
});
