import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardText, cardWords, type CardSpec } from './card-spec.ts';

const spec: CardSpec = {
  status: 'Status',
  detail: 'MinorStatus',
  instant: 'LastUpdateTime',
  name: 'JobName',
  id: 'JobID',
  place: 'Site',
  note: 'ApplicationStatus',
};

const job = {
  JobID: 17,
  JobName: 'ligand_dock_0412',
  Status: 'Waiting',
  MinorStatus: 'Pilot Agent Submission',
  ApplicationStatus: 'Unknown',
  Site: 'ANY',
  LastUpdateTime: '2026-11-20 14:05:09',
};

const noon = Date.parse('2026-11-20T12:00:00Z');

test('a card shows of a job what is behind its status, its name and number, and where it is', () => {
  const words = cardWords(spec, job, noon);
  assert.deepEqual(words, {
    status: 'Waiting',
    detail: 'Pilot Agent Submission',
    instant: '14:05:09',
    name: 'ligand_dock_0412',
    id: '17',
    place: 'ANY',
    note: '',
  });
  assert.equal(cardText(words), 'Waiting, Pilot Agent Submission, ligand_dock_0412, 17, ANY, 14:05:09');
});

test('a status of the application that says something stands beside the place', () => {
  assert.equal(cardWords(spec, { ...job, ApplicationStatus: '40 % done' }, noon).note, '40 % done');
  assert.equal(cardWords(spec, { Status: 'Waiting' }, noon).detail, '');
});
