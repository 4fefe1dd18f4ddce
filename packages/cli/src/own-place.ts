/** What the server says of a description, at the place where the person wrote it: what was sent may be another text. */
import { findEntry, isWmsError, WmsError, type JdlDescription } from '@wm/wms-core/vocabulary';

interface Told {
  readonly attribute?: unknown;
  readonly line?: unknown;
  readonly column?: unknown;
}

const placeText = ({ column, line }: Told): string => `line ${Number(line)}, column ${Number(column)}: `;

/** `line 3, column 11: `, or nothing when no place was told. */
export function placeOf(description: JdlDescription, told: Told): string {
  const { attribute, line } = told;
  const written = typeof attribute === 'string' ? findEntry(description, attribute)?.value.at : undefined;
  return written === undefined && line === undefined ? '' : placeText(written ?? told);
}

/** A refusal of the server with the place in the file of the person. */
export function withOwnPlace(description: JdlDescription, error: unknown): unknown {
  if (!isWmsError(error) || error.details['line'] === undefined) return error;
  const message = error.message.replace(placeText(error.details), placeOf(description, error.details));
  return new WmsError(error.code, message, error.details, { cause: error });
}
