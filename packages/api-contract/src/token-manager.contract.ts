/**
 * Token Manager: refresh tokens that identity providers gave (`outside`), and log-ins elsewhere with tokens of this
 * installation (`issued`). Never a token.
 */
import { z } from 'zod';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const user = { kind: 'group' } as const;

const kind = z.enum(['outside', 'issued']);
const params = z.object({ kind, tokenId: z.string().max(64) });

const managedToken = z.object({
  kind,
  tokenId: z.string(),
  userName: z.string(),
  /** Who issued it. */
  provider: z.string(),
  /** The program that holds it. */
  usedBy: z.string(),
  scopes: z.string(),
  status: z.enum(['live', 'needs-log-in', 'revoking']),
  accessExpiresAt: instant.nullable(),
  /** Null when the provider does not tell. */
  refreshExpiresAt: instant.nullable(),
});

export const tokenManagerRoutes = {
  'GET /bff/tokens': {
    summary:
      'Own refresh tokens, of identity providers and of this installation; with ProxyManagement those of the VO',
    operationId: 'list_tokens',
    access: user,
    success: { status: 200, body: z.object({ tokens: z.array(managedToken) }) },
    errors: [],
  },
  'GET /bff/tokens/:kind/:tokenId/claims': {
    summary: 'Claims of the last access token, without its id; none when it is opaque',
    operationId: 'get_token_claims',
    access: user,
    params,
    success: { status: 200, body: z.object({ claims: z.record(z.string(), z.unknown()) }) },
    errors: ['not-found'],
  },
  'DELETE /bff/tokens/:kind/:tokenId': {
    summary: 'Revoke a refresh token where it was issued and forget it; pending = the provider is told later',
    operationId: 'remove_token',
    access: user,
    params,
    success: { status: 200, body: z.object({ outcome: z.enum(['removed', 'pending']) }) },
    errors: ['not-found', 'access.denied', 'access.stale-log-in'],
  },
} as const satisfies RouteTable;
