/** A world of jobs of `ada` whose waiting can be explained; what the pilot director and the nodes say is up to the test. */
import type { Configuration } from '../configuration/schema.ts';
import {
  createExplanations,
  type Explanations,
  type ExplanationsDeps,
} from '../explain/explanations.service.ts';
import { MatchMeter } from '../explain/match-meter.ts';
import { insertAccount, type AccountRow } from '../identity/account.store.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import { batchQueuesOf } from '../pilots/pilot-classes.ts';
import { promiseOf, savePilotDecision, saveSeenOffer } from '../pilots/pilot-decision.store.ts';
import type { PilotDecision } from '../pilots/pilot-decisions.ts';
import type { ProxyStatus } from '../use-cases.ts';
import { aUser, configurationHolder } from './builders.ts';
import { openJobWorld, type JobWorld } from './job-world.ts';

export interface ExplainedWorld extends AsyncDisposable {
  readonly world: JobWorld;
  readonly explain: Explanations['useCases'];
  readonly meter: MatchMeter;
  /** One turn of the agents. */
  agents(): Promise<void>;
  /** The director decided so for the first batch queue of the site. Two seconds go by. */
  decide(site: string, decision: Partial<PilotDecision>): Promise<void>;
  /** A node of the first batch queue of the site offered this. Two seconds go by. */
  see(
    site: string,
    offer: ResourceOffer,
    options?: { readonly promised?: string; readonly slot?: number },
  ): Promise<void>;
}

/** Whose jobs `submitOne` makes. */
const ada: AccountRow = {
  account_id: aUser().accountId,
  user_name: aUser().userName,
  is_configured: 1,
  display_name: 'Ada',
  email: null,
  assurance: 'none',
};

export const aValidProxy: ProxyStatus = { state: 'Valid', message: '', validUntilMs: null };

export async function openExplainedWorld(
  configuration: Configuration,
  deps: Partial<ExplanationsDeps> = {},
): Promise<ExplainedWorld> {
  const meter = new MatchMeter();
  const world: JobWorld = await openJobWorld({
    configuration,
    parts: {
      noteMatch: (taskQueue) => meter.note(taskQueue, world.clock.nowMs()),
      ...(deps.isHeld && { isHeld: deps.isHeld }),
    },
  });
  const { clock, database } = world;
  await database.write(() => insertAccount(ada, clock.nowMs()));
  const explanations = createExplanations({
    ...world,
    meter,
    log: silentLogger,
    configuration: configurationHolder(configuration),
    proxies: { status: async () => aValidProxy },
    isHeld: () => false,
    openings: () => new Map(),
    ...deps,
  });
  const queueAt = (site: string) => {
    const found = batchQueuesOf(configuration).find((each) => each.site === site);
    if (!found) throw new Error(`there is no batch queue at ${site}`);
    return found;
  };
  return {
    world,
    meter,
    explain: explanations.useCases,
    async agents() {
      for (const agent of [...explanations.agents, ...explanations.ownAgents]) await agent.runOnce();
    },
    async decide(site, decision) {
      const { key } = queueAt(site);
      const open = { state: 'open', blockedUntilMs: 0, failure: null, pilots: {} } as const;
      await database.write(() =>
        savePilotDecision({ classKey: key, decidedAtMs: clock.nowMs(), ...open, ...decision }),
      );
      clock.advanceS(2);
    },
    async see(site, offer, { promised, slot = 0 } = {}) {
      const { key, offer: promise } = queueAt(site);
      const seen = {
        classKey: key,
        promised: promised ?? promiseOf(promise),
        offer,
        seenAtMs: clock.nowMs(),
      };
      await database.write(() => saveSeenOffer(seen, slot));
      clock.advanceS(2);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
