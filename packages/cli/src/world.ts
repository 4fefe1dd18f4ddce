/** What a command may touch of the outside: made by `main.ts` from the process, by tests from what they need. */
export interface Identity {
  /** Certificate or proxy and what is below it, leaf first. */
  readonly chainPem: string;
  readonly keyPem: string;
  /** Authorities that servers may be of, beside the usual ones. */
  readonly authorities: readonly string[];
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly userId: number;
  /** The person's own folder. */
  readonly home: string;
  readonly fetch: typeof globalThis.fetch;
  /** As `fetch`, on connections that show a certificate. */
  readonly fetchAs: (identity: Identity) => typeof globalThis.fetch;
  /** A line that is not shown while it is typed, or the first line of the input of a script. */
  readonly askSecret: (question: string) => Promise<string>;
  /** Lines for the person and for other programs. */
  readonly print: (line: string) => void;
  /** Lines about what went wrong. */
  readonly complain: (line: string) => void;
  /** A person looks at what is printed, so pictures make sense. */
  readonly isTerminal: boolean;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Texts of servers and files are printed without what a terminal would act on. */
export const plain = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
