/** Which VOMS attributes the proxies of a group carry, by the configuration. Pure. */
import { primaryFqanOf } from '@wm/credentials';
import type { Configuration } from '../../configuration/schema.ts';

export interface GroupAttributes {
  /** The VO as VOMS knows it. */
  readonly vo: string;
  /** The primary one. */
  readonly fqan: string;
}

type Vos = Pick<Configuration, 'vos'>;

/** Undefined when the group's proxies carry none; `isAsked`: when it has none to give either. */
export function attributesOfGroup(
  { vos }: Vos,
  voName: string,
  groupName: string,
  isAsked = false,
): GroupAttributes | undefined {
  const vo = Object.hasOwn(vos, voName) ? vos[voName] : undefined;
  const group = vo && Object.hasOwn(vo.groups, groupName) ? vo.groups[groupName] : undefined;
  if (!vo || !group || !(group.addVoms || (isAsked && group.vomsFqan !== undefined))) return undefined;
  const name = vo.vomsName ?? voName;
  return { vo: name, fqan: group.vomsFqan ?? `/${name}` };
}

/** Can the attribute be asked of the VO at all? */
export const isFqanOfVo = (fqan: string, vo: string): boolean => primaryFqanOf({ vo, fqan }) !== undefined;
