/**
 * The `openstack` computing element: a pilot is a virtual machine of its own, ordered from Nova with a log-in at Keystone
 * (computing-elements.md §9). **Never run against a real OpenStack**: written from its documentation, tested with
 * `testing/recorded-openstack.fake.ts`, which answers as that says.
 *
 * The stamp is part of the name of the machine, so one whose order got no answer is found in the list of machines, which
 * is one question for all. A machine that has ended is looked at once more, for its console, and deleted: it costs quota.
 * What it was told and what it runs: `openstack/openstack-user-data.ts`.
 */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { WmsError } from '../../kernel/wms-error.ts';
import { mayHaveActed } from '../hosts/http-failure.ts';
import { stampIn } from '../hosts/pilot-area.ts';
import {
  consoleIn,
  errorWords,
  freeMachines,
  machinesIn,
  madeId,
  type Machine,
} from './openstack/openstack-answers.ts';
import { createOpenstackHttp, type OpenstackHttp } from './openstack/openstack-http.adapter.ts';
import { openstackParameters, type OpenstackParameters } from './openstack/openstack-parameters.ts';
import { createMachineRecords, type MachineRecords } from './openstack/openstack-records.adapter.ts';
import { absentVerdict, hasEnded, machineStatuses, machineVerdict } from './openstack/openstack-states.ts';
import { readConsole, userData } from './openstack/openstack-user-data.ts';
import type {
  ComputingElement,
  ComputingElementContext,
  ComputingElementType,
  PilotLaunch,
  PilotStateAtElement,
  SubmitVerdict,
} from '../computing-element.ts';

export const openstackComputingElement: ComputingElementType<typeof openstackParameters> = {
  name: 'openstack',
  gridType: 'OpenStack',
  parameters: openstackParameters,
  open: (context, values) => new OpenstackComputingElement(context, values),
};

/** Nova takes no more, in base64. */
const mostUserData = 65_535;

class OpenstackComputingElement implements ComputingElement {
  readonly #context: ComputingElementContext;
  readonly #values: OpenstackParameters;
  readonly #label: string;
  readonly #host: string;
  readonly #http: OpenstackHttp;
  readonly #records: MachineRecords;

  constructor(context: ComputingElementContext, values: OpenstackParameters) {
    this.#context = context;
    this.#values = values;
    this.#label = `${context.site}/${context.name}`;
    this.#host = new URL(values.authUrl).host;
    this.#http = createOpenstackHttp(values, context.clock);
    this.#records = createMachineRecords(context.folder);
  }

