/** The draft of a window: its text, its files, its faults, and the ways to change them. */
import { findEntry, listValue, textsOf, type JdlValue } from '@wm/wms-core/vocabulary';
import { useCallback, useEffect, useMemo } from 'react';
import type { LaunchpadOffer, LaunchpadSet } from '../../server-state/launchpad.ts';
import { useMe, useMembership } from '../../server-state/me.ts';
import type { ApplicationProps } from '../application.ts';
import { checkDraft, rulesOf, type CheckedDraft } from './draft-check.ts';
import type { SandboxLimits } from './input-files.ts';
import { jdlOfSet, setAttribute } from './jdl-draft.ts';
import { emptyJob, type LaunchpadState } from './launchpad-state.ts';
import type { SandboxFile } from './sandbox-archive.ts';
import { useInputFiles } from './use-input-files.ts';

type Offer = Pick<LaunchpadOffer, 'sets' | 'sites' | 'jobDescription' | 'limits'>;

/** The text of a set; its files are named in the input sandbox even if the set forgot to. */
export function textOfSet({ files, parameters }: Pick<LaunchpadSet, 'files' | 'parameters'>): string {
  const named = parameters['InputSandbox'] ?? [];
  const names = [...new Set([...[named].flat().map(String), ...Object.keys(files)])];
  return jdlOfSet(names.length === 0 ? parameters : { ...parameters, InputSandbox: names });
}

export function limitsOf({ limits }: Pick<Offer, 'limits'>): SandboxLimits {
  return {
    sandboxBytes: limits['inputSandboxBytes'] ?? 10_485_760,
    unpackedBytes: limits['sandboxUnpackedBytes'] ?? 1_073_741_824,
    files: limits['sandboxFiles'] ?? 1000,
  };
}

export interface Draft {
  readonly text: string;
  readonly checked: CheckedDraft;
  /** Entries of InputSandbox. */
  readonly sandbox: readonly string[];
  /** Files at hand that the sandbox names: these travel. */
  readonly travelling: readonly SandboxFile[];
  readonly limits: SandboxLimits;
  /** Jobs it comes to. */
  readonly jobCount: number;
  /** So many that they are made after the answer. */
  readonly isLarge: boolean;
  readonly notes: readonly string[];
  readonly setText: (text: string) => void;
  readonly setField: (name: string, value: JdlValue | undefined) => void;
  readonly chooseSet: (name: string) => void;
  readonly reset: () => void;
  readonly addFiles: (files: readonly File[]) => Promise<void>;
  readonly setSandbox: (entries: readonly string[]) => void;
  readonly removeFromSandbox: (entry: string) => void;
}

export function useDraft(
  offer: Offer,
  { setState, state }: Pick<ApplicationProps<LaunchpadState>, 'state' | 'setState'>,
): Draft {
  const me = useMe();
  const membership = useMembership();
  const firstSet = offer.sets.find(({ name }) => name === 'Helloworld') ?? offer.sets[0];
  const setName = state.jdl === null ? firstSet?.name : state.set;
  const chosenSet = offer.sets.find(({ name }) => name === setName);
  const text = state.jdl ?? (firstSet ? textOfSet(firstSet) : emptyJob);
  const limits = useMemo(() => limitsOf(offer), [offer]);
  const input = useInputFiles(chosenSet?.files, limits);
  const rules = useMemo(
    () =>
      rulesOf({ owner: me.userName, ownerGroup: membership?.group ?? '', vo: membership?.vo ?? '' }, offer),
    [me.userName, membership, offer],
  );
  const checked = useMemo(
    () =>
      checkDraft(
        text,
        input.files.map(({ name }) => name),
        rules,
      ),
    [text, input.files, rules],
  );
  const jobCount = checked.sweep?.count ?? 1;
  const entry = findEntry(checked.description, 'InputSandbox');
  const sandbox = entry ? textsOf(entry.value) : [];

  // A draft that is shown is a draft that is kept.
  useEffect(() => {
    if (state.jdl === null) setState((old) => ({ ...old, jdl: text, set: firstSet?.name ?? null }));
  }, [state.jdl, setState, text, firstSet]);

  const change = useCallback(
    (next: (text: string) => string, ticked?: string) =>
      setState((old) => ({
        ...old,
        jdl: next(old.jdl ?? text),
        ticked: ticked === undefined || old.ticked.includes(ticked) ? old.ticked : [...old.ticked, ticked],
      })),
    [setState, text],
  );
  /** Only a text that can be read can be changed piece by piece. */
  const setSandbox = (entries: readonly string[]): void => {
    if (!checked.isReadable) return;
    change((old) =>
      setAttribute(old, 'InputSandbox', entries.length === 0 ? undefined : listValue([...new Set(entries)])),
    );
  };
  const startFrom = (set: LaunchpadSet | undefined): void => {
    input.clear();
    setState((old) => ({
      ...old,
      jdl: set ? textOfSet(set) : emptyJob,
      set: set?.name ?? null,
      ticked: [],
    }));
  };
  return {
    text,
    checked,
    sandbox,
    travelling: input.files.filter(({ name }) => sandbox.includes(name)),
    limits,
    jobCount,
    isLarge: jobCount > rules.bulkAboveJobs,
    notes: input.notes,
    setText: (next) => change(() => next),
    setField: (name, value) => {
      if (checked.isReadable) change((old) => setAttribute(old, name, value), name);
    },
    chooseSet: (name) => startFrom(offer.sets.find((set) => set.name === name)),
    reset: () => startFrom(chosenSet ?? firstSet),
    addFiles: async (files) => {
      if (!checked.isReadable) return;
      const names = await input.add(files);
      if (names.length > 0) setSandbox([...sandbox, ...names]);
    },
    setSandbox,
    removeFromSandbox: (removed) => {
      input.remove(removed);
      setSandbox(sandbox.filter((name) => name !== removed));
    },
  };
}
