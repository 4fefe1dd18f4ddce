/** Input sandbox: files by drop or chooser with their sizes, what was uploaded before, files of the catalog. */
import { DropZone, Field, IconButton, Notice, TagInput } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { sizeText, totalBytes } from './input-files.ts';
import type { SandboxFile } from './sandbox-archive.ts';

export interface SandboxSectionProps {
  /** Entries of InputSandbox in order. */
  readonly entries: readonly string[];
  readonly files: readonly SandboxFile[];
  readonly notes: readonly string[];
  readonly limitBytes: number;
  readonly isDisabled: boolean;
  readonly onAdd: (files: readonly File[]) => void;
  readonly onRemove: (entry: string) => void;
  readonly onCatalogFiles: (entries: readonly string[]) => void;
}

const isCatalogFile = (entry: string): boolean => /^lfn:/i.test(entry);

const catalogFault = (value: string): string | undefined =>
  /^lfn:\/[^/]/i.test(value) ? undefined : 'A file of the catalog is written LFN:/vo/path/name.';

function SandboxEntry(props: {
  readonly entry: string;
  readonly file: SandboxFile | undefined;
  readonly onRemove: () => void;
}): ReactNode {
  const { entry, file } = props;
  const isUploaded = entry.startsWith('SB:');
  const size = file ? sizeText(file.sizeBytes) : isUploaded ? 'uploaded before' : 'missing: add it here';
  return (
    <li className="tag">
      <span className="cut" title={entry}>
        {isUploaded ? 'Earlier sandbox' : entry}
      </span>
      <span className={file || isUploaded ? 'muted' : 'danger-ink'}>{size}</span>
      <IconButton
        icon="close"
        small
        label={`Remove ${isUploaded ? 'the earlier sandbox' : entry}`}
        onClick={props.onRemove}
      />
    </li>
  );
}

export function SandboxSection(props: SandboxSectionProps): ReactNode {
  const { entries, files } = props;
  const plain = entries.filter((entry) => !isCatalogFile(entry));
  const fileOf = (name: string) => files.find((file) => file.name === name);
  const present = plain.map(fileOf).filter((file) => file !== undefined);
  return (
    <div className="stack">
      <DropZone
        text="Input sandbox: drop files"
        multiple
        disabled={props.isDisabled}
        onFiles={props.onAdd}
        aside={`${sizeText(totalBytes(present))} of ${sizeText(props.limitBytes)}`}
      >
        {plain.length > 0 && (
          <ul className="sandbox-files" aria-label="Files of the input sandbox">
            {plain.map((entry) => (
              <SandboxEntry
                key={entry}
                entry={entry}
                file={fileOf(entry)}
                onRemove={() => props.onRemove(entry)}
              />
            ))}
          </ul>
        )}
      </DropZone>
      {props.notes.length > 0 && (
        <Notice tone="warn">
          {props.notes.map((note) => (
            <div key={note}>{note}</div>
          ))}
        </Notice>
      )}
      <Field label="Input sandbox from the catalog (LFN)">
        <TagInput
          values={entries.filter(isCatalogFile)}
          onChange={props.onCatalogFiles}
          validate={catalogFault}
          placeholder="LFN:/vo/path/name"
          disabled={props.isDisabled}
        />
      </Field>
    </div>
  );
}
