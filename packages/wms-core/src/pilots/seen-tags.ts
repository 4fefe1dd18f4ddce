/**
 * What nodes of a batch queue were seen to have, such as a tool for container images, is expected of its next pilots too,
 * although the configuration does not name it: pure. Asked by the pilot director.
 */
import type { ConfiguredClass } from './pilot-classes.ts';

interface SeenTags {
  readonly classKey: string;
  /** What the queue promised then; what was seen under another promise says nothing of this one. */
  readonly promised: string;
  readonly offer: { readonly tags: readonly string[] };
}

export function withSeenTags(
  classes: readonly ConfiguredClass[],
  seen: readonly SeenTags[],
  promiseOf: (offer: ConfiguredClass['offer']) => string,
): readonly ConfiguredClass[] {
  const byClass = Map.groupBy(seen, ({ classKey }) => classKey);
  return classes.map((each) => {
    const there = byClass.get(each.key);
    if (there === undefined) return each;
    const promised = promiseOf(each.offer);
    const found = there.filter((one) => one.promised === promised).flatMap(({ offer }) => offer.tags);
    const tags = new Set([...each.offer.tags, ...found]);
    return tags.size === each.offer.tags.length
      ? each
      : { ...each, offer: { ...each.offer, tags: [...tags] } };
  });
}
