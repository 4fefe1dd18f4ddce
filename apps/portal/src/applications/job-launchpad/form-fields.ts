/**
 * The fields of the form: which attributes it shows, and how their values are written and read. Everything
 * follows from the attribute catalogue; attributes the form does not offer are left alone.
 */
import {
  effectiveAttribute,
  findEntry,
  findJdlAttribute,
  listValue,
  numberValue,
  sizeInUnit,
  textOf,
  textsOf,
  textValue,
  unitOfSize,
  type EffectiveAttribute,
  type JdlDescription,
  type JdlValue,
  type JobLimits,
} from '@wm/wms-core/vocabulary';

/** Always shown, in this order (portal.md §3.2). */
export const basicFields: readonly string[] = ['JobName', 'Executable', 'Arguments', 'OutputSandbox'];

export interface FieldGroup {
  readonly label: string;
  readonly names: readonly string[];
}

/** Offered by Add Parameters, in this order: what most jobs need, then the rest by what it is about. */
export const optionalGroups: readonly FieldGroup[] = [
  {
    label: 'Job',
    names: ['JobGroup', 'JobType', 'Priority', 'StdOutput', 'StdError', 'ExecutionEnvironment'],
  },
  { label: 'Where', names: ['Site', 'BannedSites', 'Platform', 'Tags'] },
  {
    label: 'Resources',
    names: ['CPUTime', 'WallTime', 'NumberOfProcessors', 'WholeNode', 'Memory', 'DiskSpace', 'NumberOfGPUs'],
  },
];

/** Offered in menus of their own, so that the first one stays short. */
export const furtherGroups: readonly FieldGroup[] = [
  { label: 'Sweep', names: ['Parameters', 'ParameterStart', 'ParameterStep', 'ParameterFactor'] },
  {
    label: 'Data',
    names: ['InputData', 'OutputData', 'OutputSE', 'OutputPath', 'DisableDataScheduling'],
  },
  {
    label: 'More on resources',
    names: [
      'MinNumberOfProcessors',
      'MaxNumberOfProcessors',
      'MemoryPerProcessor',
      'MinRAM',
      'MaxRAM',
      'GPUVendor',
      'GPUModel',
      'GPUMemory',
      'GPUComputeCapability',
    ],
  },
  {
    label: 'More on where',
    names: [
      'GridCE',
      'BannedGridCEs',
      'Architecture',
      'OperatingSystem',
      'MinGlibc',
      'ContainerImage',
      'PilotType',
    ],
  },
  {
    label: 'More on the run',
    names: [
      'DisableCPUCheck',
      'StopSigNumber',
      'StopSigRegex',
      'StopSigStartSeconds',
      'StopSigFinishSeconds',
      'LogLevel',
      'JobPath',
    ],
  },
];

/** All of them, in the order in which the form shows them. */
export const optionalFields: readonly string[] = [...optionalGroups, ...furtherGroups].flatMap(
  ({ names }) => names,
);

export type FieldKind = 'text' | 'list' | 'flag' | 'choice' | 'parameters';

export interface FormField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly help: string;
  readonly unit: string | undefined;
  readonly choices: readonly string[];
  /** What holds when it is left out; shown in its place. */
  readonly usual: string;
  /** "100 to 500000", for those who wonder before they are refused. */
  readonly range: string | undefined;
  readonly isRequired: boolean;
  readonly isNumeric: boolean;
  /** A number, or one with a unit behind it. */
  readonly isSize: boolean;
}

const placeholders: Readonly<Record<string, string>> = {
  Site: 'Any site that fits',
  BannedSites: 'None',
  Platform: 'Any platform',
  Tags: 'None',
};

function kindOf({ choices, name, type }: EffectiveAttribute): FieldKind {
  if (name === 'Parameters') return 'parameters';
  if (type === 'list') return 'list';
  if (type === 'boolean') return 'flag';
  return choices ? 'choice' : 'text';
}

