/** What a command is; the list of all is `index.ts`. */
import type { Arguments, Option } from '../arguments.ts';
import type { World } from '../world.ts';

export interface Command {
  readonly summary: string;
  /** Words after the name, as DIRAC writes them. */
  readonly usage: string;
  readonly options: readonly Option[];
  /** Answers with the exit code. */
  run(given: Arguments, world: World): Promise<number>;
}

export const issuerOption: Option = {
  name: 'issuer',
  short: 'I',
  value: 'URL',
  help: 'Address of the server, such as https://wms.example.org; else WM_URL, else where you logged in',
};
