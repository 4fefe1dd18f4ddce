import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processManifest, withInputSandbox, type ManifestContext } from './job-manifest.ts';
import { defaultJobLimits } from './job-limits.ts';
import { demandOf } from './job-requirements.ts';
import { parseJdl } from './jdl/parse.ts';
import { printJdl } from './jdl/print.ts';
import { minorStatuses, minorStatusHint } from './minor-status.ts';

const context: ManifestContext = {
  owner: 'alice',
  ownerGroup: 'demo_user',
  vo: 'vo.demo',
  jobDescription: {
    ...defaultJobLimits,
    allowedJobTypes: ['User', 'Test'],
    maxInputData: 2,
    maxProcessors: 64,
    maxListItems: 20,
  },
  sites: ['EGI.A.org', 'EGI.B.org'],
  platforms: { new: ['old'] },
};

const processed = (jdl: string, over: Partial<ManifestContext> = {}) => {
  const parsed = parseJdl(jdl);
  assert.deepEqual(parsed.errors, []);
  return processManifest(parsed.description, { ...context, ...over });
};
const echo = (more: string) => processed(`Executable = "/bin/echo";\n${more}`);

const simpleJob = `[ JobName = "Simple_Job"; Executable = "/bin/ls"; Arguments = "-ltr";
StdOutput = "StdOut"; StdError = "StdErr"; OutputSandbox = {"StdOut","StdErr"};
]`;
const sandboxJob = `JobName    = "InputAndOuputSandbox";
Executable = "testJob.sh";
StdOutput = "StdOut";
StdError = "StdErr";
InputSandbox = {"testJob.sh"};
OutputSandbox = {"StdOut","StdErr"};
`;

test('the simple job of the EGI guide is accepted and completed', () => {
  const { errors, manifest, processedJdl, requirements, siteColumn, warnings } = processed(simpleJob);
  assert.deepEqual([...errors, ...warnings], []);
  assert.equal(manifest.jobName, 'Simple_Job');
  assert.equal(siteColumn, 'ANY');
  assert.equal(requirements.cpuTimeS, 86_400);
  const jdl = processedJdl(7);
  for (const line of [
    'CPUTime = 86400;',
    'Priority = 1;',
    'Owner = "alice";',
    'JobID = 7;',
    'JobType = "User";',
  ])
    assert.ok(jdl.includes(line), `${line} in ${jdl}`);
});

test('the sandbox job of the EGI guide is accepted once its file was uploaded', () => {
  const { description } = parseJdl(sandboxJob);
  const before = processManifest(description, context);
  assert.deepEqual(
    before.errors.map(({ attribute, line, column }) => [attribute, line, column]),
    [['InputSandbox', 5, 16]],
  );
  assert.match(before.errors[0]!.message, /testJob\.sh was not uploaded/);
  const uploaded = withInputSandbox(description, { 'testJob.sh': 'SB:SandboxSE|/a/b.tar.gz' });
  assert.deepEqual(processManifest(uploaded, { ...context, sandboxFiles: ['testJob.sh'] }).errors, []);
  assert.match(printJdl(uploaded), /InputSandbox = {"SB:SandboxSE\|\/a\/b\.tar\.gz"}/);
});

