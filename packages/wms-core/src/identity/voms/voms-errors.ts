/** The three ways in which VOMS attributes cannot be had, for people and programs (credentials.md §13). Pure. */
import type { ErrorCode } from '../../kernel/error-codes.ts';
import { isWmsError, WmsError, type ErrorDetails } from '../../kernel/wms-error.ts';

export type VomsReason = 'VOMS_UNKNOWN_VO' | 'VOMS_DENIED' | 'VOMS_DOWN';

const codes: Readonly<Record<VomsReason, ErrorCode>> = {
  VOMS_UNKNOWN_VO: 'configuration.invalid',
  VOMS_DENIED: 'access.denied',
  VOMS_DOWN: 'service.unavailable',
};

export const vomsError = (
  reason: VomsReason,
  message: string,
  { details = {}, cause }: { readonly details?: ErrorDetails; readonly cause?: unknown } = {},
): WmsError => new WmsError(codes[reason], message, { reason, ...details }, { cause });

export const vomsReasonOf = (error: unknown): VomsReason | undefined => {
  const reason = isWmsError(error) ? error.details['reason'] : undefined;
  return typeof reason === 'string' && Object.hasOwn(codes, reason) ? (reason as VomsReason) : undefined;
};
