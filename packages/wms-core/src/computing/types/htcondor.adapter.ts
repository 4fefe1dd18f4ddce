/**
 * The `htcondor` computing element: pilots are jobs of an HTCondor-CE, ordered with the commands of HTCondor on this
 * machine or on a host behind ssh (computing-elements.md §8). **Never run against a real HTCondor-CE**: written from its
 * documentation, tested with `testing/recorded-htcondor.fake.ts`, which answers as that says.
 *
 * The stamp travels as an attribute of the job, and jobs are asked for by it. Refused is what condor_submit did not get
 * to send; after any other failure the pilot counts as sent and is looked for. A job is in the queue, then in the
 * history, then nowhere; all pilots of a call are one question to each. What is written where: `htcondor/htcondor-scripts.ts`.
 */
import { WmsError } from '../../kernel/wms-error.ts';
import type { CommandHost } from '../hosts/command-host.ts';
import { defaultFolder } from '../hosts/host-parameters.ts';
import { localHost } from '../hosts/local-host.adapter.ts';
import { PilotArea } from '../hosts/pilot-area.adapter.ts';
import { filesIn, stampIn, type AreaPlaces } from '../hosts/pilot-area.ts';
import { pilotProgram } from '../hosts/pilot-program.ts';
import { answerOf, rowsOf, sectionsOf, type CommandAnswer } from '../hosts/shell-script.ts';
import { sshHost } from '../hosts/ssh-host.adapter.ts';
import { clientTokensOf } from '../tokens/client-token.adapter.ts';
import {
  condorWords,
  isRefusal,
  jobIdsIn,
  jobsIn,
  knowsNone,
  type CondorJob,
} from './htcondor/htcondor-answers.ts';
import {
  cleanScript,
  endedScript,
  fetchScript,
  killScript,
  loadScript,
  preludeOf,
  queueScript,
  settleScript,
  submitDescription,
  submitScript,
  type CondorOrder,
} from './htcondor/htcondor-scripts.ts';
import { condorVerdict, jobStatuses, holdMeanings } from './htcondor/htcondor-states.ts';
import { htcondorParameters, type HtcondorParameters } from './htcondor/htcondor-parameters.ts';
import type {
  ComputingElement,
  ComputingElementContext,
  ComputingElementType,
  PilotLaunch,
  PilotStateAtElement,
  SubmitVerdict,
} from '../computing-element.ts';

export const htcondorComputingElement: ComputingElementType<typeof htcondorParameters> = {
  name: 'htcondor',
  gridType: 'HTCondorCE',
  parameters: htcondorParameters,
  open: (context, values) => new HtcondorComputingElement(context, values),
};

/** Stamps in one question. */
const chunk = 100;

/** A pilot as its reference names it: `htcondor://CE:PORT/JOB/STAMP`, without the job when condor_submit did not tell it. */
interface Named {
  readonly reference: string;
  readonly stamp: string;
  readonly hasJobId: boolean;
}

class HtcondorComputingElement implements ComputingElement {
  readonly #context: ComputingElementContext;
  readonly #values: HtcondorParameters;
  readonly #label: string;
  readonly #area: PilotArea;

