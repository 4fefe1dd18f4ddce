/** Computing elements that pilots are sent to with a proxy of the store: whose may be used for whom. Pure. */
import type { ConfigurationFault } from './configuration-fault.ts';
import type { ComputingElementConfiguration, Configuration } from './schema.ts';
import { serveVo } from './served-vos.ts';

/** VOs that a computing element gets pilots of; an empty list means all. */
const vosOfElement = (
  { vos }: Configuration,
  site: Configuration['sites'][string],
  { queues }: ComputingElementConfiguration,
): readonly string[] =>
  Object.keys(vos).filter((vo) => Object.values(queues).some((queue) => serveVo(vo, site, queue)));

/** Pilots of a VO go out in the name of that VO, and no ordinary user's proxy is used for them. */
export function* storedProxies(values: Configuration): Iterable<ConfigurationFault> {
  for (const [siteName, site] of Object.entries(values.sites))
    for (const [name, element] of Object.entries(site.computingElements)) {
      const { group } = (element.parameters['storedProxy'] ?? {}) as { readonly group?: unknown };
      if (typeof group !== 'string') continue;
      const path = ['sites', siteName, 'computingElements', name, 'parameters', 'storedProxy', 'group'];
      const [vo, found] =
        Object.entries(values.vos).find(([, { groups }]) => Object.hasOwn(groups, group)) ?? [];
      if (vo === undefined) yield { path, message: `${group} is no configured group` };
      else if (found?.groups[group]?.properties.includes('GenericPilot') !== true)
        yield { path, message: `${group} is no group of pilots; give it the property GenericPilot` };
      const others = vosOfElement(values, site, element).filter((served) => served !== vo);
      if (vo !== undefined && others.length > 0)
        yield {
          path,
          message: `${group} is of the VO ${vo}, and this computing element serves ${others.join(', ')} too; describe it once more for each VO`,
        };
    }
}
