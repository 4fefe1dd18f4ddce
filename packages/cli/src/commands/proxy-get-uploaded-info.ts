/** `dirac-proxy-get-uploaded-info`: which proxies are in the store, and until when. */
import { knownClient, uploadedTable } from '../proxy/stored.ts';
import { plain } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

export const proxyGetUploadedInfo: Command = {
  summary: 'Show the proxies that are stored at the server',
  usage: 'dirac-proxy-get-uploaded-info [-u USER]',
  options: [
    issuerOption,
    { name: 'user', short: 'u', value: 'USER', help: 'Of somebody else, for managers of proxies' },
  ],
  async run(given, world) {
    const client = await knownClient(world, given.value('issuer'));
    const user = given.value('user') ?? (await client.call('GET /bff/proxies/group', {})).userName;
    const { proxies } = await client.call('GET /bff/proxies', {});
    const found = proxies.filter(({ userName }) => userName === user);
    if (found.length === 0) {
      world.print(`No proxies of ${plain(user)} are stored, or they are not yours to see.`);
      return 0;
    }
    world.print(`Checking for DNs ${found.map(({ subjectDn }) => plain(subjectDn)).join(' | ')}`);
    for (const line of uploadedTable(found)) world.print(line);
    return 0;
  },
};