function rangeOf(attribute: EffectiveAttribute): string | undefined {
  const { max, min, type } = attribute;
  if (min === undefined || max === undefined) return undefined;
  // Bounds of a size are in MiB, whatever its unit.
  return type === 'size' ? `At most ${sizeInUnit(max, unitOfSize(attribute))}.` : `From ${min} to ${max}.`;
}

function fieldOf(name: string, limits: JobLimits): FormField {
  const attribute = findJdlAttribute(name);
  if (!attribute) throw new Error(`${name} is not in the catalogue of attributes`);
  const effective = effectiveAttribute(attribute, limits);
  return {
    name,
    kind: kindOf(effective),
    help: attribute.help,
    unit: effective.unit,
    choices: effective.choices ?? [],
    usual: placeholders[name] ?? effective.default ?? '',
    range: rangeOf(effective),
    isRequired: name === 'Executable',
    isNumeric: effective.type === 'integer' || effective.type === 'number',
    isSize: effective.type === 'size',
  };
}

const isWritten = (description: JdlDescription, name: string): boolean =>
  findEntry(description, name) !== undefined;

/** Basic ones, those that are written, and those the user ticked. */
export const shownFields = (
  description: JdlDescription,
  ticked: readonly string[],
  limits: JobLimits,
): readonly FormField[] =>
  [
    ...basicFields,
    ...optionalFields.filter((name) => ticked.includes(name) || isWritten(description, name)),
  ].map((name) => fieldOf(name, limits));

/** Text of a single value; lists joined by commas. */
export function fieldText(description: JdlDescription, name: string): string {
  const value = findEntry(description, name)?.value;
  if (!value) return '';
  return textOf(value) ?? textsOf(value).join(', ');
}

export function fieldTexts(description: JdlDescription, name: string): readonly string[] {
  const value = findEntry(description, name)?.value;
  return value ? textsOf(value) : [];
}

const wholeNumber = /^-?(?:0|[1-9]\d{0,14})$/;
const anyNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/;

/** A number of jobs, or values separated by commas; braces and quotes as in JDL do no harm. */
function parametersValue(text: string): JdlValue {
  const trimmed = text.trim();
  if (wholeNumber.test(trimmed)) return numberValue(Number(trimmed));
  const items = trimmed
    .replace(/^\{|\}$/g, '')
    .split(/[,\n]/)
    .map((item) => item.trim().replace(/^"(.*)"$/, '$1'))
    .filter((item) => item !== '');
  return listValue(items);
}

/** What a field's text means in JDL; undefined takes the attribute out. */
export function valueOfText(field: FormField, text: string): JdlValue | undefined {
  const kept = field.kind === 'text' && !field.isNumeric ? text : text.trim();
  if (kept === '') return undefined;
  if (field.kind === 'parameters') return parametersValue(kept);
  if ((field.isNumeric || field.isSize) && anyNumber.test(kept))
    return { kind: 'number', text: kept, at: textValue('').at };
  return textValue(kept);
}

export const valueOfTexts = (texts: readonly string[]): JdlValue | undefined =>
  texts.length === 0 ? undefined : listValue(texts);

export const isTruth = (text: string): boolean => ['1', 'yes', 'true', 'y'].includes(text.toLowerCase());

/** What a field would show after its text has gone to JDL and back. */
export function textThatWouldShow(field: FormField, text: string): string {
  const value = valueOfText(field, text);
  return value ? (textOf(value) ?? textsOf(value).join(', ')) : '';
}

/** "600" seconds are "10 min"; nothing for what is no number or short. */
export function durationText(seconds: string): string | undefined {
  const value = Number(seconds);
  if (seconds.trim() === '' || !Number.isFinite(value) || value < 60) return undefined;
  const figure = (unit: number): string => String(Math.round((value / unit) * 10) / 10);
  if (value >= 172_800) return `${figure(86_400)} days`;
  return value >= 7200 ? `${figure(3600)} h` : `${figure(60)} min`;
}
