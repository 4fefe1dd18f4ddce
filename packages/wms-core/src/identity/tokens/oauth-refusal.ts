/** A refusal with the word that OAuth has for it; the faces put it into `error` (RFC 6749 §5.2, RFC 8628 §3.5). */
import type { ErrorCode } from '../../kernel/error-codes.ts';
import { WmsError } from '../../kernel/wms-error.ts';

type OauthWord =
  | 'access_denied'
  | 'authorization_pending'
  | 'expired_token'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'slow_down';

export const oauthRefusal = (
  oauth: OauthWord,
  message: string,
  code: ErrorCode = 'input.invalid',
): WmsError => new WmsError(code, message, { oauth });
