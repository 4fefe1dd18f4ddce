/**
 * Codes and refresh tokens become tokens. Membership is checked each time. A refresh token is good once: its
 * successor ends when it would have ended, and one that comes back is taken as stolen.
 */
import { createHash } from 'node:crypto';
import type { Work } from '../../db/database.ts';
import { knownIdentity } from '../account.service.ts';
import { membershipsOf } from '../memberships.ts';
import { recordAudit } from '../proxy.store.ts';
import { signAccessToken, type AccessClaims } from './access-token.adapter.ts';
import { findClient } from './clients.ts';
import { entitledProperties } from './entitlement.ts';
import { oauthRefusal } from './oauth-refusal.ts';
import {
  findRefreshToken,
  insertRefreshToken,
  revokeAllOf,
  revokeRefreshToken,
  type RefreshTokenRow,
} from './refresh-token.store.ts';
import { parseOpenScope, scopeText } from './scope.ts';
import { newId, randomSecret, sha256 } from './secrets.adapter.ts';
import { findFlowByCode, notePoll, useFlow, type TokenFlowRow } from './token-flow.store.ts';
import { lives, type TokenParts } from './token-parts.ts';
import type { Grant, TokenUseCases } from './token-use-cases.ts';

/** DiracX's command line polls every two seconds, and the network has it come a little early now and then. */
const politePollMs = 1500;

/** Made before the transaction, which may be run again. */
interface Fresh {
  readonly nowMs: number;
  readonly accessJti: string;
  readonly refreshJti: string;
  readonly refreshToken: string;
}

/** What must be stored although it is refused comes back as a word instead of being thrown. */
type Outcome = AccessClaims | 'pending' | 'slow down' | 'reused';

interface Wanted {
  readonly clientId: string;
  readonly accountId: string;
  readonly vo: string;
  readonly group: string;
  readonly scope: string;
  readonly expiresAtMs: number;
}

const isVerifierOf = (verifier: string, challenge: string | null): boolean =>
  createHash('sha256').update(verifier).digest('base64url') === challenge;

