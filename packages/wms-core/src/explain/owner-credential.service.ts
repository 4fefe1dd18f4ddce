/**
 * Would the proxy of a job's owner do when the job starts? In words that whoever may see the job may read: no
 * names, and nothing of other proxies.
 */
import type { Database } from '../db/database.ts';
import { findAccountByUserName } from '../identity/account.store.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import { instantText } from '../kernel/instant-text.ts';
import type { ProxyStateReason, ProxyStatus, ProxyUseCases } from '../use-cases.ts';
import type { CredentialFault } from './world.ts';

export interface Owner {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
}

/** null: nothing is wrong with it. */
export type OwnerCredential = (owner: Owner) => Promise<CredentialFault | null>;

const upload =
  'The owner should upload a proxy: the job cannot run without one, and goes on by itself with it.';

const askVo =
  'The owner should ask the managers of the VO; until then payloads of the group get no proxy at all.';

const words: Record<ProxyStateReason, (status: ProxyStatus) => string> = {
  NONE: () => 'No proxy of the job’s owner is stored.',
  NOT_LINKED: () => 'The stored proxy is of a certificate that does not belong to the job’s owner.',
  REVOKED: () => 'The certificate of the owner’s proxy was revoked.',
  GROUP: () => 'The owner’s proxy does not serve the group of the job.',
  VOMS: () => 'VOMS does not give the owner the attributes of the group of the job.',
  SUSPENDED: () => 'The owner of the job is suspended in this VO.',
  EXPIRED: ({ validUntilMs }) => `The owner’s proxy ended on ${instantText(validUntilMs ?? 0)}.`,
  SHORT: ({ validUntilMs }) =>
    `The owner’s proxy ends on ${instantText(validUntilMs ?? 0)}, perhaps before the job does.`,
};

/** As the matcher sees it: who has no account has no proxy. */
const noAccount: CredentialFault = {
  isHeld: true,
  sentence: 'The job’s owner has no account here, so no proxy can be had for the job.',
  remedy:
    'It goes on when an account of that name has a proxy again; ask the operators of this installation.',
  endsAtMs: null,
};

export function createOwnerCredential(parts: {
  readonly database: Database;
  readonly proxies: Pick<ProxyUseCases, 'status'>;
}): OwnerCredential {
  return async ({ owner, ownerGroup, vo }) => {
    const account = await parts.database.read(() => findAccountByUserName(owner));
    if (!account) return noAccount;
    const asked: UserPrincipal = {
      kind: 'user',
      accountId: account.account_id,
      userName: owner,
      vo,
      group: ownerGroup,
      properties: [],
    };
    const status = await parts.proxies.status(asked);
    if (!status.reason) return null;
    // As the matcher sees it: a proxy that is short, or without attributes, does not hold the job.
    const isHeld = status.reason !== 'SHORT' && status.reason !== 'VOMS';
    const remedy = status.reason === 'VOMS' ? askVo : upload;
    return { sentence: words[status.reason](status), remedy, endsAtMs: null, isHeld };
  };
}
