/** The pilot's diary: printed at once, and sent to the server in small chunks that the Pilot Monitor shows. */
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

/** `send` should keep trying until the signal is aborted. */
export function createPilotLog(
  send: (text: string, signal: AbortSignal) => Promise<void>,
  print: (line: string) => void,
): PilotLog {
  const closing = new AbortController();
  let unsent = '';
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  async function sendAll(): Promise<void> {
    while (unsent !== '' && !closing.signal.aborted) {
      const chunk = unsent.slice(0, chunkChars);
      unsent = unsent.slice(chunk.length);
      try {
        await send(chunk, closing.signal);
      } catch {
        // The diary must never stop the work; it is tried again with the next lines.
        unsent = (chunk + unsent).slice(-keptChars);
        break;
      }
    }
    sending = undefined;
  }
  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      sending ??= sendAll();
    }, chunkEveryMs);
    timer.unref();
  }
  return {
    write: (line) => {
      const entry = `${new Date().toISOString()} ${line}\n`;
      print(entry);
      unsent = (unsent + entry).slice(-keptChars);
      if (!closing.signal.aborted) schedule();
    },
    close: async (withinMs) => {
      clearTimeout(timer);
      const end = setTimeout(() => closing.abort(), withinMs);
      await sending;
      await sendAll();
      clearTimeout(end);
    },
  };
}