const refused: readonly [string, string, RegExp][] = [
  ['Site', 'Site = "EGI.X.org";', /EGI\.X\.org is no site of vo\.demo; it has EGI\.A\.org, EGI\.B\.org/],
  ['Site', 'Site = {"EGI.A.org"}; BannedSites = {"EGI.A.org"};', /exclude each other/],
  ['Platform', 'Platform = "other";', /no known platform; known are new, old/],
  ['JobType', 'JobType = "Merge";', /not a valid value for JobType; allowed are User, Test/],
  ['CPUTime', 'CPUTime = "long";', /CPUTime must be a whole number, not long/],
  ['Priority', 'Priority = 1.5;', /whole number/],
  ['NumberOfProcessors', 'NumberOfProcessors = 65;', /from 1 to 64/],
  ['MaxNumberOfProcessors', 'MinNumberOfProcessors = 4; MaxNumberOfProcessors = 2;', /less than the minimum/],
  ['WholeNode', 'WholeNode = maybe;', /must be yes or no/],
  ['Memory', 'Memory = "lots";', /amount such as 4 GB/],
  ['MaxRAM', 'MinRAM = 4000; MaxRAM = 2000;', /less than MinRAM/],
  ['InputSandbox', 'InputSandbox = {"my file.txt"};', /my file\.txt was not uploaded/],
  ['OutputSandbox', 'OutputSandbox = {"../x"};', /outside the folder/],
  ['OutputSandbox', 'OutputSandbox = {"/etc/passwd"};', /outside the folder/],
  ['StdOutput', 'StdOutput = "../out"; OutputSandbox = "*";', /outside the folder/],
  ['ExecutionEnvironment', 'ExecutionEnvironment = {"A=1;B=2", "C D"};', /C D is no variable/],
  ['InputData', 'InputData = {"/vo.demo/a", "/vo.demo/b", "/vo.demo/c"};', /at most 2/],
  ['InputData', 'InputData = {"/vo.other/a"};', /not below LFN:\/vo\.demo\//],
  ['JobName', `JobName = "${'x'.repeat(129)}";`, /129 characters/],
  ['Arguments', 'Arguments = {"a", "b"};', /takes one value/],
];
for (const [attribute, jdl, message] of refused)
  test(`refused with its place: ${jdl.slice(0, 60)}`, () => {
    const { errors } = echo(jdl);
    assert.equal(errors.length, 1, JSON.stringify(errors));
    assert.equal(errors[0]!.attribute, attribute);
    assert.match(errors[0]!.message, message);
    assert.equal(errors[0]!.line, 2);
  });

test('a job without an executable is refused', () => {
  assert.match(processed('JobName = "x";').errors[0]!.message, /Executable is missing/);
  assert.match(processed('Executable = "";').errors[0]!.message, /Executable is missing/);
});

const executables: readonly [string, string, readonly string[] | undefined, boolean][] = [
  ['an absolute path', 'Executable = "/opt/x";', undefined, true],
  ['a bare command', 'Executable = "echo";', undefined, true],
  ['a script that nobody sends', 'Executable = "run.sh";', undefined, false],
  ['a relative path that nobody sends', 'Executable = "./run";', undefined, false],
  [
    'a script in an uploaded sandbox of unknown content',
    'Executable = "run.sh"; InputSandbox = "SB:x";',
    undefined,
    true,
  ],
  ['a script in the uploaded sandbox', 'Executable = "./run.sh"; InputSandbox = "SB:x";', ['run.sh'], true],
  [
    'a script that the uploaded sandbox lacks',
    'Executable = "run.sh"; InputSandbox = "SB:x";',
    ['other.sh'],
    false,
  ],
  [
    'a script of the catalog',
    'Executable = "run.sh"; InputSandbox = "LFN:/vo.demo/run.sh";',
    undefined,
    true,
  ],
];
for (const [what, jdl, sandboxFiles, isAccepted] of executables)
  test(`${what} is ${isAccepted ? 'accepted' : 'refused'} as executable`, () => {
    const { errors } = processed(jdl, { sandboxFiles });
    assert.deepEqual(
      errors.map(({ attribute }) => attribute),
      isAccepted ? [] : ['Executable'],
    );
  });

test('a number outside its bounds is refused with the bounds and whose they are; the guess is the nearest', () => {
  const { errors, manifest } = echo('CPUTime = 5; Priority = 99;');
  assert.deepEqual(
    errors.map(({ column, message }) => [column, message]),
    [
      [25, 'Priority must be from 0 to 10, not 99 (maxPriority for demo_user)'],
      [11, 'CPUTime must be from 100 to 500000 s, not 5 (minCpuTimeS for demo_user)'],
    ],
  );
  assert.deepEqual([manifest.cpuTimeS, manifest.priority], [100, 10]);
});

const demands: readonly [string, Record<string, unknown>][] = [
  ['', { minProcessors: 1, maxProcessors: 1, wholeNode: false, memoryMiB: 0, tags: [] }],
  ['NumberOfProcessors = 4;', { minProcessors: 4, maxProcessors: 4 }],
  ['MinNumberOfProcessors = 2;', { minProcessors: 2, maxProcessors: 0 }],
  ['MaxNumberOfProcessors = 8;', { minProcessors: 1, maxProcessors: 8 }],
  ['WholeNode = yes;', { wholeNode: true, maxProcessors: 0 }],
  ['Memory = 2;', { memoryMiB: 2000 }],
  ['MaxRAM = 4;', { memoryMiB: 4000 }],
  ['MinRAM = 512;', { memoryMiB: 512 }],
  ['MinRAM = 512; MaxRAM = 1024;', { memoryMiB: 512 }],
  ['Memory = "1500 MB";', { memoryMiB: 1500 }],
  ['Memory = "2 GiB";', { memoryMiB: 2048 }],
  ['Memory = "16 B";', { memoryMiB: 1 }],
  ['Memory = "2500000000 b";', { memoryMiB: 2500 }],
  ['DiskSpace = 10;', { diskMiB: 10_000 }],
  ['NumberOfGPUs = 2;', { gpus: 2 }],
  ['Tag = {"GPU", "Fast"};', { tags: ['Fast'], gpus: 1 }],
  [
    'Tags = {"4Processors", "MultiProcessor", "8GB"};',
    { tags: [], minProcessors: 4, maxProcessors: 0, memoryMiB: 8000 },
  ],
  ['Tags = MultiProcessor;', { tags: [], minProcessors: 1, maxProcessors: 0 }],
  ['Tags = MultiProcessor; MaxNumberOfProcessors = 4;', { minProcessors: 1, maxProcessors: 4 }],
  ['Tags = WholeNode;', { tags: [], wholeNode: true }],
  ['Site = ANY; Platform = any;', { sites: [], platforms: [] }],
  [
    'Site = {"EGI.B.org", "EGI.A.org"}; BannedSite = "EGI.A.org";',
    { sites: ['EGI.B.org'], bannedSites: ['EGI.A.org'] },
  ],
  ['CPUTime = 1000;', { cpuTimeS: 1800 }],
];
for (const [jdl, expected] of demands)
  test(`requirements of a job with ${jdl || 'nothing special'}`, () => {
    const { errors, processedJdl, requirements } = echo(jdl);
    assert.deepEqual(errors, []);
    assert.deepEqual(
      Object.fromEntries(Object.entries(requirements).filter(([name]) => name in expected)),
      expected,
    );
    assert.deepEqual(demandOf(processedJdl(1)).requirements, requirements);
  });

const rareDemands: readonly [string, Record<string, unknown>][] = [
  ['WallTime = 3600;', { wallTimeS: 3600 }],
  ['MemoryPerProcessor = 2000; NumberOfProcessors = 4;', { memoryPerProcessorMiB: 2000, memoryMiB: 0 }],
  ['MemoryPerCore = "2 GB";', { memoryPerProcessorMiB: 2000 }],
  ['ScratchSpace = 5;', { diskMiB: 5000 }],
  ['Architecture = "aarch64"; MinGlibc = 2.28;', { architectures: ['aarch64'], minGlibc: '2.28' }],
  ['OperatingSystem = {"AlmaLinux-9", "rhel-9"};', { operatingSystems: ['almalinux-9', 'rhel-9'] }],
  ['GPUModel = "A100"; GPUMemory = 40;', { gpus: 1, gpuModels: ['A100'], gpuMemoryMiB: 40_000 }],
  [
    'NumberOfGPUs = 2; GPUVendor = "NVIDIA"; GPUComputeCapability = 8.6;',
    { gpus: 2, gpuComputeCapability: 8.6 },
  ],
  ['BannedCE = "ce1"; PilotType = "Generic";', { bannedComputingElements: ['ce1'], pilotType: 'generic' }],
  ['ContainerImage = "docker://docker.io/library/python:3.13-slim";', { tags: ['ContainerRegistry'] }],
  ['ContainerImage = "python"; Tags = {"EU"};', { tags: ['ContainerRegistry', 'EU'] }],
  ['ContainerImage = "/cvmfs/unpacked.example.org/library/python:3.13";', { tags: ['ContainerFolder'] }],
  ['ContainerImage = "/cvmfs/images.example.org/analysis.sif";', { tags: ['ContainerFile'] }],
  ['GPUModel = ANY; Architecture = any; WallTime = "";', { gpuModels: undefined, architectures: undefined }],
];
for (const [jdl, expected] of rareDemands)
  test(`rare requirements of a job with ${jdl}`, () => {
    const { errors, processedJdl, requirements } = echo(jdl);
    assert.deepEqual(errors, []);
    for (const [name, value] of Object.entries(expected))
      assert.deepEqual(requirements[name as keyof typeof requirements], value, name);
    assert.deepEqual(demandOf(processedJdl(1)).requirements, requirements);
  });

test('what was processed before a demand was invented still reads, and asks for nothing of it', () => {
  const old = `[ Executable = "/bin/ls"; JobRequirements = [
    VirtualOrganization = "vo.demo"; OwnerGroup = "demo_user"; Owner = "alice"; JobType = "User"; CPUTime = 86400;
    Sites = {}; BannedSites = {}; GridCEs = {}; Platforms = {}; Tags = {"GPU"}; MinNumberOfProcessors = 1;
    MaxNumberOfProcessors = 1; WholeNode = false; MemoryMiB = 0; DiskMiB = 0; NumberOfGPUs = 0; ]; ]`;
  const { requirements } = demandOf(old);
  assert.deepEqual(requirements, { ...echo('').requirements, tags: ['GPU'] });
});

test('beyond MaxRAM beside MinRAM a job is stopped, whatever decides where it fits', () => {
  const jdl = echo('MinRAM = 2000; MaxRAM = 4000;').processedJdl(1);
  assert.match(jdl, /\bMemoryMiB = 2000;/);
  assert.match(jdl, /MaxMemoryMiB = 4000;/);
});

test('the Site column says ANY, the one site, or Multiple', () => {
  assert.equal(echo('').siteColumn, 'ANY');
  assert.equal(echo('Site = "EGI.A.org";').siteColumn, 'EGI.A.org');
  assert.equal(echo('Site = {"EGI.A.org", "EGI.B.org"};').siteColumn, 'Multiple');
});

test('nobody can submit as somebody else', () => {
  const { processedJdl, requirements, warnings } = echo(
    'Owner = "bob"; OwnerGroup = "admin"; VirtualOrganization = "x"; JobID = 1;',
  );
  assert.equal(requirements.owner, 'alice');
  assert.equal(warnings.length, 4);
  const { description, errors } = parseJdl(processedJdl(12));
  assert.deepEqual(errors, []);
  assert.match(printJdl(description), /Owner = "alice"/);
  assert.doesNotMatch(printJdl(description), /bob|"x"/);
});

test('unknown attributes travel on and %j becomes the number of the job', () => {
  const jdl = echo('MyOwn = {"a b", 3}; Arguments = "job %j of %j";').processedJdl(42);
  assert.match(jdl, /MyOwn = {"a b", 3};/);
  assert.match(jdl, /Arguments = "job 42 of 42";/);
});

test('output that would not come back is pointed out', () => {
  const warnings = (jdl: string) => echo(jdl).warnings.map(({ attribute }) => attribute);
  assert.deepEqual(warnings('StdOutput = "out"; OutputSandbox = "x";'), ['StdOutput']);
  assert.deepEqual(warnings('StdOutput = "out"; OutputSandbox = {"*"};'), []);
});

test('a job that asks for a private pilot is told that there are none', () => {
  const { errors, requirements, warnings } = echo('PilotType = "Private";');
  assert.deepEqual(errors, []);
  assert.equal(requirements.pilotType, 'private');
  assert.deepEqual(
    warnings.map(({ attribute, line, message }) => [attribute, line, message]),
    [['PilotType', 2, 'there are no private pilots here, so the job waits; leave PilotType out']],
  );
  assert.deepEqual(echo('PilotType = "generic";').warnings, []);
});

test('every minor status explains itself in a sentence', () => {
  for (const minorStatus of minorStatuses) assert.match(minorStatusHint(minorStatus)!, /^[A-Z].*\.$/);
  assert.equal(minorStatusHint('Something else'), undefined);
});