export function createIssueTokens(parts: TokenParts): Pick<TokenUseCases, 'exchange'> {
  const { database, clock, issuer } = parts;
  const values = () => parts.configuration.current().values;

  const audit = (
    fresh: Fresh,
    owner: { readonly accountId: string; readonly group: string },
    action: 'issue token' | 'refresh token' | 'reuse token',
    result = 'OK',
  ): Work<void> =>
    recordAudit({
      atMs: fresh.nowMs,
      action,
      actorAccountId: owner.accountId,
      actorGroup: owner.group,
      targetAccountId: owner.accountId,
      subjectDn: null,
      result,
    });

  function* issue(fresh: Fresh, wanted: Wanted): Work<AccessClaims> {
    const { vo, group, accountId, clientId, expiresAtMs } = wanted;
    const identity = yield* knownIdentity(parts, accountId);
    const { properties: asked } = parseOpenScope(wanted.scope, values().vos);
    const userName = identity?.userName ?? accountId;
    const memberships = identity ? membershipsOf(values(), identity) : [];
    const properties = entitledProperties(memberships, { vo, group, properties: asked }, userName);
    yield* insertRefreshToken(
      {
        jti: fresh.refreshJti,
        access_jti: fresh.accessJti,
        client_id: clientId,
        account_id: accountId,
        vo,
        group_name: group,
        scope: scopeText(vo, group, asked),
        issued_at_ms: fresh.nowMs,
        expires_at_ms: expiresAtMs,
      },
      sha256(fresh.refreshToken),
    );
    return {
      jti: fresh.accessJti,
      sub: `${vo}:${accountId}`,
      iss: issuer,
      exp: Math.floor(fresh.nowMs / 1000) + lives.accessTokenS,
      vo,
      dirac_group: group,
      dirac_properties: [...properties],
      preferred_username: userName,
      dirac_policies: {},
    };
  }

  /** Common to both kinds of code. */
  function checkCode(flow: TokenFlowRow | undefined, clientId: string, nowMs: number): TokenFlowRow {
    if (flow === undefined) throw oauthRefusal('invalid_grant', 'Unknown code');
    if (flow.client_id !== clientId) throw oauthRefusal('invalid_grant', 'Bad client_id');
    if (flow.status === 'used') throw oauthRefusal('invalid_grant', 'Code was already used');
    if (nowMs >= flow.expires_at_ms)
      throw oauthRefusal('expired_token', 'The code has expired', 'access.unauthenticated');
    if (flow.status === 'denied') throw oauthRefusal('access_denied', 'The request was denied');
    return flow;
  }

  function* redeem(flow: TokenFlowRow, fresh: Fresh): Work<AccessClaims> {
    const { account_id: accountId, vo, group_name: group, client_id: clientId, scope } = flow;
    if (accountId === null || vo === null || group === null || !(yield* useFlow(flow.flow_id)))
      throw oauthRefusal('invalid_grant', 'Code was already used');
    const { refreshTokenLifetimeS } = values().identity.tokens;
    const expiresAtMs = fresh.nowMs + refreshTokenLifetimeS * 1000;
    const claims = yield* issue(fresh, { clientId, accountId, vo, group, scope, expiresAtMs });
    yield* audit(fresh, { accountId, group }, 'issue token');
    return claims;
  }

  function* byDeviceCode(grant: Grant & { kind: 'device' }, fresh: Fresh): Work<Outcome> {
    const found = yield* findFlowByCode('device', sha256(grant.deviceCode));
    const flow = checkCode(found, grant.clientId, fresh.nowMs);
    if (flow.status !== 'pending') return yield* redeem(flow, fresh);
    yield* notePoll(flow.flow_id, fresh.nowMs);
    const { last_poll_at_ms: lastMs } = flow;
    return lastMs !== null && fresh.nowMs - lastMs < politePollMs ? 'slow down' : 'pending';
  }

  function* byCode(grant: Grant & { kind: 'code' }, fresh: Fresh): Work<Outcome> {
    const found = yield* findFlowByCode('code', sha256(grant.code));
    const flow = checkCode(found, grant.clientId, fresh.nowMs);
    if (flow.redirect_uri !== grant.redirectUri) throw oauthRefusal('invalid_grant', 'Bad redirect_uri');
    if (!isVerifierOf(grant.codeVerifier, flow.code_challenge))
      throw oauthRefusal('invalid_grant', 'Bad code_verifier');
    return yield* redeem(flow, fresh);
  }

  function checkRefresh(row: RefreshTokenRow | undefined, clientId: string, nowMs: number): RefreshTokenRow {
    if (row === undefined || row.client_id !== clientId)
      throw oauthRefusal('invalid_grant', 'Invalid refresh token', 'access.unauthenticated');
    if (nowMs >= row.expires_at_ms)
      throw oauthRefusal('invalid_grant', 'expired_token: The token is expired', 'access.unauthenticated');
    return row;
  }

  function* byRefreshToken(grant: Grant & { kind: 'refresh' }, fresh: Fresh): Work<Outcome> {
    const found = yield* findRefreshToken(sha256(grant.refreshToken));
    const row = checkRefresh(found, grant.clientId, fresh.nowMs);
    const { account_id: accountId, vo, group_name: group, scope, expires_at_ms: expiresAtMs } = row;
    if (!(yield* revokeRefreshToken(row.jti, 'rotated', fresh.nowMs))) {
      yield* revokeAllOf(accountId, vo, fresh.nowMs);
      yield* audit(fresh, { accountId, group }, 'reuse token', 'access.unauthenticated');
      return 'reused';
    }
    const { clientId } = grant;
    const claims = yield* issue(fresh, { clientId, accountId, vo, group, scope, expiresAtMs });
    yield* audit(fresh, { accountId, group }, 'refresh token');
    return claims;
  }

  function workOf(grant: Grant, fresh: Fresh): Work<Outcome> {
    if (grant.kind === 'device') return byDeviceCode(grant, fresh);
    return grant.kind === 'code' ? byCode(grant, fresh) : byRefreshToken(grant, fresh);
  }

  return {
    async exchange(grant) {
      if (findClient(values(), grant.clientId) === undefined)
        throw oauthRefusal('invalid_client', 'Unrecognised client_id');
      const signer = await parts.keys.signer();
      const nowMs = clock.nowMs();
      const refreshToken = randomSecret();
      const fresh = { nowMs, accessJti: newId(nowMs), refreshJti: newId(nowMs), refreshToken };
      const outcome = await database.write(() => workOf(grant, fresh));
      if (outcome === 'pending')
        throw oauthRefusal('authorization_pending', 'The person has not decided yet');
      if (outcome === 'slow down') throw oauthRefusal('slow_down', 'Polls come too fast');
      if (outcome === 'reused') {
        parts.log.warn({ clientId: grant.clientId }, 'token.reused');
        throw oauthRefusal(
          'invalid_grant',
          'Revoked refresh token reused: potential attack detected. You must authenticate again',
          'access.unauthenticated',
        );
      }
      const accessToken = await signAccessToken(outcome, signer);
      return { accessToken, refreshToken, expiresInS: lives.accessTokenS };
    },
  };
}
