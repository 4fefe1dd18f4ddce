/** `dirac-proxy-destroy`: the proxy on this computer goes, and with -a or -v those in the store. */
import { rm } from 'node:fs/promises';
import { createClient } from '@wm/api-contract/client';
import { usageError } from '../cli-error.ts';
import { serverInUse } from '../proxy/certified.ts';
import { proxyFileOf } from '../proxy/grid-places.ts';
import { knownClient } from '../proxy/stored.ts';
import { plain, type World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

async function groupsIn(world: World, issuer: string | undefined, vo: string): Promise<readonly string[]> {
  const baseUrl = (await serverInUse(world, issuer)) ?? '';
  const open = createClient({ baseUrl, headers: () => ({}), fetch: world.fetch });
  const { virtual_organizations: vos } = await open.call('GET /.well-known/dirac-metadata', {});
  return Object.keys(vos[vo]?.groups ?? {});
}

async function destroyStored(
  world: World,
  issuer: string | undefined,
  vo: string | undefined,
): Promise<void> {
  const client = await knownClient(world, issuer);
  const { userName } = await client.call('GET /bff/proxies/group', {});
  const { proxies } = await client.call('GET /bff/proxies', {});
  const groupsOfVo = vo === undefined ? undefined : await groupsIn(world, issuer, vo);
  const meant = proxies.filter(
    (proxy) =>
      proxy.userName === userName &&
      (groupsOfVo === undefined || proxy.groups.some((group) => groupsOfVo.includes(group))),
  );
  if (meant.length === 0) world.print('No remote proxies found.');
  for (const { proxyId, groups } of meant) {
    await client.call('DELETE /bff/proxies/:proxyId', { params: { proxyId } });
    for (const group of groups) world.print(`Deleted proxy for ${plain(group)}.`);
  }
}

export const proxyDestroy: Command = {
  summary: 'Remove the proxy on this computer, and those at the server if you say so',
  usage: 'dirac-proxy-destroy [-a | -v VO]',
  options: [
    issuerOption,
    { name: 'all', short: 'a', help: 'The one here and all of yours in the store' },
    { name: 'vo', short: 'v', value: 'VO', help: 'Those in the store that serve groups of the VO' },
  ],
  async run(given, world) {
    const vo = given.value('vo');
    const isAll = given.isSet('all');
    if (isAll && vo !== undefined)
      throw usageError('-a and -v options are mutually exclusive. Please pick one or the other.');
    // The proxy here may be what opens the store, so it goes last.
    if (isAll || vo !== undefined) await destroyStored(world, given.value('issuer'), vo);
    if (vo !== undefined) return 0;
    await rm(proxyFileOf(world), { force: true });
    world.print('Local proxy deleted.');
    return 0;
  },
};
