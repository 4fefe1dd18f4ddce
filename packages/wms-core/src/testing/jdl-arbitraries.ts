/** Generated descriptions: trees of every kind of value, and texts as users and enemies write them. */
import * as fc from 'fast-check';
import { canonicalJdlName } from '../jobs/job-attributes.ts';
import type { JdlDescription, JdlEntry, JdlValue } from '../jobs/jdl/description.ts';

const at = { line: 1, column: 1, offset: 0, length: 0 };

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/);

/** All of Unicode that can be stored: no NUL, no halves of pairs. */
const anyText = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\0', ''));
const awkwardTexts = [
  'a\nB = 2',
  '"',
  '\\',
  '\\"',
  '";',
  'x\n"y";\n',
  '',
  ' ',
  '# no comment',
  'http://x/*y*/',
  '\r\n',
  '\t;]}',
  'é\u0301🚀',
];
const text = (value: string): JdlValue => ({ kind: 'text', text: value, at });

const leaf: fc.Arbitrary<JdlValue> = fc.oneof(
  anyText.map(text),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map(text),
  fc.constantFrom(...awkwardTexts).map(text),
  fc.constantFrom('0', '42', '-1.5', '1e3').map((number): JdlValue => ({ kind: 'number', text: number, at })),
  fc.constantFrom('true', 'False', 'TRUE').map((word): JdlValue => ({ kind: 'boolean', text: word, at })),
);

export const { description: someDescription } = fc.letrec<{
  value: JdlValue;
  entries: JdlEntry[];
  description: JdlDescription;
}>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }).map((items): JdlValue => ({ kind: 'list', items, at })),
    tie('entries').map((entries): JdlValue => ({ kind: 'ad', entries, at })),
  ),
  entries: fc
    .uniqueArray(word, { maxLength: 4, selector: (name) => canonicalJdlName(name).toLowerCase() })
    .chain((names) =>
      fc.tuple(
        ...names.map((name) =>
          tie('value').map((value): JdlEntry => ({ name: canonicalJdlName(name), at, value })),
        ),
      ),
    ),
  description: tie('entries').map((entries) => ({ entries })),
}));

const pieces = [
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  ';',
  ',',
  '=',
  '\n',
  ' ',
  'A',
  'b c',
  '#',
  '/*',
  '*/',
  '7',
  '//',
  'CPUTime',
  '\u202e',
];

/** Pieces of JDL in any order. */
export const noise: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces))
  .map((parts) => parts.join(''));

/** Bytes as they come over the wire, read as the server reads them. */
export const anyBytes: fc.Arbitrary<string> = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => new TextDecoder().decode(bytes));

/** What JSON can bring beyond bytes: halves of pairs, NUL. */
export const anyJsonText: fc.Arbitrary<string> = fc
  .string({ unit: 'binary', maxLength: 100 })
  .chain((start) => fc.constantFrom('', '\ud83d', '\0', '\udc00"').map((end) => start + end));

/** Puts comments and blanks where they may stand: around every entry. */
export const dressed = (printed: string): fc.Arbitrary<string> =>
  fc.constantFrom('', '# a comment\n', '// another\n', '/* a third ; */', '\n\n', '\t').map((more) =>
    // Only at the outer level, where a line begins with four blanks and a name.
    printed.replaceAll(/^ {4}(?=[A-Za-z_])/gm, (indent) => more + indent),
  );

const flagOf = fc.constantFrom('yes', 'no', 'true', '0', '"1"');

/** Attributes with a value that is right, in JDL. */
const goodAttributes: Readonly<Record<string, fc.Arbitrary<string>>> = {
  JobName: fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => JSON.stringify(value)),
  Arguments: fc.constantFrom('"-n %j"', '"a \\"quoted\\" word"', 'one two'),
  CPUTime: fc.integer({ min: 100, max: 500_000 }).map(String),
  WallTime: fc.integer({ min: 60, max: 1_080_000 }).map(String),
  Priority: fc.integer({ min: 0, max: 10 }).map(String),
  MinNumberOfProcessors: fc.integer({ min: 1, max: 64 }).map(String),
  WholeNode: flagOf,
  MinRAM: fc.integer({ min: 1, max: 64_000 }).map(String),
  MemoryPerProcessor: fc.constantFrom('500', '"2 GB"', '"1.5 GiB"'),
  DiskSpace: fc.constantFrom('1', '"300 MB"'),
  NumberOfGPUs: fc.constantFrom('1', '2'),
  GPUModel: fc.constantFrom('"A100"', '{"A100", "Tesla T4"}', 'ANY'),
  GPUMemory: fc.constantFrom('16', '"40 GB"'),
  GPUComputeCapability: fc.constantFrom('7.5', '"8.0"'),
  Architecture: fc.constantFrom('x86_64', '{"aarch64", "x86_64"}', '"ANY"'),
  OperatingSystem: fc.constantFrom('"AlmaLinux-9"', '{"rhel", "debian-12"}'),
  ContainerImage: fc.constantFrom('"docker://python:3.13"', '"/cvmfs/unpacked.example.org/python:3.13"'),
  MinGlibc: fc.constantFrom('2.28', '"2.17"'),
  Platform: fc.constantFrom('{"b", "a"}', 'ANY'),
  Site: fc.constantFrom('ANY', '{"EGI.Demo.org", "EGI.Other.org"}'),
  BannedSites: fc.constantFrom('{"EGI.Third.org"}', '{}'),
  BannedGridCEs: fc.constantFrom('"ce1"', '{"ce2", "ce1"}'),
  Tags: fc.constantFrom('{"Fast", "4Processors"}', '"GPU"', '{"8GB", "WholeNode"}', '{}'),
  PilotType: fc.constantFrom('generic', '"Private"', 'any'),
  JobPath: fc.constantFrom('{"JobSanity", "JobScheduling"}', '{"InputData", "JobScheduling"}'),
  InputData: fc.constantFrom('{"/biomed/a", "LFN:/biomed/b"}', '{}'),
  OutputSandbox: fc.constantFrom('{"std.out", "std.err"}', '{"*"}'),
  StopSigNumber: fc.constantFrom('10'),
  MyOwn: fc.constantFrom('{1, "two", [A = 3]}', '"x"', 'true'),
};

/** Descriptions of a member of biomed that the server accepts. */
export const someAcceptedJdl: fc.Arbitrary<string> = fc
  .subarray(Object.keys(goodAttributes))
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        (goodAttributes[name] ?? fc.constant('""')).map((value) => `${name} = ${value};`),
      ),
    ),
  )
  .map((lines) => `[\nExecutable = "/bin/true";\n${lines.join('\n')}\n]`);
