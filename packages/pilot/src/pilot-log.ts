/** The pilot's diary: printed at once, and sent to the server in small chunks that the Pilot Monitor shows. */
import { setTimeout as delay } from 'node:timers/promises';

export interface PilotLog {
  /** One line. Never a token, never a presigned URL. */
  write(line: string): void;
  /** Sends what is left; gives up after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

const chunkEveryMs = 1000;
const chunkChars = 65_536;
/** Kept while the server is away; the oldest lines go first. */
const keptChars = 1_048_576;

export function createPilotLog(
  send: (text: string, giveUpAfterMs: number) => Promise<void>,
  print: (line: string) => void,
): PilotLog {
  let unsent = '';
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  async function sendAll(giveUpAfterMs: number): Promise<void> {
    while (unsent !== '') {
      const chunk = unsent.slice(0, chunkChars);
      unsent = unsent.slice(chunk.length);
      try {
        await send(chunk, giveUpAfterMs);
      } catch {
        // The diary must never stop the work; it is tried again with the next lines.
        unsent = (chunk + unsent).slice(-keptChars);
        return;
      }
    }
  }
  function start(giveUpAfterMs: number): Promise<void> {
    sending ??= sendAll(giveUpAfterMs).finally(() => {
      sending = undefined;
      if (unsent !== '') schedule();
    });
    return sending;
  }
  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void start(60_000);
    }, chunkEveryMs);
    timer.unref();
  }
  return {
    write: (line) => {
      const entry = `${new Date().toISOString()} ${line}\n`;
      print(entry);
      unsent = (unsent + entry).slice(-keptChars);
      schedule();
    },
    close: async (withinMs) => {
      clearTimeout(timer);
      timer = undefined;
      const sent = (sending ?? Promise.resolve()).then(() => start(withinMs));
      await Promise.race([sent, delay(withinMs, undefined, { ref: false })]);
      clearTimeout(timer);
    },
  };
}
