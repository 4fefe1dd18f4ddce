/**
 * A person sees who asks to act for him, and decides. He comes with the user code or the handle of the page; that he
 * is logged in is the face's business, what he may grant is decided here.
 */
import { recordAudit } from '../../audit/audit.store.ts';
import type { Work } from '../../db/database.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { GroupMembership } from '../../use-cases.ts';
import { knownIdentity } from '../account.service.ts';
import { membershipsOf } from '../memberships.ts';
import type { CallOrigin } from '../principal.ts';

import { findClient } from './clients.ts';
import { fittingGroups } from './entitlement.ts';
import { parseOpenScope } from './scope.ts';
import { randomSecret, sha256 } from './secrets.adapter.ts';
import { approveFlow, denyFlow, findFlowByHandle, type TokenFlowRow } from './token-flow.store.ts';
import { lives, type TokenParts } from './token-parts.ts';
import type { TokenUseCases } from './token-use-cases.ts';
import { readUserCode } from './user-code.ts';

type DecideUseCases = Pick<TokenUseCases, 'requestOf' | 'checkPending' | 'decide'>;

interface Decider {
  readonly accountId: string;
  readonly from: CallOrigin | undefined;
}

/** Handles of pages are long; all else is a user code. */
function hashOfHandle(handle: string): string {
  const code = /^[\w-]{43}$/.test(handle) ? handle : readUserCode(handle);
  if (code === undefined)
    throw new WmsError(
      'input.invalid',
      'The code has eight letters, such as BCDF-GHJK; check it and type it again.',
      {
        field: 'code',
      },
    );
  return sha256(code);
}

function* pendingFlow(parts: TokenParts, handleHash: string): Work<TokenFlowRow> {
  const flow = yield* findFlowByHandle(handleHash);
  if (flow === undefined)
    throw new WmsError('not-found', 'This code is not known. Compare it with the one in your terminal.');
  if (flow.status !== 'pending')
    throw new WmsError(
      'conflict',
      'This code was used already. Start again in your terminal if you need to.',
    );
  if (parts.clock.nowMs() >= flow.expires_at_ms)
    throw new WmsError('code.expired', 'This code is over. Start again in your terminal.');
  return flow;
}

/** What a redirect URI becomes is written as text: it may hold a `#`, before which a library would put the query. */
function redirectWith(flow: TokenFlowRow, answer: Readonly<Record<string, string>>): string | null {
  const { redirect_uri: redirectUri, client_state: state } = flow;
  if (redirectUri === null) return null;
  const query = new URLSearchParams({ ...answer, state: state ?? '' }).toString();
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`;
}

export function createDecideOnTokens(parts: TokenParts): DecideUseCases {
  const { database, clock } = parts;
  const values = () => parts.configuration.current().values;

  function* choicesFor(
    flow: TokenFlowRow,
    accountId: string,
    logInIssuer: string | undefined,
  ): Work<readonly GroupMembership[]> {
    const identity = yield* knownIdentity(parts, accountId, logInIssuer);
    const memberships = identity ? membershipsOf(values(), identity) : [];
    return fittingGroups(memberships, parseOpenScope(flow.scope, values().vos));
  }

  function* approve(flow: TokenFlowRow, by: Decider, group: string, code: string): Work<string | null> {
    const { accountId, from } = by;
    const choices = yield* choicesFor(flow, accountId, from?.logInIssuer);
    const chosen = choices.find((choice) => choice.group === group);
    if (chosen === undefined)
      throw new WmsError('access.denied', `You cannot grant the group “${group}” here.`, { group });
    const nowMs = clock.nowMs();
    const isDevice = flow.kind === 'device';
    const decided = yield* approveFlow(flow.flow_id, {
      accountId,
      vo: chosen.vo,
      group,
      codeHash: isDevice ? null : sha256(code),
      expiresAtMs: isDevice ? flow.expires_at_ms : nowMs + lives.authorizationCodeS * 1000,
    });
    if (!decided) throw new WmsError('conflict', 'Somebody decided about this code just now.');
    yield* audit(flow, by, 'approve token', chosen);
    return isDevice ? null : redirectWith(flow, { code });
  }

  function* deny(flow: TokenFlowRow, by: Decider): Work<string | null> {
    if (!(yield* denyFlow(flow.flow_id, by.accountId)))
      throw new WmsError('conflict', 'Somebody decided about this code just now.');
    yield* audit(flow, by, 'deny token');
    return redirectWith(flow, { error: 'access_denied' });
  }

  const audit = (
    flow: TokenFlowRow,
    { accountId, from }: Decider,
    action: 'approve token' | 'deny token',
    chosen?: GroupMembership,
  ): Work<void> =>
    recordAudit({
      atMs: clock.nowMs(),
      action,
      actorAccountId: accountId,
      actorGroup: chosen?.group ?? '',
      targetAccountId: accountId,
      subjectDn: null,
      result: 'OK',
      vo: chosen?.vo,
      from,
      details: { client: flow.client_id, askedFrom: flow.asked_from },
    });

  return {
    async checkPending(handle) {
      const handleHash = hashOfHandle(handle);
      await database.read(function* () {
        const flow = yield* pendingFlow(parts, handleHash);
        parseOpenScope(flow.scope, values().vos);
      });
    },

    async requestOf(handle, accountId, logInIssuer) {
      const handleHash = hashOfHandle(handle);
      return database.read(function* () {
        const flow = yield* pendingFlow(parts, handleHash);
        return {
          kind: flow.kind,
          clientId: flow.client_id,
          clientName: findClient(values(), flow.client_id)?.name ?? flow.client_id,
          askedFrom: flow.asked_from,
          askedAtMs: flow.asked_at_ms,
          expiresAtMs: flow.expires_at_ms,
          redirectUri: flow.redirect_uri,
          choices: yield* choicesFor(flow, accountId, logInIssuer),
          extraProperties: parseOpenScope(flow.scope, values().vos).properties,
        };
      });
    },

    async decide(handle, accountId, decision, from) {
      const handleHash = hashOfHandle(handle);
      const code = randomSecret();
      const by = { accountId, from };
      const redirectTo = await database.write(function* () {
        const flow = yield* pendingFlow(parts, handleHash);
        return decision.approve ? yield* approve(flow, by, decision.group, code) : yield* deny(flow, by);
      });
      return { redirectTo };
    },
  };
}
