import { WmsError } from '../../kernel/wms-error.ts';

/** Refuses a bulk whose jobs stop at an optimizer that asks outside: they have no description of their own yet. */
export class NeedsOptimizer extends WmsError {
  constructor(optimizer: string, index: number) {
    super(
      'jdl.invalid',
      `Job ${index} stops at the optimizer ${optimizer}, which jobs of a bulk cannot; submit without bulk, or set DisableDataScheduling.`,
      { attribute: optimizer, index },
    );
  }
}
