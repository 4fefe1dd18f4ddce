/** Sites and what is said of them below `/bff/sites`. */
import type { BatchQueueSummary, Core } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';

type Word = NonNullable<BatchQueueSummary['word']>;

const wordOf = ({ setAtMs, statusId: _id, untilMs, ...word }: Word) => ({
  ...word,
  setAt: iso(setAtMs),
  until: isoOrNull(untilMs),
});

const queueOf = ({ director, word, ...queue }: BatchQueueSummary) => ({
  ...queue,
  word: word && wordOf(word),
  director: director
    ? {
        state: director.state,
        decidedAt: iso(director.decidedAtMs),
        blockedUntil: isoOrNull(director.blockedUntilMs),
        failure: director.failure,
        leadTimeS: director.leadMs === null ? null : Math.round(director.leadMs / 1000),
      }
    : null,
});

export function siteRoutes({
  sites,
}: Pick<Core, 'sites'>): HandlersOf<
  | 'GET /bff/sites'
  | 'GET /bff/sites/:site/statuses'
  | 'POST /bff/sites/statuses'
  | 'POST /bff/sites/statuses/end'
> {
  return {
    'GET /bff/sites': async ({ principal }) => ({ queues: (await sites.list(principal)).map(queueOf) }),
    'GET /bff/sites/:site/statuses': async ({ principal, params }) => ({
      statuses: (await sites.history(principal, params.site)).map(({ endedAtMs, endedBy, ...word }) => ({
        ...wordOf(word),
        endedAt: isoOrNull(endedAtMs),
        endedBy,
      })),
    }),
    'POST /bff/sites/statuses': async ({ principal, body: { until, ...wanted } }) =>
      sites.setStatus(principal, { ...wanted, untilMs: until === null ? null : Date.parse(until) }),
    'POST /bff/sites/statuses/end': async ({ principal, body }) => sites.endStatus(principal, body),
  };
}
