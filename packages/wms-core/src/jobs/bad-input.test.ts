/**
 * What a hostile or careless submission may hold (issue list "bad input"), one row each: refused with attribute,
 * line, column and limit, or kept and warned. Through `prepareJobs`, as the server does it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWmsError } from '../kernel/wms-error.ts';
import { aConfiguration, aUser } from '../testing/builders.ts';
import { parseJdl } from './jdl/parse.ts';
import { processManifest } from './job-manifest.ts';
import { nearestName } from './near-names.ts';
import { manifestContext, prepareJobs } from './prepare-jobs.ts';
import type { AttributeProblem } from './attribute-reader.ts';

const configuration = aConfiguration({ jobDescription: { maxJdlBytes: 200_000 } });

/** The error of a submission: code, sentence and all that is wrong. */
function refusalOf(jdl: string): { code: string; message: string; errors: readonly AttributeProblem[] } {
  try {
    prepareJobs([jdl], aUser(), configuration);
  } catch (error) {
    assert.ok(isWmsError(error), String(error));
    const errors = (error.details['errors'] ?? []) as readonly AttributeProblem[];
    return { code: error.code, message: error.message, errors };
  }
  return assert.fail(`accepted: ${jdl.slice(0, 100)}`);
}

const job = (more: string): string => `Executable = "/bin/true";\n${more}`;

