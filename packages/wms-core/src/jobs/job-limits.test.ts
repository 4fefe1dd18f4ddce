import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationSchema } from '../configuration/schema.ts';
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
  assert.equal(cpuTimeOf('biomed_user', 'Executable = "/bin/true"; CPUTime = 7200;'), 3600);
  assert.equal(cpuTimeOf('biomed_big', 'Executable = "/bin/true"; CPUTime = 7200;'), 21_600);
  assert.throws(() => cpuTimeOf('biomed_user', 'Executable = "/bin/true"; Parameters = 4;'), {
    code: 'jobs.too-many',
  });
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
