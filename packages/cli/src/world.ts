/** What a command may touch of the outside: made by `main.ts` from the process, by tests from what they need. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly userId: number;
  readonly fetch: typeof globalThis.fetch;
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
