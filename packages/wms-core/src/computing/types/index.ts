/** THE list of computing element types. To add one: a file beside this and a row here. */
import type { ConfigurationFault } from '../../configuration/configuration-fault.ts';
import type { ComputingElementConfiguration } from '../../configuration/schema.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type {
  ComputingElement,
  ComputingElementContext,
  ComputingElementType,
} from '../computing-element.ts';
import { arcComputingElement } from './arc.adapter.ts';
import { htcondorComputingElement } from './htcondor.adapter.ts';
import { localComputingElement } from './local.adapter.ts';
import { openstackComputingElement } from './openstack.adapter.ts';
import { slurmRestComputingElement } from './slurm-rest.adapter.ts';
import { slurmComputingElement } from './slurm.adapter.ts';
import { sshComputingElement } from './ssh.adapter.ts';

const types: readonly ComputingElementType[] = [
  arcComputingElement,
  htcondorComputingElement,
  localComputingElement,
  openstackComputingElement,
  slurmComputingElement,
  slurmRestComputingElement,
  sshComputingElement,
];

export const computingElementTypeNames: readonly string[] = types.map(({ name }) => name);

const typeOf = (name: string): ComputingElementType | undefined => types.find((type) => type.name === name);

/** Faults of the parameters, paths below `parameters`; undefined when there is no such type. */
export const computingElementFaults = (
  element: ComputingElementConfiguration,
): readonly ConfigurationFault[] | undefined => {
  const parsed = typeOf(element.type)?.parameters.safeParse(element.parameters);
  if (parsed === undefined) return undefined;
  return (parsed.error?.issues ?? []).flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such parameter' }))
      : [{ path, message: issue.message }];
  });
};

export const gridTypeOf = (typeName: string): string => typeOf(typeName)?.gridType ?? typeName;

/** Throws `configuration.invalid` for an unknown type or parameters that do not fit it. */
export const openComputingElement = (
  element: ComputingElementConfiguration,
  context: ComputingElementContext,
): ComputingElement => {
  const type = typeOf(element.type);
  const parsed = type?.parameters.safeParse(element.parameters);
  if (type === undefined || parsed?.success !== true) {
    throw new WmsError(
      'configuration.invalid',
      `The computing element ${context.name} has the unknown type ${element.type} or parameters that do not fit it.`,
      { computingElement: context.name, type: element.type },
    );
  }
  return type.open(context, parsed.data);
};
