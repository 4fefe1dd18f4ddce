/**
 * The `slurm` computing element: pilots are batch jobs, ordered with the commands of Slurm on this machine or on a
 * host behind ssh (computing-elements.md §5). The answer of sbatch can get lost although the job is there; so after
 * any failure that is no refusal the pilot counts as sent, and its job is looked for by its folder, whose name is
 * the stamp. What is written where: `slurm/slurm-scripts.ts`.
 */
import { WmsError } from '../../kernel/wms-error.ts';
import { defaultFolder } from '../hosts/host-parameters.ts';
import type { CommandHost } from '../hosts/command-host.ts';
import { localHost } from '../hosts/local-host.adapter.ts';
import { filesIn, stampIn } from '../hosts/pilot-area.ts';
import { PilotArea } from '../hosts/pilot-area.adapter.ts';
import { answerOf, rowsOf, sectionsOf, type CommandAnswer } from '../hosts/shell-script.ts';
import { sshHost } from '../hosts/ssh-host.adapter.ts';
import {
  idleProcessors,
  isRefusal,
  jobIdIn,
  jobsIn,
  knowsNone,
  sbatchWords,
  type SlurmJob,
} from './slurm/slurm-answers.ts';
import { slurmParameters, type SlurmParameters } from './slurm/slurm-parameters.ts';
import {
  cleanScript,
  endedScript,
  forgetScript,
  killScript,
  loadScript,
  preludeOf,
  queueScript,
  submitScript,
  workDirectoryOf,
} from './slurm/slurm-scripts.ts';
import { isLive, statusOfSlurmState } from './slurm/slurm-states.ts';
import { slurmVerdict } from './slurm/slurm-verdict.ts';
import type {
  ComputingElement,
  ComputingElementContext,
  ComputingElementType,
  PilotLaunch,
  PilotStateAtElement,
  SubmitVerdict,
} from '../computing-element.ts';

export const slurmComputingElement: ComputingElementType<typeof slurmParameters> = {
  name: 'slurm',
  gridType: 'Slurm',
  parameters: slurmParameters,
  open: (context, values) => new SlurmComputingElement(context, values),
};

/** Ids in one command. */
const chunk = 100;

/** A pilot as its reference names it: `slurm://HOST/JOB/STAMP`, without the job when sbatch did not tell it. */
interface Named {
  readonly reference: string;
  readonly stamp: string;
  readonly jobId: string | undefined;
}

class SlurmComputingElement implements ComputingElement {
  readonly #context: ComputingElementContext;
  readonly #values: SlurmParameters;
  readonly #host: CommandHost;
  readonly #area: PilotArea;

