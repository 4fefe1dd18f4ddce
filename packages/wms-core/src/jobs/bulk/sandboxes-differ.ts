/** The one thing jobs of a bulk must have in common: the bulk, not each job, holds its input sandboxes. */
import { WmsError } from '../../kernel/wms-error.ts';

/** A submission that is not too large is stored job by job instead. */
export class SandboxesDiffer extends WmsError {
  constructor({ column, line }: { readonly line: number; readonly column: number }, index: number) {
    super(
      'jdl.invalid',
      `line ${line}, column ${column}: all jobs of a bulk must have the same uploaded InputSandbox; ` +
        'only LFN: entries may differ.',
      { attribute: 'InputSandbox', line, column, index },
    );
  }
}
