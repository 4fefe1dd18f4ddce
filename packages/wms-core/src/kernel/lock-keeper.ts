/**
 * Named locks between the processes of one installation: an agent runs in the one that holds its lock, and another
 * takes over within seconds when that one dies. A lock may be lost at any time, so work done under it must stay
 * right when two do it for a moment; the lock saves work, the database keeps order.
 */
export interface LockHolder {
  gained(): void;
  /** Awaited when the lock is given back, not when it was lost. */
  lost(): Promise<void>;
}

export interface LockKeeper {
  /** Tries for the lock until it is given back, again and again. Returns the way to give it back. */
  hold(name: string, holder: LockHolder): () => Promise<void>;
}

/** Where there is one process only: every lock is held at once and for ever. */
export const aloneLockKeeper: LockKeeper = {
  hold(_name, holder) {
    holder.gained();
    return () => holder.lost();
  },
};
