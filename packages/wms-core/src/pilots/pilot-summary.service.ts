/**
 * The Pilot Summary: pilots of every site and computing element in figures. Everybody sees the pilots that his Pilot
 * Monitor lists, operators those of all VOs; places without pilots are listed where they serve the caller.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { PilotUseCases } from '../use-cases.ts';
import { batchQueuesOf } from './pilot-classes.ts';
import { seesAllPilots } from './pilot-rights.ts';
import {
  addFigures,
  noPilotFigures,
  summaryOf,
  type PilotFigures,
  type SitePilots,
} from './pilot-summary.ts';
import { countPilots, type PilotCount } from './pilot-summary.store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface PilotSummaryParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
}

type BySite = Map<string, Map<string, PilotFigures>>;

function add(sites: BySite, site: string, computingElement: string, figures: PilotFigures): void {
  const elements = sites.get(site) ?? new Map<string, PilotFigures>();
  elements.set(computingElement, addFigures(elements.get(computingElement) ?? noPilotFigures, figures));
  sites.set(site, elements);
}

const figuresOf = ({ empty, lately, pilots, status }: PilotCount): PilotFigures => ({
  byStatus: { ...noPilotFigures.byStatus, [status]: pilots },
  abortedInHour: status === 'Aborted' ? lately : 0,
  doneEmpty: status === 'Done' ? empty : 0,
});

const siteOf = (site: string, elements: ReadonlyMap<string, PilotFigures>): SitePilots => ({
  site,
  ...summaryOf([...elements.values()].reduce(addFigures, noPilotFigures)),
  computingElements: [...elements]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([computingElement, figures]) => ({ computingElement, ...summaryOf(figures) })),
});

export function createPilotSummary(parts: PilotSummaryParts): Pick<PilotUseCases, 'bySite'> {
  const { clock, configuration, database } = parts;

  function servingPlaces(principal: UserPrincipal): BySite {
    const sites: BySite = new Map();
    for (const { computingElement, site, vos } of batchQueuesOf(configuration.current().values))
      if (seesAllPilots(principal) || vos.includes(principal.vo))
        add(sites, site, computingElement, noPilotFigures);
    return sites;
  }

  return {
    async bySite(principal) {
      const atMs = clock.nowMs();
      const vo = seesAllPilots(principal) ? undefined : principal.vo;
      const since = { endedSinceMs: atMs - dayMs, latelySinceMs: atMs - hourMs };
      const counts = await database.readHeavy(() => countPilots(vo, since));
      const sites = servingPlaces(principal);
      for (const count of counts) add(sites, count.site, count.computingElement, figuresOf(count));
      return {
        atMs,
        sites: [...sites]
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([site, elements]) => siteOf(site, elements)),
      };
    },
  };
}
