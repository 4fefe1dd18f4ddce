import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalJdlName,
  findJdlAttribute,
  findJobColumn,
  jobAttributes,
  jobColumns,
} from './job-attributes.ts';

test('the columns of the job record stand in the order of DiracX', () => {
  assert.equal(
    jobColumns.map(({ name }) => name).join(' '),
    'JobID JobType JobGroup Site JobName Owner OwnerGroup VO SubmissionTime RescheduleTime LastUpdateTime ' +
      'StartExecTime HeartBeatTime EndExecTime Status MinorStatus ApplicationStatus UserPriority ' +
      'RescheduleCounter VerifiedFlag AccountedFlag',
  );
});

test('names and SQL columns are unique and every attribute explains itself', () => {
  assert.equal(new Set(jobAttributes.map(({ name }) => name.toLowerCase())).size, jobAttributes.length);
  assert.equal(new Set(jobColumns.map(({ column }) => column.sql)).size, jobColumns.length);
  for (const { help, label, name } of jobAttributes) {
    assert.ok(label, name);
    assert.match(help, /\.$/, name);
  }
});

test('JDL names are found in any case, by alias and with the name of a parameter', () => {
  assert.equal(findJdlAttribute('executable')?.name, 'Executable');
  assert.equal(findJdlAttribute('BannedSite')?.name, 'BannedSites');
  assert.equal(findJdlAttribute('Parameters.Seed')?.name, 'Parameters');
  assert.equal(findJdlAttribute('Executable.Seed'), undefined);
  assert.equal(findJdlAttribute('Frobnicate'), undefined);
  assert.equal(canonicalJdlName('tag'), 'Tags');
  assert.equal(canonicalJdlName('parameterstart.Seed'), 'ParameterStart.Seed');
  assert.equal(canonicalJdlName('MyOwn'), 'MyOwn');
});

test('column names are exact', () => {
  assert.equal(findJobColumn('JobID')?.column.sql, 'job_id');
  assert.equal(findJobColumn('jobid'), undefined);
});
