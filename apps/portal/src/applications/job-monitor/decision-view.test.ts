import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chanceText,
  levelViews,
  offerFacts,
  placeText,
  undrawnWords,
  type MatchDecision,
} from './decision-view.ts';

const offer = {
  site: 'EGI.Demo.org',
  computingElement: 'local',
  batchQueue: 'default',
  processors: 8,
  memoryMiB: 16_384,
  gpus: 0,
  cpuTimeLeftS: 4000.7,
  platforms: ['Linux_x86_64_glibc-2.36', 'Linux_x86_64_glibc-2.17'],
  tags: [],
};
const decision = (...levels: MatchDecision['levels']): MatchDecision => ({
  attempt: 1,
  at: '2026-01-31T12:00:00.000Z',
  taskQueueId: 3,
  offer,
  levels,
  replays: true,
});
const owners = (random: number, ...lots: [string, number][]): MatchDecision['levels'][number] => ({
  level: 'owner',
  lots,
  random,
  winner: 'ada',
});

test('a step tells the chances, the number, and where it fell', () => {
  const [step] = levelViews(decision(owners(0.5, ['bob', 1], ['ada', 2], ['eve', 1])));
  assert.deepEqual(
    step?.rows.map(({ chance, isWinner, name }) => [name, chance, isWinner]),
    [
      ['bob', 0.25, false],
      ['ada', 0.5, true],
      ['eve', 0.25, false],
    ],
  );
  assert.equal(step.sentence, 'Drawn 0.500, in the part of ada: 0.250 to 0.750.');
  assert.equal(step.aside, '3 competed');
});

test('the winner is found by the number, also where names are hidden', () => {
  const [step] = levelViews(decision(owners(0.9, ['another', 1], ['another', 1], ['ada', 2])));
  assert.deepEqual(
    step?.rows.map(({ isWinner, name }) => [name, isWinner]),
    [
      ['another owner', false],
      ['another owner', false],
      ['ada', true],
    ],
  );
});

test('of many competitors the table keeps the winner and the strongest, and none is lost', () => {
  const weak = Array.from({ length: 20 }, (_, index): [string, number] => [`user${index}`, 1 + index]);
  const [step] = levelViews(decision(owners(0.999_999, ['…30', 90], ...weak, ['ada', 0.01])));
  assert.equal(step?.rows.length, 8);
  assert.ok(step.rows.some(({ isWinner, name }) => isWinner && name === 'ada'));
  assert.equal(step.rows[0]?.name, '30 others');
  assert.equal(step.rows.at(-1)?.name, '15 others');
  assert.ok(Math.abs(step.rows.reduce((sum, { chance }) => sum + chance, 0) - 1) < 1e-9);
  assert.equal(step.lots.length, 22);
  assert.equal(step.aside, '51 competed');
});

test('steps without a draw are told', () => {
  assert.match(undrawnWords(decision()) ?? '', /^No draw was needed/);
  assert.match(
    undrawnWords(decision(owners(0, ['ada', 1], ['bob', 1]))) ?? '',
    /^Without a draw: group and queue/,
  );
  const all = (['group', 'owner', 'taskQueue'] as const).map((level) => ({
    ...owners(0, ['x', 1], ['y', 1]),
    level,
  }));
  assert.equal(undrawnWords(decision(...all)), undefined);
});

test('chances are never rounded to nothing or to certainty', () => {
  assert.deepEqual([0.625, 0.000_01, 0.999_99, 1].map(chanceText), [
    '62.5 %',
    '< 0.1 %',
    '> 99.9 %',
    '100.0 %',
  ]);
});

test('an offer tells what was free and for whom', () => {
  const reserved = {
    offer: { ...offer, gpus: 2, wholeNode: true, policy: { ownerGroups: ['a', 'another'] } },
  };
  assert.deepEqual(
    offerFacts(reserved).map(({ name, value }) => `${name}: ${value}`),
    [
      'Processors: 8, whole node',
      'Memory: 16,384 MiB',
      'GPUs: 2',
      'CPU time left: 4,000 s',
      'Platform: Linux_x86_64_glibc-2.36',
      'Only for groups: a, others',
    ],
  );
  assert.equal(placeText(reserved), 'EGI.Demo.org, local, default');
  assert.deepEqual(offerFacts({ offer: { processors: 'x', tags: 'y', policy: null } }), []);
});
