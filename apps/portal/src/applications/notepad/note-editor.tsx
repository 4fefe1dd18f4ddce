/** One note: title, text, what is saved, and the choice when somebody else wrote too. */
import { Button, Field, Notice, TextArea, TextInput } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import { clockText, needsSave, type StoredNote } from './note-state.ts';
import { useNote, type OpenNote } from './use-note.ts';

function savedText({ error, isSaving, note }: OpenNote): string {
  if (error !== undefined) return `Not saved: ${faultOf(error).message}`;
  if (note.theirs) return 'Not saved';
  if (isSaving || needsSave(note)) return 'Saving';
  return note.savedAtMs === undefined ? '' : `Saved ${clockText(note.savedAtMs)}`;
}

export function NoteEditor({
  name,
  onRemove,
  stored,
}: {
  readonly name: string;
  readonly stored: StoredNote | undefined;
  readonly onRemove: () => void;
}): ReactNode {
  const open = useNote(name, stored);
  const { note } = open;
  return (
    <section className="note" aria-label="Note">
      <div className="row">
        <Field label="Title" className="grow">
          <TextInput
            value={note.typed.title}
            onChange={(title) => open.type({ title })}
            maxLength={120}
            placeholder="First line"
          />
        </Field>
      </div>
      {note.theirs && (
        <Notice
          tone="warn"
          action={
            <span className="row">
              <Button onClick={open.takeTheirs}>Take the other</Button>
              <Button onClick={open.keepMine}>Keep mine</Button>
            </span>
          }
        >
          This note was changed elsewhere meanwhile. Yours is not lost: choose which one stays.
        </Notice>
      )}
      <Field label="Text" className="note-text">
        <TextArea value={note.typed.text} onChange={(text) => open.type({ text })} maxLength={200_000} />
      </Field>
      <div className="row">
        <span className="muted xs grow" role="status">
          {savedText(open)}
        </span>
        <Button
          look="quiet"
          icon="trash"
          onClick={() => {
            open.discard();
            onRemove();
          }}
        >
          Remove
        </Button>
      </div>
    </section>
  );
}
