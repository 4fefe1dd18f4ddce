/**
 * The `ssh` computing element: pilots are sessions on another machine, started through ssh
 * (computing-elements.md §4). What is written where: `ssh/ssh-scripts.ts`.
 */
import { z } from 'zod';
import type { CommandHost } from '../hosts/command-host.ts';
import {
  commandTimeoutS,
  defaultFolder,
  folderOnHost,
  sshHostParameters,
  variableName,
} from '../hosts/host-parameters.ts';
import { pilotEnd, stampIn } from '../hosts/pilot-area.ts';
import { PilotArea } from '../hosts/pilot-area.adapter.ts';
import { pilotProgram, type PilotProgram } from '../hosts/pilot-program.ts';
import { rowsOf } from '../hosts/shell-script.ts';
import { sshHost } from '../hosts/ssh-host.adapter.ts';
import {
  cleanScript,
  killScript,
  loadScript,
  startScript,
  statusScript,
  type SshStart,
} from './ssh/ssh-scripts.ts';
import type {
  ComputingElement,
  ComputingElementContext,
  ComputingElementType,
  PilotLaunch,
  PilotStateAtElement,
  SubmitVerdict,
} from '../computing-element.ts';

const parameters = z.strictObject({
  host: sshHostParameters,
  /** Folder for pilots on the host, absolute or below the home; workload-manager/SITE/NAME when not set. */
  folder: folderOnHost.optional(),
  /** Node.js ≥ 20 on the host; `bring` sends one along. */
  nodeExecutable: z.string().min(1).default('node'),
  /** Time between TERM and KILL, seconds. */
  killGraceS: z.number().nonnegative().max(600).default(10),
  /** Output of ended pilots is kept so long, hours. */
  keepOutputHours: z.number().nonnegative().default(24),
  /** Names of environment variables of the account on the host that pilots get too. */
  passEnvironment: z.array(variableName).default([]),
  commandTimeoutS,
});

type Parameters = z.output<typeof parameters>;

export const sshComputingElement: ComputingElementType<typeof parameters> = {
  name: 'ssh',
  gridType: 'SSH',
  parameters,
  open: (context, values) => {
    const { host, commandTimeoutS: timeoutS } = values;
    return pilotsOnHost(context, values, sshHost({ parameters: host, folder: context.folder, timeoutS }));
  },
};

/** The same on any host where commands run. */
export const pilotsOnHost = (
  context: ComputingElementContext,
  values: Omit<Parameters, 'host'>,
  host: CommandHost,
): ComputingElement => new HostComputingElement(context, values, host);

/** A shell needs milliseconds to start; half a minute is generous. */
const youngS = 30;

class HostComputingElement implements ComputingElement {
  readonly #context: ComputingElementContext;
  readonly #parameters: Omit<Parameters, 'host'>;
  readonly #host: CommandHost;
  readonly #program: PilotProgram;
  readonly #area: PilotArea;

  constructor(context: ComputingElementContext, values: Omit<Parameters, 'host'>, host: CommandHost) {
    this.#context = context;
    this.#parameters = values;
    this.#host = host;
    this.#program = pilotProgram(context, values.nodeExecutable);
    this.#area = new PilotArea({
      host,
      folder: values.folder ?? defaultFolder(context.site, context.name),
      pilotFile: () => this.#program.file(),
      programs: ['setsid', 'stat', 'grep', this.#program.interpreter],
      prelude: '',
    });
  }

  async submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> {
    const good = pilots.filter(({ stamp }) => stampIn(stamp) === stamp);
    const answer =
      good.length === 0
        ? ''
        : await this.#area.runWithPilotFile((places) => startScript(places, this.#start(good, places.root)));
    const rows = new Map(rowsOf(answer).map(([stamp, ...rest]) => [stamp, rest]));
    return pilots.map(({ stamp }) => {
      const [word, reason = 'The stamp must be 32 hexadecimal digits.'] = rows.get(stamp) ?? [];
      return word === 'started'
        ? { stamp, ok: true, reference: `ssh://${this.#host.name}/${stamp}` }
        : { stamp, ok: false, reason };
    });
  }

  async status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>> {
    const stamps = stampsIn(references);
    const answer = stamps.length === 0 ? '' : await this.#area.run((places) => statusScript(places, stamps));
    const rows = new Map(rowsOf(answer).map(([stamp, ...rest]) => [stamp, rest]));
    return new Map(
      references.map((reference) => [reference, stateOf(rows.get(stampIn(reference) ?? '') ?? ['gone'])]),
    );
  }

  async kill(references: readonly string[], atOnce = false): Promise<void> {
    const stamps = stampsIn(references);
    if (stamps.length === 0) return;
    const graceS = atOnce ? 0 : this.#parameters.killGraceS;
    const timeoutS = this.#parameters.commandTimeoutS + graceS;
    await this.#area.run((places) => killScript(places, stamps, graceS), timeoutS);
  }

  async output(reference: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const stamp = stampIn(reference);
    return stamp === undefined ? { stdout: '', stderr: '' } : await this.#area.output(stamp, maxBytes);
  }

  async ceStatus(): Promise<{ waiting: number; running: number; slots: number }> {
    const [row] = rowsOf(await this.#area.run(loadScript));
    const [running = 0, processors = 0] = (row ?? []).map(Number);
    return { waiting: 0, running, slots: Math.max(0, processors - running) };
  }

  async clean(): Promise<void> {
    const beforeS = this.#context.clock.nowMs() / 1000 - this.#parameters.keepOutputHours * 3600;
    await this.#area.run((places) => cleanScript(places, beforeS));
  }

  #start(pilots: readonly PilotLaunch[], root: string): SshStart {
    return {
      nodeExecutable: this.#program.interpreter,
      environment: [...plainEnvironment, ...this.#parameters.passEnvironment],
      pilots: pilots.map((pilot) => ({
        stamp: pilot.stamp,
        // Payloads must not look into the folders of other pilots of the account.
        configuration: { ...pilot, workDirectory: `${root}/${pilot.stamp}/work`, hiddenDirectories: [root] },
      })),
    };
  }
}

/** Of the account on the host; what else it has is left behind. */
const plainEnvironment = ['PATH', 'LANG', 'LC_ALL', 'TZ'];

const stampsIn = (references: readonly string[]): readonly string[] =>
  references.flatMap((reference) => stampIn(reference) ?? []);

/** Fields of a row of `statusScript` behind the stamp. */
const stateOf = ([word, value = '']: readonly string[]): PilotStateAtElement => {
  if (word === 'running') return { status: 'Running', reason: 'The process runs.' };
  if (word === 'starting') {
    return Number(value) < youngS
      ? { status: 'Waiting', reason: 'Starting.' }
      : { status: 'Aborted', reason: 'The pilot never started.' };
  }
  if (word !== 'ended')
    return { status: 'Aborted', reason: 'There is no such pilot on this computing element.' };
  if (value === '0') return { status: 'Done', reason: 'The pilot ended.' };
  if (value !== '') return { status: 'Failed', reason: pilotEnd(value) };
  return { status: 'Aborted', reason: 'The pilot was killed, or the machine went down.' };
};
