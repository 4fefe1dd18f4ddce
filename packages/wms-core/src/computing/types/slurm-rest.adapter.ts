/**
 * The `slurm-rest` computing element: pilots are batch jobs ordered from slurmrestd (computing-elements.md §6). The
 * interface knows neither files nor output, so the folder that all nodes share is read and written here or over ssh, as
 * with `slurm`; the job and the files it leaves are the same. There is no question for several jobs, so the whole queue is
 * one; the accounting is not asked, because it calls every exit code a success. A lost answer is answered by the stamp,
 * which is the name of the job's folder.
 */
import { WmsError } from '../../kernel/wms-error.ts';
import { mayHaveActed } from '../hosts/http-failure.ts';
import { localHost } from '../hosts/local-host.adapter.ts';
import { PilotArea } from '../hosts/pilot-area.adapter.ts';
import { filesIn, stampIn, type AreaPlaces } from '../hosts/pilot-area.ts';
import { rowsOf, sectionsOf } from '../hosts/shell-script.ts';
import { sshHost } from '../hosts/ssh-host.adapter.ts';
import {
  idleProcessorsIn,
  jobIdIn,
  jobOrder,
  jobsIn,
  knowsNoJob,
  restWords,
} from './slurm-rest/slurm-rest-answers.ts';
import { createSlurmRestHttp, type SlurmRestHttp } from './slurm-rest/slurm-rest-http.adapter.ts';
import { slurmRestParameters, type SlurmRestParameters } from './slurm-rest/slurm-rest-parameters.ts';
import {
  cleanScript,
  filesScript,
  prepareScript,
  settleScript,
  stopScript,
} from './slurm-rest/slurm-rest-scripts.ts';
import type { SlurmJob } from './slurm/slurm-answers.ts';
import { jobScript, workDirectoryOf } from './slurm/slurm-scripts.ts';
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

export const slurmRestComputingElement: ComputingElementType<typeof slurmRestParameters> = {
  name: 'slurm-rest',
  gridType: 'Slurm',
  parameters: slurmRestParameters,
  open: (context, values) => new SlurmRestComputingElement(context, values),
};

/** What came of an order: a number, a refusal, or not known. */
type Fate = { readonly jobId: string } | { readonly refusal: string } | 'lost';

class SlurmRestComputingElement implements ComputingElement {
  readonly #context: ComputingElementContext;
  readonly #values: SlurmRestParameters;
  readonly #http: SlurmRestHttp;
  readonly #area: PilotArea;

