/** A job that wants the node for itself gets a node on which nothing else runs. */
import type { MatchRule } from '../match-rule.ts';

export const wholeNodeRule: MatchRule = {
  name: 'WholeNode',
  fits: ({ wholeNode }, offer) => !wholeNode || offer.wholeNode,
  wanted: ({ wholeNode }) => (wholeNode ? 'the whole node' : 'a part of a node'),
  offered: ({ wholeNode }) => (wholeNode ? 'the whole node' : 'a part of a node'),
  ease: (wanted) => ({ ...wanted, wholeNode: false }),
};
