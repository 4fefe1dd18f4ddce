import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationSchema } from '../configuration/schema.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import { aConfiguration, aUser } from '../testing/builders.ts';
import { effectiveAttribute } from './effective-attributes.ts';
import { findJdlAttribute, jdlAttributes } from './job-attributes.ts';
import { defaultJobLimits, effectiveJobLimits, jobLimitNames } from './job-limits.ts';
import { prepareJobs } from './prepare-jobs.ts';

const vos = {
  biomed: {
    jobDescription: { maxCpuTimeS: 3600, defaultCpuTimeS: 1800, maxJobsPerSubmission: 3 },
    groups: {
      biomed_user: { properties: ['NormalUser' as const] },
      biomed_big: { properties: ['NormalUser' as const], jobDescription: { maxCpuTimeS: 7200 } },
    },
  },
};

test('the configuration knows every limit and its default', () => {
  assert.deepEqual(configurationSchema.parse({ vos: {}, sites: {} }).jobDescription, defaultJobLimits);
});

test('the narrowest word counts: group, then VO, then installation', () => {
  const values = aConfiguration({ vos, jobDescription: { maxGpus: 2 } });
  const limits = (group: string) => effectiveJobLimits(values, 'biomed', group);
  assert.deepEqual([limits('biomed_user').maxCpuTimeS, limits('biomed_big').maxCpuTimeS], [3600, 7200]);
  assert.deepEqual([limits('biomed_big').defaultCpuTimeS, limits('biomed_big').maxGpus], [1800, 2]);
  assert.equal(effectiveJobLimits(values, 'unknown', 'unknown').maxCpuTimeS, defaultJobLimits.maxCpuTimeS);
});

test('jobs are checked by the limits of their group', () => {
  const values = aConfiguration({ vos });
  const cpuTimeOf = (group: string, jdl: string) =>
    prepareJobs([jdl], aUser({ group }), values)[0]?.requirements.cpuTimeS;
  assert.equal(cpuTimeOf('biomed_user', 'Executable = "/bin/true";'), 1800);
  assert.throws(() => cpuTimeOf('biomed_user', 'Executable = "/bin/true"; CPUTime = 7200;'), {
    message: /CPUTime must be from 100 to 3600 s, not 7200 \(maxCpuTimeS for biomed_user\)/,
  });
  assert.equal(cpuTimeOf('biomed_big', 'Executable = "/bin/true"; CPUTime = 7200;'), 21_600);
  assert.throws(() => cpuTimeOf('biomed_user', 'Executable = "/bin/true"; Parameters = 4;'), {
    code: 'jobs.too-many',
  });
});

const forbidden: readonly [string, string, RegExp][] = [
  ['NumberOfProcessors = 8;', 'NumberOfProcessors', /from 1 to 4, not 8 \(maxProcessors for biomed_user\)/],
  ['Tags = "8Processors";', 'Tags', /name 8Processors: NumberOfProcessors must be from 1 to 4, not 8 \(max/],
  ['Tags = "64GB";', 'Tags', /name 64GB: Memory must be from 0 to 4 GB, not 64 GB \(maxMemoryMiB for bio/],
  [
    'MemoryPerProcessor = 4000; NumberOfProcessors = 4;',
    'MemoryPerProcessor',
    /for 4 processors: Memory must be from 0 to 4 GB, not 16 GB \(maxMemoryMiB/,
  ],
  ['NumberOfGPUs = 1;', 'NumberOfGPUs', /from 0 to 0, not 1 \(maxGpus for biomed_user\)/],
  ['Tags = "GPU";', 'Tags', /Tags name GPU: NumberOfGPUs must be from 0 to 0, not 1/],
  ['GPUModel = "A100";', 'GPUModel', /GPUModel asks for a GPU: NumberOfGPUs must be from 0 to 0/],
];
for (const [jdl, attribute, message] of forbidden)
  test(`a limit of the VO holds however the wish is written: ${jdl}`, () => {
    const jobDescription = { maxProcessors: 4, maxMemoryMiB: 4000, maxGpus: 0 };
    const values = aConfiguration({ vos: { biomed: { ...vos.biomed, jobDescription } } });
    assert.throws(
      () => prepareJobs([`Executable = "/bin/true";\n${jdl}`], aUser(), values),
      (error) => {
        assert.ok(isWmsError(error) && error.code === 'jdl.invalid', String(error));
        assert.match(error.message, message);
        assert.deepEqual([error.details['attribute'], error.details['line']], [attribute, 2]);
        return true;
      },
    );
  });

test('forms and clients are told the numbers that hold, and every limit of an attribute is used', () => {
  const limits = { ...defaultJobLimits, maxCpuTimeS: 3600, allowedJobTypes: ['User'] };
  const told = (name: string) => effectiveAttribute(findJdlAttribute(name)!, limits);
  assert.deepEqual([told('CPUTime').default, told('CPUTime').min, told('CPUTime').max], ['86400', 100, 3600]);
  assert.deepEqual(told('JobType').choices, ['User']);
  const used = jdlAttributes.flatMap(({ jdl }) => [
    jdl.min,
    jdl.max,
    jdl.defaultLimit,
    jdl.maxItems,
    jdl.choicesLimit,
  ]);
  const ofTheSubmission = [
    'maxJdlBytes',
    'maxRescheduling',
    'maxListItems',
    'maxJobsPerBulk',
    'maxJobsPerSubmission',
    'bulkAboveJobs',
  ];
  for (const name of jobLimitNames) assert.ok(used.includes(name) || ofTheSubmission.includes(name), name);
});