  /** One after another; after a failure the others are not tried. */
  async submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> {
    // A log-in that fails is noticed before anything is written.
    await this.#http.ask('GET', '/limits');
    const pilot = await readFile(this.#context.pilotFile, 'utf8');
    const verdicts: SubmitVerdict[] = [];
    let trouble: string | undefined;
    for (const launch of pilots) {
      const { stamp } = launch;
      if (trouble !== undefined) {
        verdicts.push({ stamp, ok: false, reason: `Not tried after a failure: ${trouble}` });
      } else if (stampIn(stamp) !== stamp || !(await this.#records.announce(stamp))) {
        const reason = 'The stamp must be 32 hexadecimal digits that were never used before.';
        verdicts.push({ stamp, ok: false, reason });
      } else {
        const { verdict, words } = await this.#order(launch, pilot);
        verdicts.push(verdict);
        trouble = words;
      }
    }
    return verdicts;
  }

  async status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>> {
    const states = new Map<string, PilotStateAtElement>();
    let listed: ReadonlyMap<string, Machine> | undefined;
    for (const reference of references) {
      const stamp = stampIn(reference);
      const record = stamp === undefined ? undefined : await this.#records.find(stamp);
      if (stamp === undefined) states.set(reference, absentVerdict(undefined));
      else if (record?.ended !== undefined)
        states.set(reference, { status: record.ended.status, reason: record.ended.reason });
      else {
        listed ??= byStamp(await this.#machines());
        const machine = listed.get(stamp);
        states.set(reference, machine === undefined ? this.#absent(record) : await this.#settle(machine));
      }
    }
    return states;
  }

  async kill(references: readonly string[], atOnce = false): Promise<void> {
    const stamps = new Set(references.flatMap((reference) => stampIn(reference) ?? []));
    if (stamps.size === 0) return;
    const machines = (await this.#machines()).filter(({ stamp }) => stamps.has(stamp));
    for (const stamp of stamps)
      if (await this.#records.find(stamp)) await this.#records.change(stamp, { wasKilledByUs: true });
    for (const machine of machines) {
      if (!atOnce) await this.#keepConsole(machine).catch(() => '');
      await this.#delete(machine);
    }
  }

  async output(reference: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const stamp = stampIn(reference);
    const record = stamp === undefined ? undefined : await this.#records.find(stamp);
    if (stamp === undefined || record === undefined) return { stdout: '', stderr: '' };
    const text =
      record.ended === undefined && record.id !== undefined
        ? (await this.#consoleOf(record.id)) || (await this.#records.console(stamp))
        : await this.#records.console(stamp);
    const { stdout, stderr } = readConsole(text, stamp);
    return { stdout: endOf(stdout, maxBytes), stderr: endOf(stderr, maxBytes) };
  }

  async ceStatus(): Promise<{ waiting: number; running: number; slots?: number }> {
    const [machines, limits] = await Promise.all([this.#machines(), this.#http.ask('GET', '/limits')]);
    const are = (wanted: PilotStateAtElement['status']): number =>
      machines.filter(({ element, status }) => element === this.#label && machineStatuses[status] === wanted)
        .length;
    const slots = freeMachines(limits.body);
    return {
      waiting: are('Waiting'),
      running: are('Running'),
      ...(slots === undefined ? {} : { slots }),
    };
  }

  /** Machines that ended, that were to be killed or that are too old, also those nobody asks about; then records. */
  async clean(): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    const machines = (await this.#machines()).filter(({ element }) => element === this.#label);
    for (const machine of machines) {
      const record = await this.#records.find(machine.stamp);
      const isTooOld = machine.endsAtS !== undefined && machine.endsAtS * 1000 < nowMs;
      if (record?.ended !== undefined || record?.wasKilledByUs === true || isTooOld)
        await this.#delete(machine);
      else if (hasEnded(machine)) await this.#settle(machine);
    }
    const there = byStamp(machines);
    const beforeMs = nowMs - this.#values.keepOutputHours * 3_600_000;
    for (const stamp of await this.#records.stamps()) {
      const record = await this.#records.find(stamp);
      if (record === undefined || there.has(stamp)) continue;
      if ((record.ended?.atMs ?? record.madeAtMs) <= beforeMs) await this.#records.forget(stamp);
    }
  }

  async #order(
    launch: PilotLaunch,
    pilot: string,
  ): Promise<{ readonly verdict: SubmitVerdict; readonly words?: string }> {
    const { stamp } = launch;
    const refused = async (reason: string) => {
      await this.#records.forget(stamp);
      return { verdict: { stamp, ok: false as const, reason }, words: reason };
    };
    const text = this.#userData(launch, pilot);
    if (text.length > mostUserData)
      return refused(`What the machine is told has ${text.length} bytes; OpenStack takes ${mostUserData}.`);
    try {
      const { status, body } = await this.#http.ask('POST', '/servers', this.#description(launch, text));
      const id = madeId(body);
      if (id === undefined) return await refused(errorWords(body) || `OpenStack answered ${status}`);
      await this.#records.change(stamp, { id });
      return { verdict: { stamp, ok: true, reference: this.#reference(stamp, id) } };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!mayHaveActed(error)) return refused(words);
      this.#context.log.warn({ computingElement: this.#context.name, stamp, words }, 'openstack.reply-lost');
      return { verdict: { stamp, ok: true, reference: this.#reference(stamp, undefined) }, words };
    }
  }

  #description(launch: PilotLaunch, text: string): object {
    const { image, flavor, queueFlavors, networks, securityGroups, availabilityZone, keyName, namePrefix } =
      this.#values;
    const endsAtS = Math.ceil(this.#context.clock.nowMs() / 1000) + this.#lifeS(launch);
    return {
      server: {
        name: `${namePrefix}-${launch.stamp}`,
        imageRef: image,
        flavorRef: queueFlavors[launch.batchQueue] ?? flavor,
        config_drive: true,
        user_data: text,
        metadata: {
          wm_stamp: launch.stamp,
          wm_element: this.#label.slice(0, 255),
          wm_ends_at_s: String(endsAtS),
        },
        ...(networks.length === 0 ? {} : { networks: networks.map((uuid) => ({ uuid })) }),
        ...(securityGroups.length === 0 ? {} : { security_groups: securityGroups.map((name) => ({ name })) }),
        ...(availabilityZone === undefined ? {} : { availability_zone: availabilityZone }),
        ...(keyName === undefined ? {} : { key_name: keyName }),
      },
    };
  }

  #userData(launch: PilotLaunch, pilot: string): string {
    const configuration = { ...launch, workDirectory: 'work', hiddenDirectories: [] };
    const order = { stamp: launch.stamp, pilot, configuration, lifeS: this.#lifeS(launch) };
    // cloud-init unpacks what is packed.
    return gzipSync(userData(order, this.#values), { level: 9 }).toString('base64');
  }

  #lifeS({ maxWallTimeS }: PilotLaunch): number {
    return maxWallTimeS + this.#values.bootLimitS;
  }

  /** Of one that Nova lists. What has ended is remembered, with its console, before the machine goes. */
  async #settle(machine: Machine): Promise<PilotStateAtElement> {
    if (!hasEnded(machine)) return machineVerdict(machine, { exitCode: undefined, hasText: false });
    const text = await this.#keepConsole(machine);
    const { exitCode } = readConsole(text, machine.stamp);
    const state = machineVerdict(machine, { exitCode, hasText: text !== '' });
    await this.#records.announce(machine.stamp);
    await this.#records.change(machine.stamp, {
      id: machine.id,
      ended: { ...state, atMs: this.#context.clock.nowMs() },
    });
    // Trouble with one must not hide the states of all others; cleaning tries again.
    await this.#delete(machine).catch((err: unknown) =>
      this.#context.log.warn({ computingElement: this.#context.name, err }, 'openstack.deletion-failed'),
    );
    return state;
  }

  #absent(record: Awaited<ReturnType<MachineRecords['find']>>): PilotStateAtElement {
    if (record === undefined) return absentVerdict(undefined);
    const ageS = (this.#context.clock.nowMs() - record.madeAtMs) / 1000;
    return absentVerdict({ id: record.id, wasKilledByUs: record.wasKilledByUs === true, ageS });
  }

  async #keepConsole({ id, stamp }: Machine): Promise<string> {
    const text = await this.#consoleOf(id);
    await this.#records.announce(stamp);
    if (text !== '') await this.#records.saveConsole(stamp, text);
    return text;
  }

  /** Empty where the cloud has none, or the machine never came so far. */
  async #consoleOf(id: string): Promise<string> {
    return consoleIn(
      (await this.#http.ask('POST', `/servers/${id}/action`, { 'os-getConsoleOutput': {} })).body,
    );
  }

  async #delete({ id }: Machine): Promise<void> {
    const { status, body } = await this.#http.ask('DELETE', `/servers/${id}`);
    // One that is gone, or goes already, is as it should be.
    if (status < 300 || status === 404 || status === 409) return;
    throw this.#failure(`a machine cannot be deleted: ${status} ${errorWords(body)}`);
  }

  /** All of pilots in the project, whosever. */
  async #machines(): Promise<readonly Machine[]> {
    const machines: Machine[] = [];
    let marker: string | undefined;
    do {
      const query = new URLSearchParams({
        name: `${this.#values.namePrefix}-`,
        ...(marker === undefined ? {} : { marker }),
      });
      const { status, body } = await this.#http.ask('GET', `/servers/detail?${query.toString()}`);
      const page = machinesIn(body, this.#values.namePrefix);
      if (page === undefined) throw this.#failure(`the list of machines got ${status} ${errorWords(body)}`);
      machines.push(...page.machines);
      marker = page.next;
    } while (marker !== undefined);
    return machines;
  }

  #failure(words: string): WmsError {
    return new WmsError('service.unavailable', `OpenStack at ${this.#host} does not answer: ${words}`);
  }

  #reference(stamp: string, id: string | undefined): string {
    return ['openstack:/', this.#host, ...(id === undefined ? [] : [id]), stamp].join('/');
  }
}

const endOf = (text: string, maxBytes: number): string =>
  Buffer.from(text).subarray(-maxBytes).toString('utf8');

/** A stamp has one machine; of two, the one that Nova names first. */
const byStamp = (machines: readonly Machine[]): ReadonlyMap<string, Machine> =>
  new Map(machines.toReversed().map((machine) => [machine.stamp, machine]));
