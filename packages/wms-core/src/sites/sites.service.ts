/**
 * What users see of sites, computing elements and batch queues, and what site managers say of them: ban and allow
 * with a reason and an end. Everybody sees the sites that serve his VO; only SiteManager may change something.
 */
import { elementStatuses } from '../configuration/element-status.ts';
import { afterCommit, type Database } from '../db/database.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { noPilots } from '../pilots/pilot-decisions.ts';
import { readPilotDecisions } from '../pilots/pilot-decision.store.ts';
import { batchQueuesOf, type ConfiguredBatchQueue } from '../pilots/pilot-classes.ts';
import type { BatchQueueSummary, NewElementStatus, SiteUseCases } from '../use-cases.ts';
import type { EffectiveConfiguration } from './effective-configuration.service.ts';
import { endStatus, insertStatus, statusHistory } from './element-status.store.ts';
import { elementKey, elementName, isConfigured, type Element, type SetStatus } from './status-overlay.ts';

export interface SitesParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly effective: EffectiveConfiguration;
}

const mostReasonLength = 500;
const mostHistory = 200;
const longestMs = 366 * 24 * 3_600_000;

/** What is said of the queue itself, of its computing element or of its site: the nearest. */
function wordOn(queue: Element, statuses: ReadonlyMap<string, SetStatus>): SetStatus | undefined {
  const { computingElement, site } = queue;
  return (
    statuses.get(elementKey({ site, computingElement: '', batchQueue: '' })) ??
    statuses.get(elementKey(queue)) ??
    statuses.get(elementKey({ site, computingElement, batchQueue: '' }))
  );
}

export function createSites(parts: SitesParts): SiteUseCases {
  const { clock, database, effective } = parts;
  const log = parts.log.child({ part: 'sites' });

  const visible = ({ vo }: UserPrincipal): readonly ConfiguredBatchQueue[] =>
    batchQueuesOf(effective.configuration.current().values).filter(({ vos }) => vos.includes(vo));

  function requireManager(principal: UserPrincipal): void {
    if (!hasProperty(principal, 'SiteManager'))
      throw new WmsError(
        'access.denied',
        'Only groups with the property SiteManager may set the status of a site.',
      );
  }

  function checkElement(principal: UserPrincipal, element: Element): void {
    const { values } = effective.configuration.current();
    const isSeen = visible(principal).some(({ site }) => site === element.site);
    if (!isSeen || !isConfigured(values, element))
      throw new WmsError('not-found', `There is no ${elementName(element) || 'site without a name'}.`, {
        field: 'site',
      });
  }

  async function changed(): Promise<void> {
    await effective.refresh();
    effective.tell();
  }

  return {
    async list(principal) {
      const decisions = new Map(
        (await database.read(readPilotDecisions)).map((decision) => [decision.classKey, decision]),
      );
      const statuses = new Map(effective.statuses().map((each) => [elementKey(each), each]));
      return visible(principal).map((queue): BatchQueueSummary => {
        const { batchQueue, computingElement, site } = queue;
        const decision = decisions.get(queue.key);
        return {
          site,
          computingElement,
          batchQueue,
          type: queue.type,
          status: queue.status,
          statusReason: queue.statusReason,
          word: wordOn({ site, computingElement, batchQueue }, statuses) ?? null,
          isOpen: queue.isOpen,
          maxTotalPilots: queue.maxTotalPilots,
          pilots: decision?.pilots[principal.vo] ?? noPilots,
          director: decision && {
            state: decision.state,
            decidedAtMs: decision.decidedAtMs,
            blockedUntilMs: decision.blockedUntilMs === 0 ? null : decision.blockedUntilMs,
            failure: decision.failure,
            leadMs: decision.leadMs ?? null,
          },
        };
      });
    },

    async history(principal, site) {
      checkElement(principal, { site, computingElement: '', batchQueue: '' });
      return database.readHeavy(() => statusHistory(site, mostHistory));
    },

    async setStatus(principal, wanted) {
      requireManager(principal);
      checkElement(principal, wanted);
      const nowMs = clock.nowMs();
      checkWords(wanted, nowMs);
      const { batchQueue, computingElement, reason, site, status, untilMs } = wanted;
      const { userName } = principal;
      await database.write(function* () {
        yield* endStatus(wanted, userName, nowMs);
        yield* insertStatus({
          site,
          computingElement,
          batchQueue,
          status,
          reason: reason.trim(),
          setBy: userName,
          setAtMs: nowMs,
          untilMs,
        });
        yield* afterCommit(() =>
          log.info({ element: elementName(wanted), status, userName }, 'site.status-set'),
        );
      });
      await changed();
    },

    async endStatus(principal, element) {
      requireManager(principal);
      checkElement(principal, element);
      const { userName } = principal;
      const wasSet = await database.write(() => endStatus(element, userName, clock.nowMs()));
      if (!wasSet)
        throw new WmsError(
          'not-found',
          `Nothing is said of ${elementName(element)}: the configuration decides.`,
          {
            field: 'site',
          },
        );
      log.info({ element: elementName(element), userName }, 'site.status-ended');
      await changed();
    },
  };
}

function checkWords({ reason, status, untilMs }: NewElementStatus, nowMs: number): void {
  if (!elementStatuses.includes(status))
    throw new WmsError('input.invalid', `The status is one of ${elementStatuses.join(', ')}.`, {
      field: 'status',
    });
  const length = reason.trim().length;
  if (length === 0 || length > mostReasonLength)
    throw new WmsError(
      'input.invalid',
      `A reason of 1 to ${mostReasonLength} characters is needed: users read it.`,
      {
        field: 'reason',
      },
    );
  if (untilMs !== null && (untilMs <= nowMs || untilMs > nowMs + longestMs))
    throw new WmsError(
      'input.invalid',
      'The end lies in the future, at most a year from now; leave it out for no end.',
      {
        field: 'until',
      },
    );
}
