/** The `Idempotency-Key` of a submission: a repetition under the same key gets the first answer. */
import type { Request } from 'express';
import { WmsError } from '@wm/wms-core/vocabulary';

const idempotencyKey = /^[\x21-\x7e]{8,128}$/;

/** Throws `input.invalid` that says what a key looks like. */
export function requestKeyOf(request: Request): string | undefined {
  const header = request.get('idempotency-key');
  if (header === undefined || idempotencyKey.test(header)) return header;
  throw new WmsError(
    'input.invalid',
    'Idempotency-Key: must be 8 to 128 printable characters without blanks, such as a UUID.',
    { field: 'Idempotency-Key' },
  );
}
