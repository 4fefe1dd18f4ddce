/**
 * How far the clocks of worker nodes are off, a site: the largest difference of this minute and the one before.
 * Heartbeats bring it; a late one looks like a slow clock, so small differences say nothing.
 */
const windowMs = 60_000;

interface Window {
  startedAtMs: number;
  worstMs: number;
  formerMs: number;
}

const larger = (a: number, b: number): number => (Math.abs(a) >= Math.abs(b) ? a : b);

export class NodeClocks {
  readonly #sites = new Map<string, Window>();

  seen(site: string, offsetMs: number, nowMs: number): void {
    const window = this.#sites.get(site);
    if (!window) {
      this.#sites.set(site, { startedAtMs: nowMs, worstMs: offsetMs, formerMs: 0 });
      return;
    }
    if (nowMs - window.startedAtMs >= windowMs) {
      window.formerMs = window.worstMs;
      window.worstMs = 0;
      window.startedAtMs = nowMs;
    }
    window.worstMs = larger(offsetMs, window.worstMs);
  }

  /** Sites heard of in the last minutes. */
  offsets(nowMs: number): readonly { readonly site: string; readonly offsetS: number }[] {
    return [...this.#sites].flatMap(([site, { startedAtMs, worstMs, formerMs }]) =>
      nowMs - startedAtMs > 5 * windowMs ? [] : [{ site, offsetS: larger(worstMs, formerMs) / 1000 }],
    );
  }
}
