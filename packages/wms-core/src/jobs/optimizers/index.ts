/**
 * The optimizers that ask something outside. JobPath (which chooses the chain), JobSanity (checks, input sandboxes)
 * and JobScheduling (task queue) are done inside the submission, so there is nothing to list of them. To add one:
 * a file here, a line in the list, its name in `optimizer-chain.ts` and its port in `OptimizerPorts`.
 */
import { inputDataStep } from './input-data.ts';
import type { OptimizerPorts, OutsideStep } from './optimizer.ts';
import type { OptimizerName } from './optimizer-chain.ts';

const outsideSteps: readonly OutsideStep[] = [inputDataStep];

export const possibleSteps = (ports: OptimizerPorts): readonly OutsideStep[] =>
  outsideSteps.filter((step) => step.isPossible(ports));

/** The first step of the chain at which a job must stop, behind `after` if that is given; undefined = none. */
export function nextStop(
  chain: readonly OptimizerName[],
  ports: OptimizerPorts,
  after?: OptimizerName,
): OutsideStep | undefined {
  const rest = after === undefined ? chain : chain.slice(chain.indexOf(after) + 1);
  const steps = possibleSteps(ports);
  for (const name of rest) {
    const step = steps.find((each) => each.name === name);
    if (step) return step;
  }
  return undefined;
}
