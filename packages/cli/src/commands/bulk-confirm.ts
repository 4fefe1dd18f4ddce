/** `dirac-wms-bulk-confirm`: lets the jobs of bulks start that were submitted with `--confirm`. */
import { bulkCommand } from './each-bulk.ts';

export const bulkConfirm = bulkCommand({
  name: 'dirac-wms-bulk-confirm',
  summary: 'Let the jobs of bulks start',
  done: 'Confirmed',
  act: (client, bulkId) => client.call('POST /bff/bulks/:bulkId/confirm', { params: { bulkId } }),
});
