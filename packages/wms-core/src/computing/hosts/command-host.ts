/**
 * A host where commands run: the machine of the server, or one behind ssh. Computing elements that are operated
 * with commands stand on this and do not know which of the two they have.
 */
export interface CommandHost {
  /** For references: host name, with the port where there is one. */
  readonly name: string;
  /** True for the machine of the server. */
  readonly isHere: boolean;
  /**
   * Runs a POSIX shell script, handed over on standard input, in the home folder of the account, and gives back what
   * it printed. Data enters a script through `quoted` or a here-document only. Throws `service.unavailable` when the
   * script did not run to its end: nothing is known then.
   */
  run(script: string, timeoutS?: number): Promise<string>;
  /** Copies a file of this machine to a path of the host, all of it or nothing; mode 0600. */
  upload(file: string, target: string): Promise<void>;
}
