/** The attribute catalogue with the numbers that hold in an installation: for forms, clients and the reference. */
import type { JdlJobAttribute } from './job-attributes.ts';
import { boundValue, type Bound, type JobLimits } from './job-limits.ts';

/** An attribute with the numbers that hold in an installation. */
export interface EffectiveAttribute {
  readonly name: string;
  readonly type: JdlJobAttribute['jdl']['type'];
  readonly unit?: string | undefined;
  readonly default?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly maxLength?: number | undefined;
  /** Of a list. */
  readonly maxItems?: number | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly help: string;
}

const optionalBound = (bound: Bound | undefined, limits: JobLimits): number | undefined =>
  bound === undefined ? undefined : boundValue(bound, limits);

export function effectiveAttribute(
  { name, help, jdl }: JdlJobAttribute,
  limits: JobLimits,
): EffectiveAttribute {
  const fallback =
    jdl.defaultLimit === undefined ? jdl.default : String(boundValue(jdl.defaultLimit, limits));
  const choices = jdl.choicesLimit === undefined ? jdl.choices : limits[jdl.choicesLimit];
  return {
    name,
    type: jdl.type,
    unit: jdl.unit,
    default: fallback,
    min: optionalBound(jdl.min, limits),
    max: optionalBound(jdl.max, limits),
    maxLength: jdl.maxLength,
    maxItems: optionalBound(jdl.maxItems, limits),
    choices,
    help,
  };
}
