/**
 * Owners whose waiting jobs are held because no usable proxy is stored: a payload would fail on its node. Kept in
 * memory with the instant each proxy ends, so that a hold begins to the second and costs a match nothing. Pure; filled by
 * `credential-watch.agent.ts`, asked by matcher, pilot director, explanations and System Health.
 */
export interface JobOwner {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
}

/** What is known of an owner's proxy for his group. */
export interface ProxyOutlook {
  /** undefined when nobody of that name has an account. */
  readonly accountId: string | undefined;
  /** 0 when there is no usable proxy at all. */
  readonly validUntilMs: number;
  /** Why there is none; a sentence to the owner. */
  readonly message: string | undefined;
}

/** Asked for every queue of a draw, so it is made cheaply; names hold no line ends. */
const keyOf = ({ vo, ownerGroup, owner }: JobOwner): string => `${vo}\n${ownerGroup}\n${owner}`;

export class CredentialHolds {
  readonly #nowMs: () => number;
  #outlooks: ReadonlyMap<string, ProxyOutlook> = new Map();
  /** Nobody is held before. */
  #firstEndMs = Number.POSITIVE_INFINITY;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Replaces all that is known; returns whether somebody is held no more. */
  replace(known: readonly (readonly [JobOwner, ProxyOutlook])[]): boolean {
    const nowMs = this.#nowMs();
    const before = this.#outlooks;
    const after = new Map(known.map(([owner, outlook]) => [keyOf(owner), outlook]));
    this.#outlooks = after;
    this.#firstEndMs = Math.min(...[...after.values()].map(({ validUntilMs }) => validUntilMs));
    return [...before].some(
      ([key, outlook]) =>
        outlook.validUntilMs <= nowMs && (after.get(key)?.validUntilMs ?? Number.POSITIVE_INFINITY) > nowMs,
    );
  }

  isKnown(owner: JobOwner): boolean {
    return this.#outlooks.has(keyOf(owner));
  }

  /** Why the owner's jobs wait; undefined when they do not, or when nothing is known yet. */
  reasonFor(owner: JobOwner): string | undefined {
    const nowMs = this.#nowMs();
    if (nowMs < this.#firstEndMs) return undefined;
    const outlook = this.#outlooks.get(keyOf(owner));
    if (!outlook || outlook.validUntilMs > nowMs) return undefined;
    return outlook.message ?? 'The stored proxy of the owner has ended; a new one has to be uploaded.';
  }
}
