/**
 * VOMS attributes for the proxies of a group, from a stored proxy (credentials.md §6.3). Asked where proxies are
 * derived, and where the proxy status says whether they will.
 */
import type { ProxyManagerDeps as Deps } from './proxy-records.service.ts';
import type { ProxyRow } from './proxy.store.ts';
import { signerOfStored } from './stored-key.adapter.ts';
import { attributesOfGroup } from './voms/group-attributes.ts';
import type { GivenAttributes } from './voms/voms-attributes.service.ts';
import { vomsError, vomsReasonOf } from './voms/voms-errors.ts';

export interface GroupVomsOrder {
  readonly vo: string;
  readonly group: string;
  /** When they are needed no more. */
  readonly untilMs: number;
  /** Somebody asks for those that the group may have, though its proxies go without. */
  readonly isAsked?: boolean;
}

/** Undefined when the group wants none. Throws as `VomsAttributesService` does. */
export async function vomsOf(
  deps: Deps,
  stored: ProxyRow,
  { vo, group, untilMs, isAsked }: GroupVomsOrder,
): Promise<GivenAttributes | undefined> {
  const wanted = attributesOfGroup(deps.configuration.current().values, vo, group, isAsked);
  if (!wanted) return undefined;
  if (!deps.voms) throw vomsError('VOMS_UNKNOWN_VO', 'This server knows no VOMS servers.');
  return deps.voms.vomsAttributes(
    {
      proxyId: stored.proxy_id,
      chainPem: stored.chain_pem,
      signingKey: async () => signerOfStored(deps.keyEncryptionKeys, stored),
    },
    { ...wanted, untilMs },
  );
}

/** Nobody waits longer for a word on the state of a proxy; what is asked meanwhile is known next time. */
const patienceMs = 3000;

/**
 * Why proxies of the group cannot be had, in words for their owner. A server that is away is no reason: it may be
 * back when a job starts.
 */
export async function vomsRefusal(
  deps: Deps,
  stored: ProxyRow,
  order: Pick<GroupVomsOrder, 'vo' | 'group'>,
): Promise<string | undefined> {
  try {
    await atMost(patienceMs, vomsOf(deps, stored, { ...order, untilMs: deps.clock.nowMs() }));
    return undefined;
  } catch (error) {
    const reason = vomsReasonOf(error);
    if (reason === undefined) throw error;
    return reason === 'VOMS_DOWN' || !(error instanceof Error) ? undefined : error.message;
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
