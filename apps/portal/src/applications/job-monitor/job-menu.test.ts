import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobStatuses, type JobStatus } from '@wm/wms-core/vocabulary';
import { jobMenu, type JobMenuEntry } from './job-menu.ts';
import { readJobRow } from './job-row.ts';

const viewer = { userName: 'mkolar', group: 'access_user', properties: ['NormalUser'] };
const aRow = (status: JobStatus) =>
  readJobRow({
    JobID: 7,
    Status: status,
    Owner: 'mkolar',
    OwnerGroup: 'access_user',
    Site: 'EGI.CESNET.cz',
    JobGroup: '',
  });

const labels = (entries: readonly JobMenuEntry[]): string[] =>
  entries.map((entry) => (entry.kind === 'rule' ? '—' : entry.label));

function find(entries: readonly JobMenuEntry[], path: readonly string[]): JobMenuEntry {
  const [first, ...rest] = path;
  const entry = entries.find((one) => one.kind !== 'rule' && one.label === first);
  assert.ok(entry, `no entry ${first}`);
  if (rest.length === 0) return entry;
  assert.equal(entry.kind, 'branch');
  return find(entry.kind === 'branch' ? entry.entries : [], rest);
}
const reason = (status: JobStatus, ...path: string[]): string | undefined => {
  const entry = find(jobMenu(aRow(status), viewer), path);
  return entry.kind === 'item' ? entry.disabledReason : undefined;
};

test('the tree is the one users know', () => {
  assert.deepEqual(labels(jobMenu(aRow('Done'), viewer)), [
    'JDL',
    '—',
    'Attributes',
    'Parameters',
    'Logging info',
    '—',
    'Peek StandardOutput',
    '—',
    'Actions',
    'Pilot',
    'Sandbox',
    '—',
    'Why did it wait?',
    'Match decision',
    'Duplicate & edit…',
    'Copy ID',
    'Copy link',
    'Show jobs of the same',
  ]);
});

test('the path of the EGI guide exists and is open for a Done job', () => {
  assert.equal(reason('Done', 'Sandbox', 'Get Output file(s)'), undefined);
  assert.equal(reason('Running', 'Sandbox', 'Get Output file(s)'), 'not finished');
});

test('a job that waits is asked why it does', () => {
  assert.ok(labels(jobMenu(aRow('Waiting'), viewer)).includes('Why is it waiting?'));
});

test('what cannot be used says why', () => {
  assert.equal(reason('Done', 'Actions', 'Kill'), 'already Done');
  assert.equal(reason('Waiting', 'Pilot', 'Get StdOut'), 'has not started');
  assert.equal(reason('Done', 'Show jobs of the same', 'Job group'), 'not known');
});

test('every status has a whole menu', () => {
  for (const status of jobStatuses) assert.equal(jobMenu(aRow(status), viewer).length, 18);
});

test('administrators find Reset and Remove beside the actions of everybody', () => {
  const actionsOf = (properties: readonly string[]): string[] => {
    const entry = find(jobMenu(aRow('Failed'), { ...viewer, properties }), ['Actions']);
    return entry.kind === 'branch' ? labels(entry.entries) : [];
  };
  assert.deepEqual(actionsOf(['NormalUser']), ['Kill', 'Reschedule', 'Delete']);
  assert.deepEqual(actionsOf(['JobAdministrator']), [
    'Kill',
    'Reschedule',
    'Delete',
    '—',
    'Reset',
    'Remove…',
  ]);
});
