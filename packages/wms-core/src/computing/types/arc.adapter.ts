/**
 * The computing element type `arc`: the REST interface of NorduGrid A-REX 6 (computing-elements.md §7). This file
 * answers for the states; `arc/arc-submission.adapter.ts` submits, `arc/arc-http.adapter.ts` talks.
 */
import type {
  ComputingElement,
  ComputingElementContext,
  ComputingElementType,
  PilotLaunch,
  PilotStateAtElement,
  SubmitVerdict,
} from '../computing-element.ts';
import { failureReason, type JobAnswer } from './arc/arc-answers.ts';
import { arcCapacity, type ArcCapacity } from './arc/arc-capacity.ts';
import { createArcCredentials, type ArcCredentials } from './arc/arc-credential.adapter.ts';
import { createArcDelegations, type ArcDelegations } from './arc/arc-delegation.adapter.ts';
import { sessionFiles } from './arc/arc-description.ts';
import { createArcHttp } from './arc/arc-http.adapter.ts';
import { createArcJobs, type ArcJobs } from './arc/arc-jobs.adapter.ts';
import { clientTokensOf } from '../tokens/client-token.adapter.ts';
import { arcParameters, type ArcParameters } from './arc/arc-parameters.ts';
import { createPilotRecords, type PilotRecord, type PilotRecords } from './arc/arc-records.adapter.ts';
import { arcReference, parseArcReference, type ArcReference } from './arc/arc-reference.ts';
import { arcVerdict, type ArcVerdict } from './arc/arc-states.ts';
import { createArcSubmission, type ArcSubmission } from './arc/arc-submission.adapter.ts';

export const arcComputingElement: ComputingElementType<typeof arcParameters> = {
  name: 'arc',
  gridType: 'ARC',
  parameters: arcParameters,
  open: (context, values) => new ArcComputingElement(context, values),
};

/** A submission of this process may be under way for so long. */
const underWayMs = 3_600_000;

class ArcComputingElement implements ComputingElement {
  readonly #context: ComputingElementContext;
  readonly #parameters: ArcParameters;
  readonly #credential: ArcCredentials;
  readonly #jobs: ArcJobs;
  readonly #records: PilotRecords;
  readonly #delegations: ArcDelegations;
  readonly #submission: ArcSubmission;

