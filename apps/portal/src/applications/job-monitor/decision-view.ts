/**
 * The record of a match as the drawer shows it: who competed at each step with which chance, where the drawn number
 * fell, and what the pilot offered. Pure.
 */
import type { AnswerOf, Routes } from '@wm/api-contract';

export type MatchDecision = AnswerOf<Routes['GET /bff/jobs/:jobId/decisions']>['decisions'][number];
type Level = MatchDecision['levels'][number];
type LevelName = Level['level'];

/** In the order of the draw. */
const levelNames: readonly LevelName[] = ['group', 'owner', 'taskQueue'];

const nouns: Record<LevelName, string> = { group: 'group', owner: 'owner', taskQueue: 'queue' };

const titles: Record<LevelName, string> = {
  group: 'Which group of the VO',
  owner: 'Which owner of the group',
  taskQueue: 'Which queue of the owner',
};

export interface Competitor {
  readonly name: string;
  readonly isWinner: boolean;
  /** In (0, 1]. */
  readonly chance: number;
}

export interface LevelView {
  readonly title: string;
  /** "3 competed" */
  readonly aside: string;
  /** All of them, in the order of the draw: what the bar shows. */
  readonly lots: readonly Competitor[];
  /** For the table: when there are many, the winner and the strongest others, the rest as one. */
  readonly rows: readonly Competitor[];
  /** In [0, 1). */
  readonly drawn: number;
  /** "Drawn 0.412, in the part of ada: 0.250 to 0.750." */
  readonly sentence: string;
}

const mostRows = 8;

/** The server puts weak competitors together as `…n`. */
const countOf = (name: string): number => Number(/^…(\d+)$/.exec(name)?.[1] ?? 1);

function nameOf(name: string, level: LevelName): string {
  if (name.startsWith('…')) return `${countOf(name)} others`;
  if (name === 'another') return `another ${nouns[level]}`;
  if (name === '*') return 'all owners together';
  return level === 'taskQueue' ? `queue ${name}` : name;
}

/** The winner by its place: names may be hidden, and then several are the same. */
function winnerAt({ lots, random }: Level, total: number): number {
  let rest = random * total;
  const found = lots.findIndex(([, weight]) => (rest -= weight) < 0);
  return found < 0 ? lots.length - 1 : found;
}

function folded(lots: readonly Competitor[], level: Level): readonly Competitor[] {
  if (lots.length <= mostRows) return lots;
  const strongest = lots
    .toSorted((a, b) => Number(b.isWinner) - Number(a.isWinner) || b.chance - a.chance)
    .slice(0, mostRows - 1);
  const isKept = (lot: Competitor): boolean => strongest.includes(lot);
  const rest = lots.filter((lot) => !isKept(lot));
  const count = level.lots.reduce(
    (sum, [name], index) => (isKept(lots[index]!) ? sum : sum + countOf(name)),
    0,
  );
  const chance = rest.reduce((sum, lot) => sum + lot.chance, 0);
  return [...lots.filter(isKept), { name: `${count} others`, isWinner: false, chance }];
}

const decimal = (value: number): string => value.toFixed(3);

function levelView(level: Level): LevelView {
  const total = level.lots.reduce((sum, [, weight]) => sum + weight, 0);
  const winner = winnerAt(level, total);
  const lots = level.lots.map(([name, weight], index): Competitor => ({
    name: nameOf(name, level.level),
    isWinner: index === winner,
    chance: weight / total,
  }));
  const from = lots.slice(0, winner).reduce((sum, { chance }) => sum + chance, 0);
  const to = from + (lots[winner]?.chance ?? 0);
  const competed = level.lots.reduce((sum, [name]) => sum + countOf(name), 0);
  return {
    title: titles[level.level],
    aside: `${competed.toLocaleString('en')} competed`,
    lots,
    rows: folded(lots, level),
    drawn: level.random,
    sentence: `Drawn ${decimal(level.random)}, in the part of ${lots[winner]?.name}: ${decimal(from)} to ${decimal(to)}.`,
  };
}

export const levelViews = ({ levels }: MatchDecision): readonly LevelView[] => levels.map(levelView);

/** Steps without a draw: only one had something that fitted the pilot. */
export function undrawnWords({ levels }: MatchDecision): string | undefined {
  const missing = levelNames.filter((name) => !levels.some(({ level }) => level === name));
  if (missing.length === levelNames.length)
    return 'No draw was needed: nothing else that waited fitted this pilot.';
  if (missing.length === 0) return undefined;
  const listed = missing.map((name) => nouns[name]).join(' and ');
  return `Without a draw: ${listed}, since only one had something that fitted this pilot.`;
}

/** `62.5 %`; never a round 0 or 100 for what is neither. */
export function chanceText(chance: number): string {
  const percent = chance * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent < 100 && percent > 99.9) return '> 99.9 %';
  return `${percent.toFixed(1)} %`;
}

export interface OfferFact {
  readonly name: string;
  readonly value: string;
}

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

const numberText = (value: unknown, unit: string): string =>
  typeof value === 'number' ? `${Math.floor(value).toLocaleString('en')}${unit}` : '';

const names = (value: unknown): string => listOf(value).join(', ');

/** The server tells those whose names are hidden as one. */
const reservedFor = (value: unknown): string => names(value).replace(/\banother$/, 'others');

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** What was free on the node, and for whom; what it did not have is left out. */
export function offerFacts({ offer }: Pick<MatchDecision, 'offer'>): readonly OfferFact[] {
  const policy = recordOf(offer['policy']);
  const [platform = ''] = listOf(offer['platforms']);
  const facts = [
    {
      name: 'Processors',
      value: numberText(offer['processors'], offer['wholeNode'] === true ? ', whole node' : ''),
    },
    { name: 'Memory', value: numberText(offer['memoryMiB'], ' MiB') },
    { name: 'Disk', value: numberText(offer['diskMiB'], ' MiB') },
    { name: 'GPUs', value: offer['gpus'] === 0 ? '' : numberText(offer['gpus'], '') },
    { name: 'CPU time left', value: numberText(offer['cpuTimeLeftS'], ' s') },
    { name: 'Platform', value: platform },
    { name: 'Tags', value: names(offer['tags']) },
    { name: 'Required tags', value: names(offer['requiredTags']) },
    { name: 'Only for groups', value: reservedFor(policy['ownerGroups']) },
    { name: 'Only for users', value: reservedFor(policy['owners']) },
  ];
  return facts.filter(({ value }) => value !== '');
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `EGI.Demo.org, local, default` */
export const placeText = ({ offer }: Pick<MatchDecision, 'offer'>): string =>
  ['site', 'computingElement', 'batchQueue']
    .map((part) => textOf(offer[part]))
    .filter((part) => part !== '')
    .join(', ');
