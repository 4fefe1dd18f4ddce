/**
 * News between the processes on one database, for what they keep in memory. A message may be lost with the process
 * or the connection, so it may save time but nothing may depend on it: compare with the database now and then.
 */
export interface Broadcast {
  /** To all other processes, soon. Call it when the change is durable (`afterCommit`). */
  send(topic: string, message: string): void;
  /** Messages of one process come in the order they were sent. Returns the way to stop it. */
  onMessage(topic: string, listener: (message: string) => void): () => void;
  /** Called when messages may have been missed. */
  onGap(listener: () => void): () => void;
}
