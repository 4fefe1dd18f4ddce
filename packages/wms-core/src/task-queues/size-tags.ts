/**
 * DIRAC says sizes in tags (wms.md §4 step 8, §5.4), here they are numbers. How such a tag is read, in descriptions and
 * in the tags that a resource asks for or bans.
 */
export type SizeTag =
  | { readonly kind: 'Processors' | 'GB'; readonly amount: number }
  | { readonly kind: 'MultiProcessor' | 'WholeNode' | 'GPU' };

/** undefined for a tag that stays one. */
export function sizeTagOf(tag: string): SizeTag | undefined {
  if (tag === 'MultiProcessor' || tag === 'WholeNode' || tag === 'GPU') return { kind: tag };
  const [, amount, kind] = /^(\d+)(Processors|GB)$/.exec(tag) ?? [];
  return kind === 'Processors' || kind === 'GB' ? { kind, amount: Number(amount) } : undefined;
}
