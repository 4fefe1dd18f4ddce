/** `dirac-admin-get-proxy`: a proxy of somebody, for those whose group may take it. */
import { usageError } from '../cli-error.ts';
import { proxyFileOf } from '../proxy/grid-places.ts';
import { askedFor, secondsOf } from '../proxy/lifetime.ts';
import { proxyBlock } from '../proxy/proxy-facts.ts';
import { knownClient, takeProxy } from '../proxy/stored.ts';
import { issuerOption, type Command } from './command.ts';

export const adminGetProxy: Command = {
  summary: 'Take a proxy of a user out of the store, where your group may',
  usage: 'dirac-admin-get-proxy USER GROUP [-v H:M] [-l] [-a] [-u OUT]',
  options: [
    issuerOption,
    { name: 'valid', short: 'v', value: 'H:M', help: 'How long it lasts; 12:00 when left out' },
    { name: 'limited', short: 'l', help: 'A limited proxy' },
    { name: 'voms', short: 'a', help: 'With the VOMS attributes of the group' },
    { name: 'out', short: 'u', value: 'FILE', help: 'Where to save it' },
  ],
  async run(given, world) {
    const [userName, group, ...more] = given.words;
    if (userName === undefined || group === undefined || more.length > 0)
      throw usageError('Say whose proxy and for which group: dirac-admin-get-proxy USER GROUP');
    const lifetimeS = askedFor(secondsOf(given.value('valid') ?? '12:00'));
    const client = await knownClient(world, given.value('issuer'));
    const rights = { isLimited: given.isSet('limited'), wantsVoms: given.isSet('voms') };
    // Beside one's own proxy, never in its place.
    const path = given.value('out') ?? `${proxyFileOf(world)}_${userName.replaceAll(/[^\w.@-]/g, '_')}`;
    const { chain } = await takeProxy(world, client, { userName, group, lifetimeS, ...rights }, path);
    world.print(`Proxy downloaded to ${path}`);
    for (const line of proxyBlock(path, chain, world.nowMs())) world.print(line);
    return 0;
  },
};
