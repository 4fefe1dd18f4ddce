/** Notepad: the notes of the user at the left, the open one at the right. */
import { useQuery } from '@tanstack/react-query';
import { Button, EmptyState, useToasts } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import {
  documentsQuery,
  putDocument,
  removeDocument,
  type UserDocument,
} from '../../server-state/documents.ts';
import { queryClient } from '../../server-state/query-client.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import type { ApplicationProps } from '../application.ts';
import { NoteEditor } from './note-editor.tsx';
import { clockText, readBody, titleOf } from './note-state.ts';
import './notepad.css';
import type { NotepadState } from './notepad-state.ts';
import { noteOf } from './use-note.ts';

const newestFirst = (documents: readonly UserDocument[]): readonly UserDocument[] =>
  documents.toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));

const readAgain = (): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: documentsQuery('note').queryKey });

function NoteList(props: {
  readonly documents: readonly UserDocument[];
  readonly selected: string | undefined;
  readonly onSelect: (name: string) => void;
}): ReactNode {
  return (
    <ul className="note-list" aria-label="Notes">
      {props.documents.map((document) => (
        <li key={document.name}>
          <button
            type="button"
            aria-current={document.name === props.selected}
            onClick={() => props.onSelect(document.name)}
          >
            <span className="cut grow">{titleOf(readBody(document.body))}</span>
            <span className="muted xs">{clockText(Date.parse(document.updatedAt))}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Notepad({ setState, setSubtitle, state }: ApplicationProps<NotepadState>): ReactNode {
  const query = useQuery(documentsQuery('note'));
  const { show } = useToasts();
  /** A note that has not been saved for the first time yet. */
  const [fresh, setFresh] = useState<string | undefined>();
  const documents = newestFirst(query.data ?? []);
  const wanted = state.selected ?? documents[0]?.name;
  const found = documents.find(({ name }) => name === wanted);
  const openName = found || wanted === fresh ? wanted : documents[0]?.name;
  const stored = documents.find(({ name }) => name === openName);
  const subtitle = stored ? titleOf(readBody(stored.body)) : '';
  useEffect(() => setSubtitle(subtitle), [setSubtitle, subtitle]);

  const select = (name: string | null): void => setState({ selected: name });
  const begin = (): void => {
    const name = crypto.randomUUID();
    setFresh(name);
    select(name);
  };
  const restore = async (document: UserDocument): Promise<void> => {
    await putDocument('note', document.name, 0, document.body);
    await readAgain();
    select(document.name);
  };
  const complain = (error: unknown): void => {
    show({ text: faultOf(error).message, tone: 'error' });
  };
  const remove = async (name: string, document: UserDocument | undefined): Promise<void> => {
    setFresh(undefined);
    select(null);
    if (!document) return;
    await removeDocument('note', name);
    await readAgain();
    show({
      text: `${titleOf(readBody(document.body))} was removed`,
      icon: 'trash',
      action: { label: 'Undo', onAct: () => void restore(document).catch(complain) },
    });
  };

  return (
    <div className="notepad">
      <Answer query={query} what="Notes">
        {() => (
          <>
            <div className="note-side">
              <Button icon="plus" onClick={begin}>
                New note
              </Button>
              <NoteList documents={documents} selected={openName} onSelect={select} />
            </div>
            {openName === undefined ? (
              <EmptyState
                icon="note"
                title="No notes yet"
                actions={
                  <Button look="primary" onClick={begin}>
                    Write one
                  </Button>
                }
              >
                Notes are kept on the server and follow you to other computers.
              </EmptyState>
            ) : (
              <NoteEditor
                key={openName}
                name={openName}
                stored={stored && noteOf(stored)}
                onRemove={() => void remove(openName, stored).catch(complain)}
              />
            )}
          </>
        )}
      </Answer>
    </div>
  );
}