  constructor(context: ComputingElementContext, values: SlurmRestParameters) {
    this.#context = context;
    this.#values = values;
    this.#http = createSlurmRestHttp(values, context.clock);
    const { host, folder, commandTimeoutS: timeoutS } = values;
    this.#area = new PilotArea({
      host:
        host === undefined
          ? localHost({ timeoutS, passEnvironment: [] })
          : sshHost({ parameters: host, folder: context.folder, timeoutS }),
      folder,
      pilotFile: context.pilotFile,
      programs: ['stat', 'tail'],
      prelude: '',
    });
  }

  async submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> {
    const good = pilots.filter(({ stamp }) => stampIn(stamp) === stamp);
    if (good.length === 0) return pilots.map(({ stamp }) => ({ stamp, ok: false, reason: badStamp }));
    // A token that is not taken, or a service that is away, is noticed before anything is written.
    await this.#http.ask('GET', '/partitions');
    const answer = await this.#area.runWithPilotFile((places) =>
      prepareScript(
        places,
        good.map((launch) => this.#prepared(launch, places)),
      ),
    );
    const rows = new Map(rowsOf(answer).map(([stamp = '', word = '', text = '']) => [stamp, { word, text }]));
    const ready = good.filter(({ stamp }) => rows.get(stamp)?.word === 'ready');
    const fates = await this.#order(ready);
    await this.#settle(fates);
    return pilots.map(({ stamp }): SubmitVerdict => {
      const { word, text } = rows.get(stamp) ?? { word: '', text: '' };
      const fate = fates.get(stamp);
      if (word === 'known') return { stamp, ok: false, reason: 'It was submitted before.' };
      if (word === 'unwritten')
        return { stamp, ok: false, reason: `Its folder could not be written: ${text}` };
      if (fate === undefined) return { stamp, ok: false, reason: badStamp };
      if (fate !== 'lost' && 'refusal' in fate) return { stamp, ok: false, reason: fate.refusal };
      return { stamp, ok: true, reference: this.#reference(stamp, fate === 'lost' ? undefined : fate.jobId) };
    });
  }

  async status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>> {
    const stamps = references.flatMap((reference) => stampIn(reference) ?? []);
    const queue = stamps.length === 0 ? new Map<string, SlurmJob>() : byStamp(await this.#queue());
    const rest = stamps.filter((stamp) => !isLive(queue.get(stamp)?.state ?? ''));
    const files = await this.#files(rest);
    return new Map(
      references.map((reference) => {
        const stamp = stampIn(reference) ?? '';
        const hasJobId = /\/\d+\/[0-9a-f]{32}$/.test(reference);
        return [reference, slurmVerdict({ queued: queue.get(stamp), files: files.get(stamp), hasJobId })];
      }),
    );
  }

  async kill(references: readonly string[]): Promise<void> {
    const stamps = new Set(references.flatMap((reference) => stampIn(reference) ?? []));
    if (stamps.size === 0) return;
    // Numbers are used again one day; the folder tells whose job it is.
    const jobs = (await this.#queue()).filter(
      ({ stamp, state }) => stamp !== undefined && stamps.has(stamp) && isLive(state),
    );
    await this.#area.run((places) => stopScript(places, [...stamps]));
    for (const { jobId } of jobs) {
      const text = await this.#http.ask('DELETE', `/job/${jobId}`);
      if (restWords(text) !== '' && !knowsNoJob(text)) throw this.#failure(restWords(text));
    }
  }

  async output(reference: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const stamp = stampIn(reference);
    return stamp === undefined ? { stdout: '', stderr: '' } : await this.#area.output(stamp, maxBytes);
  }

  async ceStatus(): Promise<{ waiting: number; running: number; slots?: number }> {
    const { root } = await this.#area.places();
    const [jobs, nodes] = await Promise.all([this.#queue(), this.#http.ask('GET', '/nodes')]);
    const states = jobs
      .filter(({ folder }) => folder.startsWith(`${root}/`))
      .map(({ state }) => statusOfSlurmState(state));
    const slots = idleProcessorsIn(nodes);
    return {
      waiting: states.filter((state) => state === 'Waiting').length,
      running: states.filter((state) => state === 'Running').length,
      ...(slots === undefined ? {} : { slots }),
    };
  }

  async clean(): Promise<void> {
    const beforeS = this.#context.clock.nowMs() / 1000 - this.#values.keepOutputHours * 3600;
    const queued = (await this.#queue()).flatMap(({ stamp }) => stamp ?? []);
    await this.#area.run((places) => cleanScript(places, beforeS, queued));
  }

  #prepared(launch: PilotLaunch, { root }: AreaPlaces) {
    return {
      stamp: launch.stamp,
      configuration: {
        ...launch,
        workDirectory: workDirectoryOf(root, launch.stamp, this.#values),
        // Payloads must not look into the folders of other pilots of the account.
        hiddenDirectories: [root, ...(this.#values.host === undefined ? this.#context.hiddenFolders : [])],
      },
    };
  }

  /** One after another; after a failure the others are not tried. */
  async #order(pilots: readonly PilotLaunch[]): Promise<ReadonlyMap<string, Fate>> {
    const places = await this.#area.places();
    const script = jobScript(places, this.#values);
    const fates = new Map<string, Fate>();
    let trouble: string | undefined;
    for (const pilot of pilots) {
      if (trouble !== undefined) {
        fates.set(pilot.stamp, { refusal: `Not tried after a failure: ${trouble}` });
        continue;
      }
      const body = jobOrder(pilot, `${places.root}/${pilot.stamp}`, script, this.#values);
      const { fate, words } = await this.#send(body);
      fates.set(pilot.stamp, fate);
      trouble = words;
    }
    return fates;
  }

  async #send(body: string): Promise<{ readonly fate: Fate; readonly words?: string }> {
    try {
      const text = await this.#http.ask('POST', '/job/submit', body);
      const jobId = jobIdIn(text);
      if (jobId !== undefined) return { fate: { jobId } };
      const words = restWords(text) || 'slurmrestd gave no reason';
      return { fate: { refusal: words }, words };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return { fate: mayHaveActed(error) ? 'lost' : { refusal: words }, words };
    }
  }

  /** Keeps the numbers, forgets what was refused, tells what was lost: it is looked for with the next question. */
  async #settle(fates: ReadonlyMap<string, Fate>): Promise<void> {
    const all = [...fates];
    const taken = all.flatMap(([stamp, fate]) =>
      fate !== 'lost' && 'jobId' in fate ? [[stamp, fate.jobId] as const] : [],
    );
    const refused = all.flatMap(([stamp, fate]) => (fate !== 'lost' && 'refusal' in fate ? [stamp] : []));
    const lost = all.flatMap(([stamp, fate]) => (fate === 'lost' ? [stamp] : []));
    const { name } = this.#context;
    if (lost.length > 0)
      this.#context.log.warn({ computingElement: name, stamps: lost }, 'slurm-rest.submission-unanswered');
    if (taken.length + refused.length === 0) return;
    // The jobs are there; a folder that cannot be written to now does not change that.
    await this.#area
      .run((places) => settleScript(places, new Map(taken), refused))
      .catch((err: unknown) =>
        this.#context.log.warn({ computingElement: name, err }, 'slurm-rest.settling-failed'),
      );
  }

  /** Throws `service.unavailable` when the queue could not be asked: nothing is known of any pilot then. */
  async #queue() {
    const text = await this.#http.ask('GET', '/jobs');
    const jobs = jobsIn(text);
    if (jobs === undefined) throw this.#failure(restWords(text) || 'its answer is no list of jobs');
    return jobs;
  }

  async #files(stamps: readonly string[]) {
    if (stamps.length === 0) return filesIn('');
    const answer = sectionsOf(await this.#area.run((places) => filesScript(places, stamps)));
    return filesIn(answer.get('F') ?? '');
  }

  #failure(words: string): WmsError {
    const { endpoint } = this.#values;
    return new WmsError('service.unavailable', `slurmrestd at ${endpoint} does not answer: ${words}`, {
      endpoint,
    });
  }

  #reference(stamp: string, jobId: string | undefined): string {
    const { host } = new URL(this.#values.endpoint);
    return ['slurm-rest:/', host, ...(jobId === undefined ? [] : [jobId]), stamp].join('/');
  }
}

const badStamp = 'The stamp must be 32 hexadecimal digits.';

const byStamp = (jobs: readonly SlurmJob[]): ReadonlyMap<string, SlurmJob> =>
  new Map(jobs.flatMap((job) => (job.stamp === undefined ? [] : [[job.stamp, job] as const])));