/** What stands on line 2, attribute or undefined for syntax, where it is, what is said. */
const refused: readonly [string, string, string | undefined, number, RegExp][] = [
  [
    'processors beyond the limit',
    'NumberOfProcessors = 1025;',
    'NumberOfProcessors',
    22,
    /from 1 to 1024, not 1025/,
  ],
  ['no processors', 'NumberOfProcessors = 0;', 'NumberOfProcessors', 22, /from 1 to 1024/],
  ['a negative number', 'MinNumberOfProcessors = -4;', 'MinNumberOfProcessors', 25, /from 1/],
  ['a number beyond all numbers', 'NumberOfGPUs = 1e999;', 'NumberOfGPUs', 16, /whole number, not 1e999/],
  ['a wall time of a second', 'WallTime = 1;', 'WallTime', 12, /from 60 to 1080000/],
  ['too much CPU time', 'CPUTime = 900000;', 'CPUTime', 11, /from 100 to 500000 s, not 900000 \(maxCpuTimeS/],
  ['a priority below all', 'Priority = -1;', 'Priority', 12, /from 0 to 10, not -1 \(minPriority for biomed/],
  ['a number in words', 'CPUTime = "one day";', 'CPUTime', 11, /whole number, not one day/],
  ['a number in hexadecimal', 'CPUTime = 0x10;', 'CPUTime', 11, /whole number, not 0x10/],
  ['digits of another script', 'CPUTime = "３６００";', 'CPUTime', 11, /whole number/],
  ['memory beyond the limit', 'Memory = 99999999;', 'Memory', 10, /from 0 to 16000 GB, not 99999999 GB/],
  ['memory in another unit', 'Memory = "99999999 MiB";', 'Memory', 10, /to 16000000 MiB, not 99999999 MiB/],
  ['memory in tebibytes', 'Memory = "17 TiB";', 'Memory', 10, /from 0 to 15.25 TiB, not 17 TiB/],
  ['memory in parsecs', 'Memory = "4 pc";', 'Memory', 10, /amount such as 4 GB/],
  ['a very long number', `Memory = "${'9'.repeat(500)}";`, 'Memory', 10, /not 9{80}… GB/],
  ['MaxRAM below MinRAM', 'MinRAM = 4000; MaxRAM = 2000;', 'MaxRAM', 25, /less than MinRAM 4000 MB/],
  [
    'the only site banned',
    'Site = "EGI.Demo.org"; BannedSites = "EGI.Demo.org";',
    'Site',
    8,
    /exclude each other/,
  ],
  [
    'every site banned',
    'BannedSites = {"EGI.Demo.org", "EGI.Other.org"};',
    'BannedSites',
    15,
    /no site is left/,
  ],
  ['the only CE banned', 'GridCE = "ce1"; BannedGridCE = "ce1";', 'GridCE', 10, /exclude each other/],
  [
    'whole node and a number',
    'WholeNode = yes; NumberOfProcessors = 4;',
    'NumberOfProcessors',
    39,
    /contradicts WholeNode/,
  ],
  [
    'no GPU of a model',
    'NumberOfGPUs = 0; GPUModel = "A100";',
    'GPUModel',
    30,
    /contradicts NumberOfGPUs = 0/,
  ],
  [
    'a tag for more processors than are asked for',
    'Tags = "4Processors"; NumberOfProcessors = 2;',
    'Tags',
    8,
    /ask for 4 processors, but the job takes at most 2/,
  ],
  ['the tag GPU without a GPU', 'Tags = "GPU"; NumberOfGPUs = 0;', 'Tags', 8, /contradicts NumberOfGPUs = 0/],
  [
    'tags for more memory than the job may use',
    'MinRAM = 2000; MaxRAM = 4000; Tags = "8GB";',
    'Tags',
    38,
    /ask for 8000 MB of memory, but the job uses at most MaxRAM 4000 MB/,
  ],
  [
    'more memory for all processors than the job may use',
    'MinRAM = 1; MaxRAM = 8000; MemoryPerProcessor = 4000; MinNumberOfProcessors = 4;',
    'MaxRAM',
    22,
    /MaxRAM is 8000 MB, less than the 16001 MB that the job needs with MemoryPerProcessor/,
  ],
  [
    'a tag for many processors and one processor',
    'Tags = "MultiProcessor"; NumberOfProcessors = 1;',
    'Tags',
    8,
    /MultiProcessor contradicts a job of one processor/,
  ],
  [
    'a tag for no processor',
    'Tags = "0Processors";',
    'Tags',
    8,
    /Tags name 0Processors: .* from 1 to 1024, not 0/,
  ],
  ['a tag for too many', 'Tags = "12345Processors";', 'Tags', 8, /from 1 to 1024, not 12345 \(maxProcessors/],
  [
    'a tag with the number of the job',
    'Tags = "t%j";',
    'Tags',
    8,
    /decides where .* cannot hold %j, its number/,
  ],
  ['an unknown pilot type', 'PilotType = "stealth";', 'PilotType', 13, /generic or private/],
  ['an image of no form', 'ContainerImage = "Not An Image";', 'ContainerImage', 18, /must look like \/cvmfs/],
  ['an image above the root', 'ContainerImage = "/cvmfs/../etc";', 'ContainerImage', 18, /must look like/],
  ['an image with an option', 'ContainerImage = "/cvmfs/x,rw";', 'ContainerImage', 18, /must look like/],
  ['an image that is an option', 'ContainerImage = "--privileged";', 'ContainerImage', 18, /must look like/],
  ['a glibc that is no version', 'MinGlibc = "new";', 'MinGlibc', 12, /version such as 2\.28/],
  ['a pattern that is none', 'StopSigRegex = "(";', 'StopSigRegex', 16, /no regular expression/],
  ['a huge list', `Site = {${'"x",'.repeat(1001)}};`, 'Site', 8, /lists 1001 values; at most 1000/],
  ['a long tag', `Tags = {"${'t'.repeat(65)}"};`, 'Tags', 8, /65 characters; at most 64/],
  ['a list of lists', 'Tags = {{"a"}};', 'Tags', 8, /flat list/],
  [
    'an optimizer nobody knows',
    'JobPath = {"Magic", "JobScheduling"};',
    'JobPath',
    11,
    /Magic is no optimizer; known are JobSanity/,
  ],
  [
    'a chain that never ends in a queue',
    'JobPath = {"JobSanity"};',
    'JobPath',
    11,
    /must end with JobScheduling/,
  ],
  ['a log level nobody knows', 'LogLevel = "CHATTY";', 'LogLevel', 12, /must be ERROR, WARN, .*not CHATTY/],
  ['two log levels', 'LogLevel = {"INFO", "DEBUG"};', 'LogLevel', 12, /takes one value/],
  ['output data in a list of lists', 'OutputData = {{"a"}};', 'OutputData', 14, /flat list/],
  ['output data of another VO', 'OutputData = "LFN:/other/x";', 'OutputData', 14, /not below LFN:\/biomed\//],
  [
    'input data above the VO',
    'InputData = "LFN:/biomed/../other/a";',
    'InputData',
    13,
    /not below LFN:\/biomed\//,
  ],
  ['output data above the folder', 'OutputPath = "../../bob";', 'OutputPath', 14, /inside it/],
  ['values nested too deep', `Tags = ${'{'.repeat(12)}`, undefined, 18, /nested deeper than 10/],
  ['a NUL', 'JobName = "a\0b";', undefined, 13, /U\+0000 cannot be stored/],
  ['half of a pair', 'JobName = "a\ud83d";', undefined, 13, /U\+D83D cannot be stored/],
  ['a name of another script', 'ВремяCPU = 1;', undefined, 1, /attribute name is expected/],
];
for (const [what, jdl, attribute, column, message] of refused)
  test(`refused with its place: ${what}`, () => {
    const { code, errors } = refusalOf(job(jdl));
    assert.equal(code, attribute === undefined ? 'jdl.syntax' : 'jdl.invalid');
    const [first] = errors;
    assert.equal(first?.attribute, attribute);
    assert.deepEqual([first?.line, first?.column], [2, column], first?.message);
    assert.match(first?.message ?? '', message);
    assert.ok((first?.message.length ?? 0) < 400, 'a message that can be read');
  });

/** Kept, with a warning about the attribute or the text. */
const kept: readonly [string, string, string | undefined, RegExp][] = [
  [
    'a slip of the keyboard',
    'CPUTme = 600;',
    'CPUTme',
    /no known attribute and is passed on as it is; is CPUTime meant\?/,
  ],
  ['an attribute of somebody else', 'MyExperimentRun = 7;', 'MyExperimentRun', /passed on as it is$/],
  ['an attribute of the server', 'Owner = "root";', 'Owner', /set by the server/],
  [
    'a banned site that is none',
    'BannedSites = "EGI.Typo.org";',
    'BannedSites',
    /no site of biomed, so that bans no/,
  ],
  [
    'a ban of any site',
    'BannedSites = "ANY";',
    'BannedSites',
    /ANY is no site of biomed, so that bans nothing; known/,
  ],
  [
    'an unknown computing element',
    'GridCE = "nope";',
    'GridCE',
    /no computing element of biomed, so the job waits/,
  ],
  ['a ban of one', 'BannedCE = "nope";', 'BannedGridCEs', /so that bans nothing; known are local$/],
  [
    'an unknown architecture',
    'Architecture = "amd64";',
    'Architecture',
    /known are x86_64, aarch64, ppc64le$/,
  ],
  ['an unknown platform', 'Platform = "foo";', 'Platform', /no node calls itself foo, so the job waits/],
  ['a kind of pilot that is not there', 'PilotType = private;', 'PilotType', /no private pilots here/],
  ['memory said twice', 'MinRAM = 2000; Memory = 8;', 'Memory', /Memory is ignored beside MinRAM/],
  ['memory beside the most', 'Memory = 8; MaxRAM = 4;', 'Memory', /Memory is ignored beside MaxRAM/],
  ['output data', 'OutputData = "a.root";', 'OutputData', /not put on storage yet; list the files in Out/],
  ['input data', 'InputData = "LFN:/biomed/x";', 'InputData', /not brought to the job yet/],
  ['a file of the catalog', 'InputSandbox = "LFN:/biomed/x";', 'InputSandbox', /not fetched yet; upload/],
  ['a log level', 'LogLevel = "debug";', 'LogLevel', /the pilot does not look at it/],
  ['an attribute twice', 'JobName = "a"; jobname = "b";', undefined, /JobName is given twice/],
  ['a text that turns around', 'JobName = "a\u202eexe.sh";', undefined, /U\+202E cannot be seen/],
  ['an escape for terminals', 'JobName = "a\u001b[31m";', undefined, /U\+001B cannot be seen/],
];
for (const [what, jdl, attribute, message] of kept)
  test(`kept and pointed out: ${what}`, () => {
    assert.equal(prepareJobs([job(jdl)], aUser(), configuration).length, 1);
    const parsed = parseJdl(job(jdl));
    const { warnings } = processManifest(parsed.description, manifestContext(aUser(), configuration));
    const [first] = attribute === undefined ? parsed.warnings : warnings;
    assert.equal((first as AttributeProblem | undefined)?.attribute, attribute);
    assert.match(first?.message ?? '', message);
    assert.equal(first?.line, 2);
  });

test('accepted without a word: places and systems that are there', () => {
  const jdl = `GridCE = "local"; BannedSites = "EGI.Other.org"; Architecture = {"x86_64", "ANY"};
    Platform = "Linux_aarch64_glibc-2.36";`;
  const { description } = parseJdl(job(jdl));
  assert.deepEqual(processManifest(description, manifestContext(aUser(), configuration)).warnings, []);
});

test('accepted as they are: numbers as text, unicode in texts, spaces around values', () => {
  const [made] = prepareJobs(
    [job('CPUTime = "3600"; JobName = "Задача 🚀 é"; NumberOfProcessors =    "2"   ;')],
    aUser(),
    configuration,
  );
  assert.equal(made?.jobName, 'Задача 🚀 é');
  assert.deepEqual([made?.requirements.cpuTimeS, made?.requirements.minProcessors], [3600, 2]);
});

test('all errors of one description are told at once', () => {
  const { errors, message } = refusalOf(
    job('CPUTime = x;\nSite = "nowhere";\nMemory = much;\nTags = {{"a"}};'),
  );
  assert.deepEqual(
    errors.map(({ attribute, line }) => `${attribute} ${line}`),
    ['CPUTime 2', 'Tags 5', 'Memory 4', 'Site 3'],
  );
  assert.match(message, /^line 2, column 11: CPUTime must be/);
});

test('a sweep with a fault tells its other faults as well, but not those of values still to come', () => {
  const { errors } = refusalOf(job('Parameters = 0; Site = "nowhere"; CPUTime = "%s";'));
  assert.deepEqual(
    errors.map(({ attribute }) => attribute),
    ['Parameters', 'Site'],
  );
});

test('parameters that ask for themselves or for each other are refused', () => {
  for (const more of ['Parameters.A = {"%(A)s"};', 'Parameters.A = {"%(B)s"}; Parameters.B = {"%(A)s"};']) {
    const { code, errors } = refusalOf(job(more));
    assert.equal(code, 'jdl.invalid');
    assert.deepEqual([errors[0]?.attribute, errors[0]?.line], ['Parameters.A', 2]);
    assert.match(errors[0]?.message ?? '', /asks for %\([AB]\)s; write the value itself/);
  }
});

test('a description beyond the limit is refused unread, with the limit', () => {
  const { code, message } = refusalOf(`[ ${'x'.repeat(250_000)}`);
  assert.equal(code, 'jdl.too-large');
  assert.match(message, /larger than 200000 bytes/);
});

test('names are near when a slip of the keyboard lies between them', () => {
  const cases: readonly [string, string | undefined][] = [
    ['Exectuable', 'Executable'],
    ['outputsandbx', 'OutputSandbox'],
    ['NumberOfProcesors', 'NumberOfProcessors'],
    ['MemoryPerCores', 'MemoryPerProcessor'],
    ['Ste', 'Site'],
    ['GPUs', 'NumberOfGPUs'],
    ['X', undefined],
    ['Rank', undefined],
    ['Requirements', undefined],
    ['a'.repeat(100_000), undefined],
  ];
  for (const [name, near] of cases) assert.equal(nearestName(name), near, name.slice(0, 30));
});

const huge = 'x'.repeat(150_000);
const manyNames = Array.from({ length: 1000 }, (_, n) => `"EGI.Site${n}.org"`).join(', ');
const unbounded: readonly [string, string][] = [
  ['a name of a file', `InputSandbox = "${huge}";`],
  ['a type of job', `JobType = "${huge}";`],
  ['an executable', `Executable = "./${huge}";`],
  ['an output file', `OutputSandbox = "../${huge}"; StdOutput = "/${huge}";`.slice(0, 190_000)],
  ['a variable', `ExecutionEnvironment = "${huge}";`],
  ['input data', `InputData = "LFN:/other/${huge}";`],
  ['output data', `OutputData = "LFN:/other/${huge}";`],
  ['a size', `Memory = ${'9'.repeat(150_000)};`],
  ['a site', `Site = "${huge}";`],
  ['a thousand sites', `Site = {${manyNames}};`],
  ['a thousand files', `InputSandbox = {${manyNames}};`],
  ['a number of jobs', `Parameters = -${'9'.repeat(150_000)};`],
  ['a value of a rule', `Parameters = 2; ParameterStart = "${huge}";`],
  ['a name of a parameter', `Parameters.${huge} = 0;`],
  ['a name of an attribute', `${huge};`],
  ['an attribute that is no list', `${huge} = {"a" "b"};`],
];
for (const [what, jdl] of unbounded)
  test(`a refusal stays small whatever is written: ${what}`, () => {
    const sites = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [`EGI.Known${n}.org`, { computingElements: {} }]),
    );
    const many = aConfiguration({ sites, jobDescription: { maxJdlBytes: 400_000 } });
    assert.throws(
      () => prepareJobs([job(jdl)], aUser(), many),
      (error) => {
        assert.ok(isWmsError(error));
        assert.ok(error.message.length < 1000, `a message of ${error.message.length} characters`);
        const body = JSON.stringify(error.details);
        assert.ok(body.length < 50_000, `details of ${body.length} characters`);
        return true;
      },
    );
  });

test('of many unknown sites the first are named, and how many more there are', () => {
  const { errors } = refusalOf(job(`Site = {${manyNames}};`));
  assert.equal(errors.length, 1);
  assert.match(
    errors[0]?.message ?? '',
    /EGI\.Site9\.org and 990 more are no sites of biomed; it has EGI\.Demo/,
  );
});