  constructor(context: ComputingElementContext, values: HtcondorParameters) {
    this.#context = context;
    this.#values = values;
    this.#label = `${context.site}/${context.name}`;
    const { host, folder, commandTimeoutS: timeoutS } = values;
    const program = pilotProgram(context, values.nodeExecutable);
    const clientToken = clientTokensOf(values.tokenClient, context);
    const commandHost: CommandHost =
      host === undefined
        ? localHost({ timeoutS, passEnvironment: ['CONDOR_CONFIG'] })
        : sshHost({ parameters: host, folder: context.folder, timeoutS });
    this.#area = new PilotArea({
      host: commandHost,
      folder: folder ?? (host === undefined ? context.folder : defaultFolder(context.site, context.name)),
      pilotFile: () => program.file(),
      programs: ['condor_submit', 'condor_q', 'condor_history', 'condor_rm', 'condor_transfer_data'],
      prelude: async () => preludeOf(values, await clientToken?.()),
    });
  }

  async submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> {
    const good = pilots.filter(({ stamp }) => stampIn(stamp) === stamp);
    if (good.length === 0) return pilots.map(({ stamp }) => ({ stamp, ok: false, reason: badStamp }));
    const answer = await this.#area.runWithPilotFile((places) =>
      submitScript(places, this.#orders(good, places), this.#values),
    );
    const fates = fatesIn(answer);
    await this.#settle(fates);
    return pilots.map(({ stamp }): SubmitVerdict => {
      const fate = fates.get(stamp) ?? { isRefused: true, words: badStamp };
      return 'words' in fate && fate.isRefused
        ? { stamp, ok: false, reason: fate.words }
        : { stamp, ok: true, reference: this.#reference(stamp, 'jobId' in fate ? fate.jobId : undefined) };
    });
  }

  async status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>> {
    const named = references.flatMap(nameIn);
    const states = new Map<string, PilotStateAtElement>();
    for (let from = 0; from < named.length; from += chunk) {
      for (const [reference, state] of await this.#statesOf(named.slice(from, from + chunk)))
        states.set(reference, state);
    }
    const nothing = condorVerdict({ job: undefined, files: undefined, hasJobId: false, historyWords: '' });
    return new Map(references.map((reference) => [reference, states.get(reference) ?? nothing]));
  }

  async kill(references: readonly string[]): Promise<void> {
    const stamps = references.flatMap(nameIn).map(({ stamp }) => stamp);
    for (let from = 0; from < stamps.length; from += chunk) {
      const some = stamps.slice(from, from + chunk);
      const answer = sectionsOf(await this.#area.run((places) => killScript(places, some)));
      this.#orThrow(answerOf(answer, 'C', 'T'));
    }
  }

  async output(reference: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const stamp = stampIn(reference);
    if (stamp === undefined) return { stdout: '', stderr: '' };
    const answer = sectionsOf(await this.#area.run((places) => fetchScript(places, stamp)));
    const { code, text } = answerOf(answer, 'C', 'T');
    // The words for a job that has not ended are not documented: it has no output yet, as one that is gone has none.
    if (code !== 0 && isRefusal(text)) this.#orThrow({ code, text });
    return this.#area.output(stamp, maxBytes);
  }

  async ceStatus(): Promise<{ waiting: number; running: number }> {
    const jobs = await this.#queue(() => loadScript(this.#label));
    const are = (wanted: PilotStateAtElement['status']): number =>
      jobs.filter(({ status, holdCode }) =>
        status === '5'
          ? holdMeanings.some((hold) => hold.code === holdCode && hold.status === wanted)
          : jobStatuses[status]?.status === wanted,
      ).length;
    return { waiting: are('Waiting'), running: are('Running') };
  }

  async clean(): Promise<void> {
    const beforeS = this.#context.clock.nowMs() / 1000 - this.#values.keepOutputHours * 3600;
    const answer = await this.#area.run((places) => cleanScript(places, this.#label, this.#values, beforeS));
    this.#orThrow(answerOf(sectionsOf(answer), 'C', 'T'));
  }

  /** Pilots that ask for the same are one order. */
  #orders(pilots: readonly PilotLaunch[], places: AreaPlaces): readonly CondorOrder[] {
    const described = Map.groupBy(pilots, (pilot) =>
      submitDescription(pilot, places, this.#label, this.#values),
    );
    return [...described].map(([description, some]) => ({
      description,
      pilots: some.map((launch) => ({
        stamp: launch.stamp,
        configuration: { ...launch, workDirectory: 'work', hiddenDirectories: [] },
      })),
    }));
  }

  async #settle(fates: ReadonlyMap<string, Fate>): Promise<void> {
    const taken = new Map<string, string>();
    const refused: string[] = [];
    const lost: string[] = [];
    for (const [stamp, fate] of fates) {
      if ('jobId' in fate) taken.set(stamp, fate.jobId);
      else if (fate.isRefused && fate.isForgotten === true) refused.push(stamp);
      else if (!fate.isRefused) lost.push(stamp);
    }
    if (lost.length > 0)
      this.#context.log.warn(
        { computingElement: this.#context.name, stamps: lost },
        'htcondor.submission-unanswered',
      );
    if (taken.size + refused.length > 0)
      await this.#area.run((places) => settleScript(places, taken, refused));
  }

  async #statesOf(named: readonly Named[]): Promise<readonly (readonly [string, PilotStateAtElement])[]> {
    const queue = byStamp(await this.#queue(() => queueScript(named.map(({ stamp }) => stamp))));
    const rest = named.filter(({ stamp }) => !queue.has(stamp)).map(({ stamp }) => stamp);
    const { history, files, historyWords } = await this.#ended(rest);
    return named.map(({ reference, stamp, hasJobId }) => {
      const job = queue.get(stamp) ?? history.get(stamp);
      return [reference, condorVerdict({ job, files: files.get(stamp), hasJobId, historyWords })] as const;
    });
  }

  /** Throws `service.unavailable` when the queue could not be asked: nothing is known of any pilot then. */
  async #queue(script: () => string): Promise<readonly CondorJob[]> {
    const answer = sectionsOf(await this.#area.run(script));
    return jobsIn(this.#orThrow(answerOf(answer, 'C', 'Q')).text);
  }

  /** A site may close its history to others: then only the queue tells. */
  async #ended(stamps: readonly string[]) {
    if (stamps.length === 0) return { history: byStamp([]), files: filesIn(''), historyWords: '' };
    const answer = sectionsOf(await this.#area.run((places) => endedScript(places, stamps)));
    const { code, text } = answerOf(answer, 'C', 'H');
    return {
      history: byStamp(jobsIn(text)),
      files: filesIn(answer.get('F') ?? ''),
      historyWords: code === 0 ? '' : condorWords(text),
    };
  }

  #orThrow(answer: CommandAnswer): CommandAnswer {
    if (answer.code === 0) return answer;
    if (knowsNone(answer)) return { code: 0, text: '' };
    const { endpoint } = this.#values;
    throw new WmsError(
      'service.unavailable',
      `HTCondor-CE ${endpoint} does not answer: ${condorWords(answer.text)}`,
      { endpoint },
    );
  }

  #reference(stamp: string, jobId: string | undefined): string {
    return ['htcondor:/', this.#values.endpoint, ...(jobId === undefined ? [] : [jobId]), stamp].join('/');
  }
}

/** What came of a submission: a number, a refusal (after some of which the folder goes), or not known. */
type Fate =
  | { readonly jobId: string }
  | { readonly isRefused: boolean; readonly words: string; readonly isForgotten?: boolean };

const badStamp = 'The stamp must be 32 hexadecimal digits.';

/** Rows of `submitScript`. */
const fatesIn = (answer: string): ReadonlyMap<string, Fate> => {
  const fates = new Map<string, Fate>();
  for (const [who = '', word = '', text = '', list = ''] of rowsOf(answer)) {
    const stamps = list.split(' ');
    if (word === 'known') fates.set(who, { isRefused: true, words: 'It was submitted before.' });
    else if (word === 'unwritten')
      fates.set(who, { isRefused: true, words: `Its folder could not be written: ${text}` });
    else if (word === 'failed')
      for (const stamp of stamps)
        fates.set(stamp, { isRefused: isRefusal(text), words: condorWords(text), isForgotten: true });
    else if (word === 'taken') {
      // Numbers that do not fit the pilots are as good as none: they are found by their stamps.
      const ids = jobIdsIn(text.replaceAll(';', '\n'), stamps.length);
      for (const [index, stamp] of stamps.entries()) {
        const jobId = ids[index];
        fates.set(stamp, jobId === undefined ? { isRefused: false, words: text } : { jobId });
      }
    }
  }
  return fates;
};

const nameIn = (reference: string): readonly Named[] => {
  const stamp = stampIn(reference);
  return stamp === undefined
    ? []
    : [{ reference, stamp, hasJobId: /\/\d+\.\d+\/[0-9a-f]{32}$/.test(reference) }];
};

/** A stamp has one job; if there were two, the first that the CE names. */
const byStamp = (jobs: readonly CondorJob[]): ReadonlyMap<string, CondorJob> =>
  new Map(jobs.toReversed().map((job) => [job.stamp, job]));
