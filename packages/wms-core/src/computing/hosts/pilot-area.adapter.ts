/**
 * The folder of a computing element on a host: one folder a pilot named by its stamp, and the pilot's file, uploaded
 * once and named by its checksum. Asked by the types that are operated with commands (`ssh`, `slurm`).
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { WmsError } from '../../kernel/wms-error.ts';
import type { CommandHost } from './command-host.ts';
import {
  needsFolder,
  noFolder,
  noPilotFile,
  outputScript,
  prepareScript,
  type AreaPlaces,
} from './pilot-area.ts';
import { rowsOf } from './shell-script.ts';

export interface PilotAreaOptions {
  readonly host: CommandHost;
  /** As configured: absolute, or below the home of the account. */
  readonly folder: string;
  /** On the server. */
  readonly pilotFile: () => Promise<string>;
  /** Without them the element cannot work. */
  readonly programs: readonly string[];
  /** Shell text before everything else, such as a longer PATH; made anew for each script where it holds a credential. */
  readonly prelude: string | (() => Promise<string>);
}

export class PilotArea {
  readonly #options: PilotAreaOptions;
  #places: Promise<AreaPlaces> | undefined;

  constructor(options: PilotAreaOptions) {
    this.#options = options;
  }

  /** Found out once; again after a failure. */
  places(): Promise<AreaPlaces> {
    this.#places ??= this.#prepare().catch((error: unknown) => {
      this.#places = undefined;
      throw error;
    });
    return this.#places;
  }

  /** Throws `service.unavailable` when the folder is not there: then nothing is known of the pilots in it. */
  async run(script: (places: AreaPlaces) => string, timeoutS?: number): Promise<string> {
    const { answer, root } = await this.#answer(script, timeoutS);
    if (answer.trim() === noFolder) throw this.#failure(`its folder ${root} is not there`);
    return answer;
  }

  /** The same for a script that starts pilots: folder and file of the pilot are made when they are not there. */
  async runWithPilotFile(script: (places: AreaPlaces) => string): Promise<string> {
    const isReady = (text: string): boolean => ![noFolder, noPilotFile].includes(text.trim());
    const first = await this.#answer(script);
    if (isReady(first.answer)) return first.answer;
    this.#places = undefined;
    const { pilotFile } = await this.places();
    await this.#options.host.upload(await this.#options.pilotFile(), pilotFile);
    const second = await this.#answer(script);
    if (isReady(second.answer)) return second.answer;
    throw this.#failure(`${pilotFile} is gone as soon as it is written`);
  }

  async #answer(
    script: (places: AreaPlaces) => string,
    timeoutS?: number,
  ): Promise<{ readonly answer: string; readonly root: string }> {
    const places = await this.places();
    const body = `${await this.#prelude()}\n${needsFolder(places)}\n${script(places)}`;
    return { answer: await this.#options.host.run(body, timeoutS), root: places.root };
  }

  async output(stamp: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const parting = `\n${stamp}:err\n`;
    const answer = await this.run(({ root }) => outputScript(root, stamp, maxBytes, parting));
    const [stdout = '', stderr = ''] = answer.split(parting);
    return { stdout, stderr };
  }

  async #prepare(): Promise<AreaPlaces> {
    const { host, folder, pilotFile, programs } = this.#options;
    const file = await pilotFile();
    const checksum = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    const [row] = rowsOf(await host.run(`${await this.#prelude()}\n${prepareScript(folder, programs)}`));
    const [word, text = ''] = row ?? [];
    if (word !== 'root') throw this.#failure(text || 'the host gave no answer');
    return { root: text, pilotFile: `${text}/pilot-${checksum.slice(0, 16)}${extname(file)}` };
  }

  async #prelude(): Promise<string> {
    const { prelude } = this.#options;
    return typeof prelude === 'string' ? prelude : prelude();
  }

  #failure(text: string): WmsError {
    const { name } = this.#options.host;
    return new WmsError('service.unavailable', `The host ${name} cannot run pilots: ${text}.`, {
      host: name,
    });
  }
}
