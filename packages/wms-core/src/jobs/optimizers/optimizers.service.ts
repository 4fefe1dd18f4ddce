/**
 * Where a job stands after its submission or a reschedule, and how it goes on when a step has decided. The only
 * place that knows the way through the chain; status is written through `job-moves.service.ts` as everywhere.
 */
import { afterCommit, type Work } from '../../db/database.ts';
import type { Move } from '../apply-move.ts';
import { readKeptJdl } from '../jdl/parse.ts';
import type { JobMoves, MoveOutcome } from '../job-moves.service.ts';
import type { JobStatus } from '../job-status.ts';
import type { JobRow } from '../job.store.ts';
import { chainOf, type OptimizerName } from './optimizer-chain.ts';
import { nextStop, possibleSteps } from './index.ts';
import type { Decision, OptimizerPorts, OutsideStep } from './optimizer.ts';

export interface Stop {
  readonly status: JobStatus;
  readonly minorStatus: string;
}

export const waiting: Stop = { status: 'Waiting', minorStatus: 'Pilot Agent Submission' };

export interface Optimizers {
  readonly ports: OptimizerPorts;
  readonly steps: readonly OutsideStep[];
  /** Where a job with this chain stands once it is stored. */
  firstStop(chain: readonly OptimizerName[] | undefined): Stop;
  firstStopOf(processedJdl: string): Stop;
  /** True while the agent will take the job on, however long that takes. */
  holds(job: Pick<JobRow, 'status' | 'minorStatus'>): boolean;
  /** Jobs stopped somewhere: the agent is told after the commit. */
  stopped(): Work<void>;
  goOn(
    job: JobRow,
    from: OptimizerName,
    chain: readonly OptimizerName[],
    decision: Decision,
    nowMs: number,
  ): Work<MoveOutcome>;
}

export function createOptimizers(parts: {
  readonly ports: OptimizerPorts;
  readonly moves: JobMoves;
  readonly wake: () => void;
}): Optimizers {
  const { ports, moves } = parts;
  const steps = possibleSteps(ports);
  const at = (step: OutsideStep): Stop => ({ status: 'Checking', minorStatus: step.name });

  function firstStop(chain: readonly OptimizerName[] | undefined): Stop {
    const stop = chain && steps.length > 0 ? nextStop(chain, ports) : undefined;
    return stop ? at(stop) : waiting;
  }

  return {
    ports,
    steps,
    firstStop,
    firstStopOf: (processedJdl) =>
      steps.length === 0 ? waiting : firstStop(chainOf(readKeptJdl(processedJdl).description).chain),
    holds: ({ minorStatus, status }) =>
      status === 'Checking' && steps.some(({ name }) => name === minorStatus),
    *stopped() {
      yield* afterCommit(parts.wake);
    },
    *goOn(job, from, chain, decision, nowMs) {
      const move = (stop: Stop, source: string, applicationStatus = 'Unknown'): Move => ({
        ...stop,
        applicationStatus,
        atMs: nowMs,
        source,
      });
      if (decision.kind === 'fail') {
        const { message, minorStatus } = decision;
        return yield* moves.move(job, [move({ status: 'Failed', minorStatus }, from, message)], { nowMs });
      }
      const next = nextStop(chain, ports, from);
      if (next) return yield* moves.move(job, [move(at(next), from)], { nowMs });
      const way = [
        move({ status: 'Checking', minorStatus: 'JobScheduling' }, from),
        move(waiting, 'JobScheduling'),
      ];
      const fields = decision.site === undefined ? {} : { site: decision.site };
      return yield* moves.move(job, way, { nowMs, requirements: decision.requirements, fields });
    },
  };
}
