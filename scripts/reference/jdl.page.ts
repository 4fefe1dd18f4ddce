import { jobAttributes, type JdlAttribute } from '@wm/wms-core/vocabulary';
import { code, document, table, type Page } from './markdown.ts';

function range({ min, max, maxLength, choices }: JdlAttribute): string {
  const parts = [
    min !== undefined || max !== undefined ? `${min ?? ''} … ${max ?? ''}` : '',
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    choices === undefined ? '' : choices.join(', '),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

const rows = (setBy: JdlAttribute['setBy']): readonly (readonly string[])[] =>
  jobAttributes.flatMap(({ name, jdl, help }) =>
    jdl?.setBy === setBy
      ? [
          [
            [name, ...(jdl.aliases ?? [])].map(code).join(' or ') +
              (jdl.perParameter ? ` (also ${code(`${name}.X`)})` : ''),
            jdl.unit === undefined ? jdl.type : `${jdl.type}, ${jdl.unit}`,
            jdl.default === undefined ? '' : code(jdl.default),
            range(jdl),
            help,
          ],
        ]
      : [],
  );

const heads = ['Attribute', 'Type', 'Default', 'Allowed', 'Means'];

export const jdlPage: Page = {
  file: 'jdl.md',
  title: 'Job description (JDL)',
  render: () =>
    document(
      'Job description (JDL)',
      'packages/wms-core/src/jobs/job-attributes.ts',
      'A description is a list of `Name = value;`, in square brackets or without. Values are texts in quotes (with `\\"` and `\\\\` inside), numbers, bare words, or lists in braces. Comments begin with `#` or `//`, or stand between `/*` and `*/`. Names may be written in any case. Unknown attributes are kept and passed on to the job.',
      '```\n[\n    JobName = "Helloworld";\n    Executable = "/bin/echo";\n    Arguments = "Hello World";\n    OutputSandbox = {"std.out", "std.err"};\n]\n```',
      '## Attributes you write',
      table(heads, rows('user')),
      '## Attributes the server writes',
      'A value of yours is ignored with a warning.',
      table(heads, rows('server')),
    ),
};
