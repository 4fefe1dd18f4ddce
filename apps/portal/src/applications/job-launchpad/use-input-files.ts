/**
 * The files at hand for the input sandbox: those the user chose, and those the chosen set brings along. Which of
 * them travel is what InputSandbox names. Chosen files live as long as the window; browsers allow no more.
 */
import { useCallback, useMemo, useState } from 'react';
import { admitFiles, baseName, type SandboxLimits } from './input-files.ts';
import type { SandboxFile } from './sandbox-archive.ts';

/** Files of a set have always the same time, so that they pack to the same bytes. */
const setTimeMs = Date.UTC(2024, 0, 1);

const fileOfSet = ([name, text]: readonly [string, string]): SandboxFile => {
  const content = new Blob([text]);
  return { name, content, sizeBytes: content.size, modifiedAtMs: setTimeMs };
};

/** undefined for a folder or a file that cannot be read. */
async function readable(file: File): Promise<SandboxFile | undefined> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return undefined;
  }
  return { name: baseName(file.name), content: file, sizeBytes: file.size, modifiedAtMs: file.lastModified };
}

export interface InputFiles {
  readonly files: readonly SandboxFile[];
  /** What was refused or replaced at the last addition. */
  readonly notes: readonly string[];
  /** Names that were taken in. */
  readonly add: (chosen: readonly File[]) => Promise<readonly string[]>;
  readonly remove: (name: string) => void;
  readonly clear: () => void;
}

export function useInputFiles(
  setFiles: Readonly<Record<string, string>> | undefined,
  limits: SandboxLimits,
): InputFiles {
  const [chosen, setChosen] = useState<readonly SandboxFile[]>([]);
  const [notes, setNotes] = useState<readonly string[]>([]);
  const ofSet = useMemo(() => Object.entries(setFiles ?? {}).map(fileOfSet), [setFiles]);
  const files = useMemo(
    () => [...ofSet.filter(({ name }) => !chosen.some((file) => file.name === name)), ...chosen],
    [ofSet, chosen],
  );
  const add = useCallback(
    async (added: readonly File[]) => {
      const read = await Promise.all(added.map(readable));
      const unreadable = added.filter((_, index) => read[index] === undefined);
      const taken = admitFiles(
        chosen,
        read.filter((file) => file !== undefined),
        limits,
      );
      setChosen(taken.files);
      setNotes([
        ...unreadable.map(({ name }) => `${name} cannot be read; pack a folder into one file first.`),
        ...taken.notes,
      ]);
      return read.flatMap((file) => (file && taken.files.includes(file) ? [file.name] : []));
    },
    [chosen, limits],
  );
  const remove = useCallback((name: string) => {
    setNotes([]);
    setChosen((old) => old.filter((file) => file.name !== name));
  }, []);
  const clear = useCallback(() => {
    setNotes([]);
    setChosen([]);
  }, []);
  return { files, notes, add, remove, clear };
}
