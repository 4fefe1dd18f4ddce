/**
 * The job fits, but no pilot is there for it: what the pilot director decided for each batch queue that fits. One
 * cause for each kind of decision; none when a free pilot is there already.
 */
import { instantText } from '../../kernel/instant-text.ts';
import { noPilots, type PilotCounts, type PilotDecision } from '../../pilots/pilot-decisions.ts';
import type { Cause, CauseKind, View } from '../cause.ts';
import { sitesOf } from '../obstacles.ts';
import type { Place } from '../world.ts';
import { counted, namesText, spanText } from '../words.ts';

const countsAt = ({ decision }: Place, vo: string): PilotCounts => decision?.pilots[vo] ?? noPilots;

export const hasFreePilot = ({ open, wanted }: View): boolean =>
  open.some((place) => countsAt(place, wanted.vo).idle > 0);

const cause = (id: string, sentence: string, extra: Partial<Cause> = {}): Cause => ({
  id,
  effect: 'delays',
  sentence,
  remedy: null,
  endsAtMs: null,
  obstacles: [],
  ...extra,
});

const sitesText = (places: readonly Place[]): string =>
  namesText([...new Set(places.map(({ site }) => site))]);

/** What is usual at the quickest of the places. */
function usually(places: readonly Place[]): string {
  const known = places.flatMap(({ decision }) => (isKnown(decision?.leadMs) ? [decision.leadMs] : []));
  return known.length === 0 ? '' : ` Pilots there usually start within ${spanText(Math.min(...known))}.`;
}

function onTheWay({ open, wanted }: View): readonly Cause[] {
  const coming = open.filter(
    (place) => place.decision?.state !== 'clogged' && countsAt(place, wanted.vo).waiting > 0,
  );
  if (coming.length === 0) return [];
  const pilots = coming.reduce((sum, place) => sum + countsAt(place, wanted.vo).waiting, 0);
  const are = pilots === 1 ? 'is' : 'are';
  return [
    cause(
      'pilots-on-their-way',
      `${counted(pilots, 'pilot')} ${are} on the way to ${sitesText(coming)} and ${pilots === 1 ? 'has' : 'have'} not started yet.`,
      { remedy: `The batch system of the site decides when.${usually(coming)}` },
    ),
  ];
}

/** In the words of the site when they are about pilots of the VO: those of others may name people and VOs. */
function failureText({ failure, failureVo }: PilotDecision, { wanted, world }: View): string {
  const mayKnow = failureVo === null || failureVo === wanted.vo || world.reader?.isOperator === true;
  return mayKnow ? `: ${failure ?? 'no reason was given.'}` : '.';
}

function resting(view: View): readonly Cause[] {
  const { open, world } = view;
  // Told one by one, since each has its own failure and its own end.
  return open.flatMap(({ decision, key, site }) => {
    if (decision?.state !== 'resting' || decision.blockedUntilMs <= world.nowMs) return [];
    return [
      cause(
        'pilots-failed',
        `Pilots failed at ${site} (${key})${failureText(decision, view)} No other is sent there before ${instantText(decision.blockedUntilMs)}.`,
        {
          remedy: 'If this goes on, tell the operators of this installation.',
          endsAtMs: decision.blockedUntilMs,
        },
      ),
    ];
  });
}

/** Told queue by queue, because what is usual differs. */
function clogged({ open, wanted }: View): readonly Cause[] {
  return open.flatMap((place) => {
    const { decision, key, site } = place;
    if (decision?.state !== 'clogged') return [];
    const { waiting } = countsAt(place, wanted.vo);
    const own = waiting === 0 ? '' : `, ${counted(waiting, 'pilot')} of ${wanted.vo} among them`;
    const usual = isKnown(decision.leadMs) ? ` Usually they start within ${spanText(decision.leadMs)}.` : '';
    return [
      cause(
        'pilots-overdue',
        `Pilots wait longer than usual for their start at ${site} (${key})${own}.${usual} No other is sent there until one starts.`,
        { remedy: 'The batch system of the site decides when; jobs that fit elsewhere go there.' },
      ),
    ];
  });
}

const isKnown = (leadMs: number | null | undefined): leadMs is number =>
  leadMs !== null && leadMs !== undefined;

const isFull = (decision: PilotDecision | undefined): boolean =>
  decision?.state === 'full' || decision?.state === 'starting';

function full({ open, wanted }: View): readonly Cause[] {
  const places = open.filter((place) => isFull(place.decision) && countsAt(place, wanted.vo).waiting === 0);
  if (places.length === 0) return [];
  const busy = places.reduce((sum, place) => sum + countsAt(place, wanted.vo).busy, 0);
  const own =
    busy === 0 ? '' : ` ${counted(busy, 'pilot')} of ${wanted.vo} ${busy === 1 ? 'is' : 'are'} busy there.`;
  return [
    cause('slots-busy', `All places for pilots are taken at ${sitesText(places)}.${own}`, {
      remedy: 'The job starts when a job there ends.',
    }),
  ];
}

/** Nothing is known to stand in the way: the next cycle of the director sends pilots. */
function notYet({ open }: View): readonly Cause[] {
  const places = open.filter(
    ({ decision, isSiteOpen, takesPilots }) =>
      isSiteOpen && takesPilots && (decision === undefined || decision.state === 'open'),
  );
  if (places.length === 0) return [];
  return [
    cause(
      'no-pilot-yet',
      `No pilot is there yet; the next ones are sent to ${sitesText(places)} within a minute.`,
    ),
  ];
}

/** Said beside the others: free pilots are there, but where the job does not fit. */
function elsewhere(view: View): readonly Cause[] {
  const idle = view.admitted.filter(
    ({ place }) => !view.open.includes(place) && countsAt(place, view.wanted.vo).idle > 0,
  );
  if (idle.length === 0) return [];
  return [
    cause(
      'pilots-do-not-fit',
      `Free pilots are at ${namesText(sitesOf(idle))}, but they do not offer what the job asks for.`,
    ),
  ];
}

export const pilotsCause: CauseKind = {
  id: 'pilots',
  question: 'when',
  about: 'Is a pilot there, and if not, what did the pilot director decide?',
  find: (view) => {
    if (view.open.length === 0) return elsewhere(view);
    if (hasFreePilot(view)) return [];
    const known = [...onTheWay(view), ...resting(view), ...clogged(view), ...full(view)];
    const isHandled = known.some(({ id }) => id === 'pilots-on-their-way');
    return [...known, ...(isHandled ? [] : notYet(view)), ...elsewhere(view)];
  },
};
