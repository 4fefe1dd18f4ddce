/**
 * Decayed use of VOs, groups and owners, in memory: what the draw corrects the shares by. Use halves every
 * `halfLifeS`. All amounts are kept on one scale that grows with time, so that nothing has to be decayed: an amount
 * of now weighs twice as much as the same amount of a half-life ago. Rebuilt from the database at start.
 */
import type { Competitor } from './shares.ts';

/** Use on the ledger's scale; only ratios and `ShareLedger.now` mean something. */
export interface Usage {
  usage: number;
  dispatches: number;
}

export interface OwnerUsage extends Usage {
  readonly owner: string;
}

export interface GroupUsage extends Usage {
  readonly group: string;
  readonly owners: Map<string, OwnerUsage>;
}

export interface VoUsage extends Usage {
  readonly vo: string;
  readonly groups: Map<string, GroupUsage>;
}

export interface ShareHolder {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
}

/** Something to add to a holder's use, valued at an instant. */
export interface Charge extends ShareHolder {
  /** Normalised CPU seconds; negative when less was used than was charged before. */
  readonly costS: number;
  readonly dispatches: number;
  readonly atMs: number;
}

const mostExponent = 60;

export class ShareLedger {
  readonly #vos = new Map<string, VoUsage>();
  #halfLifeMs: number;
  /** Instant at which the scale is 1. */
  #referenceMs: number;

  constructor(halfLifeS: number, nowMs: number) {
    this.#halfLifeMs = halfLifeS * 1000;
    this.#referenceMs = nowMs;
  }

  vo(vo: string): VoUsage {
    const known = this.#vos.get(vo);
    if (known) return known;
    const made: VoUsage = { vo, groups: new Map(), usage: 0, dispatches: 0 };
    this.#vos.set(vo, made);
    return made;
  }

  group(vo: string, group: string): GroupUsage {
    const { groups } = this.vo(vo);
    const known = groups.get(group);
    if (known) return known;
    const made: GroupUsage = { group, owners: new Map(), usage: 0, dispatches: 0 };
    groups.set(group, made);
    return made;
  }

  owner({ vo, ownerGroup, owner }: ShareHolder): OwnerUsage {
    const { owners } = this.group(vo, ownerGroup);
    const known = owners.get(owner);
    if (known) return known;
    const made: OwnerUsage = { owner, usage: 0, dispatches: 0 };
    owners.set(owner, made);
    return made;
  }

  charge(charge: Charge): void {
    const scale = this.#scaleAt(charge.atMs);
    const { costS, dispatches } = charge;
    for (const each of [this.vo(charge.vo), this.group(charge.vo, charge.ownerGroup), this.owner(charge)]) {
      each.usage = Math.max(0, each.usage + costS * scale);
      each.dispatches = Math.max(0, each.dispatches + dispatches * scale);
    }
  }

  /** Use as it counts at an instant, in normalised CPU seconds. */
  now(usage: Usage, nowMs: number): number {
    return usage.usage / this.#scaleAt(nowMs);
  }

  /** Everything anew; the objects handed out stay the same. */
  reload(charges: readonly Charge[], halfLifeS: number, nowMs: number): void {
    this.#rebase(nowMs, 0);
    this.#halfLifeMs = halfLifeS * 1000;
    for (const each of charges) this.charge(each);
  }

  #scaleAt(atMs: number): number {
    const exponent = (atMs - this.#referenceMs) / this.#halfLifeMs;
    if (exponent <= mostExponent) return 2 ** exponent;
    this.#rebase(atMs, 2 ** -exponent);
    return 1;
  }

  #rebase(atMs: number, by: number): void {
    this.#referenceMs = atMs;
    for (const vo of this.#vos.values()) {
      shrink(vo, by);
      for (const group of vo.groups.values()) {
        shrink(group, by);
        for (const owner of group.owners.values()) shrink(owner, by);
      }
    }
  }
}

function shrink(usage: Usage, by: number): void {
  usage.usage *= by;
  usage.dispatches *= by;
}

export const competitor = (share: number, { usage, dispatches }: Usage): Competitor => ({
  share,
  usage,
  dispatches,
});
