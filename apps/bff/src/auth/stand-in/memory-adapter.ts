/**
 * Where the stand-in Check-in keeps its grants and codes: memory, as long as the process lives. Its library
 * brings one too, but warns on every start that it is not for production, which this is not.
 */
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  payload: AdapterPayload;
  readonly expiresAtMs: number;
}

/** One for all kinds; `kind` keeps their ids apart. */
export function createMemoryAdapterFactory(nowMs: () => number): (kind: string) => Adapter {
  const entries = new Map<string, Entry>();

  function find(test: (key: string, payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, entry] of entries) {
      if (entry.expiresAtMs <= nowMs()) entries.delete(key);
      else if (test(key, entry.payload)) return entry.payload;
    }
    return undefined;
  }

  return (kind) => {
    const keyOf = (id: string): string => `${kind}:${id}`;
    return {
      async upsert(id, payload, expiresInS) {
        const expiresAtMs = nowMs() + (expiresInS ?? 600) * 1000;
        entries.set(keyOf(id), { payload, expiresAtMs });
      },
      find: async (id) => find((key) => key === keyOf(id)),
      findByUid: async (uid) => find((key, payload) => key.startsWith(`${kind}:`) && payload.uid === uid),
      findByUserCode: async () => undefined,
      async consume(id) {
        const entry = entries.get(keyOf(id));
        if (entry !== undefined) entry.payload = { ...entry.payload, consumed: Math.floor(nowMs() / 1000) };
      },
      destroy: async (id) => void entries.delete(keyOf(id)),
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
      },
    };
  };
}
