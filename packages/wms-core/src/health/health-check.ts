/**
 * What a check is: it names the fact it judges and judges it, without touching anything. A fact that cannot be
 * had, or not in time, is a finding too. To add a check, write `checks/<check>.ts` and add a line to its index.
 */
import type { FactGatherers, FactName, HealthFacts } from './health-facts.ts';
import type { HealthGroup, HealthJudgement } from './system-health.ts';

export interface HealthCheckDefinition<K extends FactName> {
  readonly id: string;
  readonly title: string;
  readonly group: HealthGroup;
  /** What it looks at and where its limits are, for the reference page. */
  readonly about: string;
  /** While it is critical the process is not ready for requests. */
  readonly isVital?: true;
  readonly fact: K;
  readonly judge: (fact: HealthFacts[K], nowMs: number) => readonly HealthJudgement[];
}

export interface HealthCheck extends Omit<HealthCheckDefinition<FactName>, 'judge'> {
  examine(gather: FactGatherers, nowMs: number): Promise<readonly HealthJudgement[]>;
}

const patienceMs = 5_000;

export function healthCheck<K extends FactName>(definition: HealthCheckDefinition<K>): HealthCheck {
  const { judge, ...described } = definition;
  return {
    ...described,
    async examine(gather, nowMs) {
      try {
        return judge(await withinPatience(gather[definition.fact]()), nowMs);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return [
          {
            status: 'critical',
            means: `This could not be found out: ${reason}`,
            toDo: 'Look for errors in the log of the server.',
          },
        ];
      }
    },
  };
}

async function withinPatience<T>(fact: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s.`)), patienceMs);
  });
  try {
    return await Promise.race([fact, late]);
  } finally {
    clearTimeout(timer);
  }
}
