/**
 * What the core needs of a logger; pino satisfies it. The first argument holds facts, the second is a stable
 * event name such as `job.matched`. Never a key, passphrase, token or cookie.
 */
export interface Logger {
  debug(facts: object, event: string): void;
  info(facts: object, event: string): void;
  warn(facts: object, event: string): void;
  error(facts: object, event: string): void;
  child(bindings: Record<string, unknown>): Logger;
}

const silence = (): void => {};

export const silentLogger: Logger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  child: () => silentLogger,
};