  constructor(context: ComputingElementContext, values: SlurmParameters) {
    this.#context = context;
    this.#values = values;
    const { host, folder, commandTimeoutS: timeoutS } = values;
    this.#host =
      host === undefined
        ? localHost({ timeoutS, passEnvironment: ['SLURM_CONF', ...values.passEnvironment] })
        : sshHost({ parameters: host, folder: context.folder, timeoutS });
    this.#area = new PilotArea({
      host: this.#host,
      folder: folder ?? (host === undefined ? context.folder : defaultFolder(context.site, context.name)),
      pilotFile: context.pilotFile,
      programs: ['sbatch', 'squeue', 'scancel'],
      prelude: preludeOf(values),
    });
  }

  async submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> {
    const good = pilots.filter(({ stamp }) => stampIn(stamp) === stamp);
    const answer =
      good.length === 0
        ? ''
        : await this.#area.runWithPilotFile((places) =>
            submitScript(
              places,
              good.map((launch) => this.#prepared(launch, places.root)),
              this.#values,
            ),
          );
    const rows = new Map(
      rowsOf(answer).map(([stamp = '', word = '', text = '']) => [stamp, { stamp, word, text }]),
    );
    const failed = [...rows.values()].filter(({ word }) => word === 'failed');
    const found = await this.#settle(failed);
    return pilots.map(({ stamp }): SubmitVerdict => {
      const { word, text } = rows.get(stamp) ?? { word: 'bad', text: '' };
      if (word === 'taken') return { stamp, ok: true, reference: this.#reference(stamp, jobIdIn(text)) };
      if (word === 'failed' && !isRefusal(text)) {
        return { stamp, ok: true, reference: this.#reference(stamp, found.get(stamp)) };
      }
      return { stamp, ok: false, reason: refusalOf(word, text) };
    });
  }

  async status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>> {
    const named = references.flatMap(nameIn);
    const states = new Map<string, PilotStateAtElement>();
    for (let from = 0; from < named.length; from += chunk) {
      for (const [reference, state] of await this.#statesOf(named.slice(from, from + chunk)))
        states.set(reference, state);
    }
    const nothing = slurmVerdict({ queued: undefined, hasJobId: false });
    return new Map(references.map((reference) => [reference, states.get(reference) ?? nothing]));
  }

  async kill(references: readonly string[]): Promise<void> {
    const named = references.flatMap(nameIn);
    for (let from = 0; from < named.length; from += chunk) {
      const { ids, stamps, hasUnnumbered } = parted(named.slice(from, from + chunk));
      const answer = sectionsOf(
        await this.#area.run((places) => killScript(places, ids, stamps, hasUnnumbered)),
      );
      this.#orThrow(answerOf(answer, 'C', 'T'));
    }
  }

  async output(reference: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const stamp = stampIn(reference);
    return stamp === undefined ? { stdout: '', stderr: '' } : await this.#area.output(stamp, maxBytes);
  }

  async ceStatus(): Promise<{ waiting: number; running: number; slots?: number }> {
    const { root } = await this.#area.places();
    const answer = sectionsOf(await this.#area.run(loadScript));
    const { text } = this.#orThrow(answerOf(answer, 'C', 'Q'));
    const own = text.split('\n').filter((line) => line.includes(`|${root}/`));
    const states = jobsIn(own.join('\n')).map(({ state }) => statusOfSlurmState(state));
    const slots = idleProcessors(answer.get('T') ?? '');
    return {
      waiting: states.filter((state) => state === 'Waiting').length,
      running: states.filter((state) => state === 'Running').length,
      ...(slots === undefined ? {} : { slots }),
    };
  }

  async clean(): Promise<void> {
    const beforeS = this.#context.clock.nowMs() / 1000 - this.#values.keepOutputHours * 3600;
    this.#orThrow(
      answerOf(sectionsOf(await this.#area.run((places) => cleanScript(places, beforeS))), 'C', 'T'),
    );
  }

  #prepared(launch: PilotLaunch, root: string) {
    return {
      launch,
      configuration: {
        ...launch,
        workDirectory: workDirectoryOf(root, launch.stamp, this.#values),
        // Payloads must not look into the folders of other pilots of the account.
        hiddenDirectories: [root, ...(this.#host.isHere ? this.#context.hiddenFolders : [])],
      },
    };
  }

  /** Forgets what was refused; looks for the jobs of the others. Stamp → job id. */
  async #settle(
    failed: readonly { readonly stamp: string; readonly text: string }[],
  ): Promise<ReadonlyMap<string, string>> {
    const refused = failed.filter(({ text }) => isRefusal(text)).map(({ stamp }) => stamp);
    const lost = failed.filter(({ text }) => !isRefusal(text));
    if (refused.length > 0) await this.#area.run((places) => forgetScript(places, refused));
    if (lost.length === 0) return new Map();
    this.#context.log.warn(
      { computingElement: this.#context.name, pilots: lost.map(({ stamp, text }) => ({ stamp, text })) },
      'slurm.submission-unanswered',
    );
    // Without an answer the next poll looks again.
    const jobs = await this.#queue(undefined).catch(() => []);
    return new Map(
      jobs.flatMap(({ stamp, jobId }) => (stamp === undefined ? [] : [[stamp, jobId] as const])),
    );
  }

  async #statesOf(named: readonly Named[]): Promise<readonly (readonly [string, PilotStateAtElement])[]> {
    const { ids, hasUnnumbered } = parted(named);
    const queue = await this.#queue(hasUnnumbered ? undefined : ids);
    const queued = new Map(named.map((pilot) => [pilot.reference, jobOf(pilot, queue)]));
    const rest = named.filter(({ reference }) => !isLive(queued.get(reference)?.state ?? ''));
    const { accounted, files } = await this.#ended(rest);
    return named.map((pilot) => {
      const { reference, stamp, jobId } = pilot;
      const facts = {
        queued: queued.get(reference),
        accounted: jobOf(pilot, accounted),
        files: files.get(stamp),
      };
      return [reference, slurmVerdict({ ...facts, hasJobId: jobId !== undefined })] as const;
    });
  }

  /** Throws `service.unavailable` when the queue could not be asked: nothing is known of any pilot then. */
  async #queue(ids: readonly string[] | undefined): Promise<readonly SlurmJob[]> {
    const answer = sectionsOf(await this.#area.run(() => queueScript(ids)));
    return jobsIn(this.#orThrow(answerOf(answer, 'C', 'Q')).text);
  }

  /** The accounting is optional: what it does not answer is not there. */
  async #ended(named: readonly Named[]) {
    if (named.length === 0) return { accounted: [], files: filesIn('') };
    const { ids, stamps, hasUnnumbered } = parted(named);
    const answer = sectionsOf(
      await this.#area.run((places) => endedScript(places, ids, stamps, hasUnnumbered)),
    );
    return { accounted: jobsIn(answer.get('A') ?? ''), files: filesIn(answer.get('F') ?? '') };
  }

  #orThrow(answer: CommandAnswer): CommandAnswer {
    if (answer.code === 0) return answer;
    if (knowsNone(answer)) return { code: 0, text: '' };
    const words = answer.text.trim().replaceAll(/\s+/g, ' ').slice(0, 500);
    throw new WmsError('service.unavailable', `Slurm on ${this.#host.name} does not answer: ${words}`, {
      host: this.#host.name,
    });
  }

  #reference(stamp: string, jobId: string | undefined): string {
    return ['slurm:/', this.#host.name, ...(jobId === undefined ? [] : [jobId]), stamp].join('/');
  }
}

const nameIn = (reference: string): readonly Named[] => {
  const stamp = stampIn(reference);
  const jobId = /\/(\d+)\/[0-9a-f]{32}$/.exec(reference)?.[1];
  return stamp === undefined ? [] : [{ reference, stamp, jobId }];
};

const parted = (named: readonly Named[]) => ({
  ids: named.flatMap(({ jobId }) => jobId ?? []),
  stamps: named.map(({ stamp }) => stamp),
  hasUnnumbered: named.some(({ jobId }) => jobId === undefined),
});

/** Numbers are used again one day; the folder tells whose job it is. */
const jobOf = ({ stamp, jobId }: Named, jobs: readonly SlurmJob[]): SlurmJob | undefined =>
  jobs.find((job) => job.stamp === stamp) ??
  jobs.find((job) => job.jobId === jobId && job.stamp === undefined);

const refusalOf = (word: string, text: string): string => {
  switch (word) {
    case 'failed':
      return sbatchWords(text);
    case 'untried':
      return `Not tried after a failure: ${sbatchWords(text)}`;
    case 'unwritten':
      return `Its folder could not be written: ${text}`;
    case 'known':
      return 'It was submitted before.';
    default:
      return 'The stamp must be 32 hexadecimal digits.';
  }
};
