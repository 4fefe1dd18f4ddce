/**
 * Which payload uses which GPUs of the slot: no two the same, and each sees its own alone. The names are those of the
 * batch system, or indices. Both makers' libraries read them from a variable; a first name that is none hides all.
 */
export interface GpuShare {
  readonly variables: Readonly<Record<string, string>>;
  giveBack(): void;
}

export interface GpuShares {
  /** As many as are free at most: the server was offered no more. */
  take(count: number): GpuShare;
}

const variables = ['CUDA_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES'] as const;
const none = '-1';

export function shareGpus(names: readonly string[]): GpuShares {
  const free = [...names];
  return {
    take(count) {
      // Nothing to hide on a node without GPUs, or with one that only its queue tells of.
      if (names.length === 0) return { variables: {}, giveBack: () => undefined };
      const taken = free.splice(0, count);
      const visible = taken.join(',') || none;
      return {
        variables: Object.fromEntries(variables.map((name) => [name, visible])),
        giveBack: () => void free.push(...taken.splice(0)),
      };
    },
  };
}
