import {
  boundValue,
  cpuTimeSegmentsS,
  defaultJobLimits,
  effectiveAttribute,
  jdlAttributes,
  jobLimitNames,
  jobLimits,
  type Bound,
  type JdlAttribute,
  type JdlJobAttribute,
} from '@wm/wms-core/vocabulary';
import { code, document, table, type Page } from './markdown.ts';

/** The limits of the configuration that change what the row says. */
function settings({ choicesLimit, defaultLimit, max, maxItems, min }: JdlAttribute): string {
  const names = [defaultLimit, min, max, maxItems, choicesLimit].filter((bound) => typeof bound === 'string');
  return [...new Set(names)].map(code).join(', ');
}

function range(attribute: JdlJobAttribute): string {
  const { choices, max, maxItems, maxLength, min, type } = effectiveAttribute(attribute, defaultJobLimits);
  const unit = type === 'size' ? ' MiB' : '';
  const parts = [
    min !== undefined || max !== undefined ? `${min ?? ''} … ${max ?? ''}${unit}` : '',
    maxItems === undefined ? '' : `at most ${maxItems} values`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    choices === undefined ? '' : choices.join(', '),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

const names = ({ name, jdl }: JdlJobAttribute): string =>
  [name, ...(jdl.aliases ?? [])].map(code).join(' or ') +
  (jdl.perParameter ? ` (also ${code(`${name}.X`)})` : '');

function row(attribute: JdlJobAttribute): readonly string[] {
  const { shortfall } = attribute.jdl;
  const { default: usual, type, unit } = effectiveAttribute(attribute, defaultJobLimits);
  return [
    names(attribute),
    unit === undefined ? type : `${type}, ${unit}`,
    usual === undefined ? '' : code(usual),
    range(attribute),
    settings(attribute.jdl),
    shortfall === undefined ? attribute.help : `${attribute.help} Yet ${shortfall}.`,
  ];
}

const rows = (setBy: JdlAttribute['setBy']): readonly (readonly string[])[] =>
  jdlAttributes.filter(({ jdl }) => jdl.setBy === setBy).map(row);

const heads = ['Attribute', 'Type', 'Default', 'Allowed', 'Set by', 'Means'];

/** The attributes for which a limit counts. */
function usedBy(limit: string): string {
  const uses = (bound: Bound | undefined): boolean => bound === limit;
  return jdlAttributes
    .filter(
      ({ jdl }) =>
        [jdl.min, jdl.max, jdl.defaultLimit, jdl.maxItems].some(uses) || jdl.choicesLimit === limit,
    )
    .map(({ name }) => code(name))
    .join(', ');
}

const limitRows = jobLimitNames.map((name) => {
  const limit: { readonly unit?: string; readonly help: string } = jobLimits[name];
  const value = defaultJobLimits[name];
  const text = typeof value === 'number' ? String(boundValue(value, defaultJobLimits)) : value.join(', ');
  return [code(name), limit.unit === undefined ? text : `${text} ${limit.unit}`, usedBy(name), limit.help];
});

export const jdlPage: Page = {
  file: 'jdl.md',
  title: 'Job description (JDL)',
  render: () =>
    document(
      'Job description (JDL)',
      'packages/wms-core/src/jobs/job-attributes.ts',
      'A description is a list of `Name = value;`, in square brackets or without. Values are texts in quotes (with `\\"` and `\\\\` inside), numbers, bare words, or lists in braces. Comments begin with `#` or `//`, or stand between `/*` and `*/`. Names may be written in any case. Unknown attributes are kept and passed on to the job, with a warning that names the nearest known one. Descriptions that are wrong, numbers outside their bounds among them, are refused with all their errors, each with attribute, line and column. `%j` in a text is the number of the job; what decides where a job may run cannot hold it.',
      '```\n[\n    JobName = "Helloworld";\n    Executable = "/bin/echo";\n    Arguments = "Hello World";\n    OutputSandbox = {"std.out", "std.err"};\n]\n```',
      '## Attributes you write',
      'Amounts of memory and disk may carry a unit: `"500 MB"`, `"4 GB"`, `"2 GiB"`; `B` is bytes. `Tags` for size, as DIRAC has them, become numbers: `4Processors`, `MultiProcessor`, `WholeNode`, `8GB`, `GPU`; they are bounded like the attributes they stand for. `Tag` and `Tags` add up.',
      table(heads, rows('user')),
      `The matcher rounds CPU time up to one of ${cpuTimeSegmentsS.join(', ')} s, so that jobs with nearly equal wishes share a task queue; a slot must have so much left.`,
      '## Limits and defaults',
      'What an installation has out of the box (`job-limits.ts`). The configuration may change each in `jobDescription`, for a VO in `vos.<vo>.jobDescription` and for a group in `vos.<vo>.groups.<group>.jobDescription`; what holds for you stands in `GET /bff/installation/limits`.',
      table(['Limit', 'Value', 'Counts for', 'Means'], limitRows),
      '## Attributes the server writes',
      'A value of yours is ignored with a warning. Only `Parameter` and `ParameterNumber` are kept where there is no `Parameters`, so that one job of a sweep can be submitted again as it was.',
      table(heads, rows('server')),
    ),
};