  constructor(context: ComputingElementContext, parameters: ArcParameters) {
    this.#context = context;
    this.#parameters = parameters;
    const { folder, clock } = context;
    this.#credential = createArcCredentials(parameters, clock, {
      takeStored: context.storedProxy,
      clientToken: clientTokensOf(parameters.tokenClient, context),
    });
    const http = createArcHttp({
      endpoint: parameters.endpoint,
      timeoutMs: parameters.requestTimeoutS * 1000,
      credential: () => this.#credential.read(),
    });
    this.#jobs = createArcJobs(http);
    this.#records = createPilotRecords(folder);
    this.#delegations = createArcDelegations({ http, folder, kind: parameters.delegation, clock });
    this.#submission = createArcSubmission({
      context,
      parameters,
      jobs: this.#jobs,
      records: this.#records,
      entry: async () => {
        const credential = await this.#credential.read();
        return {
          identity: credential.identity,
          delegationId: await this.#delegations.current(credential),
        };
      },
    });
  }

  submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> {
    return this.#submission(pilots);
  }

  async status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>> {
    const states = new Map<string, PilotStateAtElement>();
    const open: (ArcReference & { readonly reference: string })[] = [];
    for (const reference of references) {
      const parsed = await this.#parse(reference);
      const ended = parsed && (await this.#records.find(parsed.stamp))?.ended;
      states.set(reference, ended ?? (parsed === undefined ? notOurs : notMentioned));
      if (parsed !== undefined && ended === undefined) open.push({ ...parsed, reference });
    }
    if (open.length === 0) return states;
    const { identity } = await this.#credential.read();
    const answers = await this.#jobs.status(open.map(({ id }) => id));
    for (const { reference, ...parsed } of open) {
      const answer = answers.get(parsed.id);
      if (answer !== undefined) states.set(reference, await this.#settle(parsed, answer, identity));
    }
    return states;
  }

  async kill(references: readonly string[]): Promise<void> {
    const ids: string[] = [];
    for (const reference of references) {
      const parsed = await this.#parse(reference);
      if (parsed === undefined) continue;
      const record = await this.#records.find(parsed.stamp);
      if (record?.ended !== undefined) continue;
      if (record !== undefined) await this.#records.save({ ...record, wasKilledByUs: true });
      ids.push(parsed.id);
    }
    if (ids.length > 0) await this.#jobs.kill(ids);
  }

  async output(reference: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const parsed = await this.#parse(reference);
    if (parsed === undefined) return { stdout: '', stderr: '' };
    const [stdout, stderr] = await Promise.all([
      this.#jobs.tail(parsed.id, sessionFiles.stdout, maxBytes),
      this.#jobs.tail(parsed.id, sessionFiles.stderr, maxBytes),
    ]);
    return { stdout, stderr };
  }

  async ceStatus(): Promise<ArcCapacity> {
    return arcCapacity(await this.#jobs.information(), this.#parameters.queue);
  }

  async clean(): Promise<void> {
    try {
      await this.#delegations.current(await this.#credential.read());
      await this.#cleanGivenUp();
      await this.#cleanEnded();
    } catch (error) {
      this.#context.log.warn({ computingElement: this.#context.name, err: error }, 'arc.clean-failed');
    }
  }

  /** A pilot whose submission was not written down is asked for by its stamp alone. */
  async #parse(reference: string): Promise<ArcReference | undefined> {
    const record = await this.#records.find(reference);
    if (record?.id !== undefined) return { id: record.id, stamp: record.stamp };
    return parseArcReference(this.#parameters.endpoint, reference);
  }

  async #settle(
    { id, stamp }: ArcReference,
    answer: JobAnswer,
    identity: string,
  ): Promise<PilotStateAtElement> {
    const nowMs = this.#context.clock.nowMs();
    const record = await this.#records.find(stamp);
    const verdict = arcVerdict(answer, seenBefore(record, identity), limitsOf(this.#parameters), nowMs);
    if (verdict.isStuck === true) await this.#jobs.kill([id]).catch(() => undefined);
    const state = await this.#withReason(id, verdict);
    if (record !== undefined) await this.#remember(record, verdict, state, nowMs);
    return state;
  }

  async #withReason(id: string, { state }: ArcVerdict): Promise<PilotStateAtElement> {
    if (state.status !== 'Failed') return state;
    // Trouble with the papers of one job must not hide the states of all others.
    const told = (what: string): Promise<string> => this.#jobs.diagnose(id, what).catch(() => '');
    const [failed, errors] = await Promise.all([told('failed'), told('errors')]);
    return { ...state, reason: failureReason(failed, errors) };
  }

  async #remember(
    record: PilotRecord,
    { isFinal, killingSinceMs }: ArcVerdict,
    state: PilotStateAtElement,
    nowMs: number,
  ): Promise<void> {
    if (isFinal) await this.#records.save({ ...record, ended: { ...state, atMs: nowMs } });
    else if (killingSinceMs !== undefined && record.killingSinceMs === undefined)
      await this.#records.save({ ...record, killingSinceMs });
  }

  /**
   * Jobs of failed submissions, and those the service made for a stamp that has another job: they never got their
   * files, or were killed for it.
   */
  async #cleanGivenUp(): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    const records = await this.#records.all();
    const known = new Set(records.map(({ id }) => id));
    const strays = await this.#jobs.stampsOfOthers((id) => known.has(id));
    const isUnderWay = ({ id, isGivenUp, submittedAtMs }: PilotRecord): boolean =>
      id === undefined && isGivenUp !== true && nowMs - submittedAtMs < underWayMs;
    const settled = records.filter((record) => !isUnderWay(record));
    const givenUp = settled.filter(({ id, isGivenUp }) => isGivenUp === true || id === undefined);
    const ids = [
      ...givenUp.flatMap(({ id }) => id ?? []),
      ...settled.flatMap(({ stamp }) => strays.get(stamp) ?? []),
    ];
    await this.#jobs.kill(ids);
    await this.#jobs.clean(ids);
    for (const { stamp } of givenUp) await this.#records.forget(stamp);
  }

  async #cleanEnded(): Promise<void> {
    const { endpoint, keepOutputHours } = this.#parameters;
    // Nobody asks for pilots that said good-bye.
    const open = (await this.#records.all()).filter(({ ended }) => ended === undefined);
    await this.status(
      open.flatMap(({ id, stamp }) => (id === undefined ? [] : arcReference(endpoint, { id, stamp }))),
    );
    const before = this.#context.clock.nowMs() - keepOutputHours * 3_600_000;
    const due = (await this.#records.all()).filter(
      ({ ended }) => ended !== undefined && ended.atMs <= before,
    );
    await this.#jobs.clean(due.flatMap(({ id }) => id ?? []));
    for (const { stamp } of due) await this.#records.forget(stamp);
  }
}

const notOurs: PilotStateAtElement = {
  status: 'Unknown',
  reason: 'It is no reference of this computing element.',
};
const notMentioned: PilotStateAtElement = { status: 'Unknown', reason: 'The service did not mention it.' };

const limitsOf = ({ killingLimitS, inputLimitS }: ArcParameters) => ({
  killingLimitMs: killingLimitS * 1000,
  inputLimitMs: inputLimitS * 1000,
});

/** A job without record was submitted from elsewhere: only what the service says counts. */
const seenBefore = (record: PilotRecord | undefined, identity: string) => ({
  wasKilledByUs: record?.wasKilledByUs ?? false,
  isOurs: record !== undefined && record.identity === identity,
  isStaged: record?.isStaged ?? true,
  submittedAtMs: record?.submittedAtMs ?? 0,
  killingSinceMs: record?.killingSinceMs,
});
