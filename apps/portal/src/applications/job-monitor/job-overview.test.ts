import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latestParameters, minorStatusHint, overviewFacts } from './job-overview.ts';

const parameter = (name: string, value: string, attempt = 1) => ({ name, value, attempt });

test('facts are in words, and what is not known is left out', () => {
  const groups = overviewFacts(
    {
      Site: 'EGI.CESNET.cz',
      ApplicationStatus: 'Unknown',
      RescheduleCounter: 1,
      Owner: 'mkolar',
      OwnerGroup: 'users',
    },
    [
      parameter('TotalCPUTime(s)', '58.2'),
      parameter('WallClockTime(s)', '72'),
      parameter('MemoryUsed(MB)', '41.4'),
    ],
  );
  const facts = Object.fromEntries(
    groups.flatMap((group) => group.facts.map((fact) => [fact.name, fact.value])),
  );
  assert.deepEqual(facts, {
    Site: 'EGI.CESNET.cz',
    'CPU / wall': '58.2 s / 1 min 12 s',
    Memory: '41 MB peak',
    Rescheduled: '1 time',
    Owner: 'mkolar · users',
  });
});

test('the latest attempt speaks', () => {
  const latest = latestParameters([parameter('HostName', 'b', 2), parameter('HostName', 'a', 1)]);
  assert.equal(latest.get('HostName'), 'b');
});

test('only puzzling minor statuses have a hint', () => {
  assert.match(minorStatusHint('Pilot Agent Submission') ?? '', /pilot/);
  assert.equal(minorStatusHint('Execution Complete'), undefined);
  assert.equal(minorStatusHint('constructor'), undefined);
});
