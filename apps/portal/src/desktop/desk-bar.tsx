/** The bar at the bottom: desktops, whether the layout is saved, the time in UTC. */
import {
  Button,
  ContextMenu,
  Dialog,
  Field,
  Icon,
  IconButton,
  TextInput,
  copyText,
  useToasts,
  type MenuEntry,
} from '@wm/ui-kit';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useSession } from '../server-state/me.ts';
import { activeDesktop, emptyLayout, type Desktop } from './desktop-layout.ts';
import type { SaveState } from './layout-sync.ts';
import { desktopLink, longestLink } from './links.ts';
import { newId, useDesktop } from './use-desktop.tsx';

const clock = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const minutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

export function saveText(state: SaveState): string {
  switch (state.kind) {
    case 'none':
      return '';
    case 'saving':
      return 'Saving the layout…';
    case 'saved':
      return state.overAnother
        ? `Layout saved ${minutes.format(state.atMs)}, over one from another tab`
        : `Layout saved ${minutes.format(state.atMs)}`;
    case 'failed':
      return `Layout not saved: ${state.reason}`;
    case 'foreign':
      return 'Layout not saved: a newer portal wrote it';
  }
}

function Clock(): ReactNode {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time className="cut" dateTime={new Date(nowMs).toISOString()}>
      {clock.format(nowMs).replaceAll(',', '')} UTC
    </time>
  );
}

function NameDialog(props: {
  readonly title: string;
  readonly initial: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const [name, setName] = useState(props.initial);
  const isEmpty = name.trim() === '';
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            form="desktop-name"
            disabledReason={isEmpty ? 'Give it a name' : undefined}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        id="desktop-name"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isEmpty) props.onName(name.trim());
        }}
      >
        <Field label="Name of the desktop">
          <TextInput value={name} onChange={setName} maxLength={40} />
        </Field>
      </form>
    </Dialog>
  );
}

export function DeskBar(): ReactNode {
  const { layout, dispatch, sync } = useDesktop();
  const { group } = useSession();
  const toasts = useToasts();
  const save = useSyncExternalStore(sync.subscribe, sync.state);
  const [naming, setNaming] = useState<Desktop | 'new'>();
  const active = activeDesktop(layout);

  const remove = (desktop: Desktop): void => {
    const before = layout;
    dispatch({ kind: 'removeDesktop', id: desktop.id });
    toasts.show({
      text: `Desktop ${desktop.name} removed`,
      icon: 'trash',
      action: { label: 'Undo', onAct: () => dispatch({ kind: 'load', layout: before }) },
    });
  };
  const share = (): void => {
    const link = desktopLink(location.origin, layout, group);
    if (link.length > longestLink) {
      toasts.show({ text: 'This desktop holds too much for a link.', tone: 'error' });
      return;
    }
    void copyText(link).then((isCopied) =>
      toasts.show({
        text: isCopied
          ? 'Link copied. Whoever opens it sees what his own rights allow.'
          : 'The browser did not allow copying.',
      }),
    );
  };
  const reset = (): void => {
    const before = layout;
    dispatch({ kind: 'load', layout: emptyLayout });
    toasts.show({
      text: 'Layout reset',
      icon: 'undo',
      action: { label: 'Undo', onAct: () => dispatch({ kind: 'load', layout: before }) },
    });
  };
  const entriesOf = (desktop: Desktop): readonly MenuEntry[] => [
    { kind: 'item', label: 'Rename…', icon: 'edit', onSelect: () => setNaming(desktop) },
    {
      kind: 'item',
      label: 'Copy link to this desktop',
      icon: 'link',
      ...(desktop.id === active.id ? {} : { disabledReason: 'go there first' }),
      onSelect: share,
    },
    { kind: 'rule' },
    {
      kind: 'item',
      label: 'Remove',
      icon: 'trash',
      ...(layout.desktops.length === 1 ? { disabledReason: 'the last one' } : {}),
      onSelect: () => remove(desktop),
    },
    { kind: 'item', label: 'Reset my layout', icon: 'undo', onSelect: reset },
  ];
  return (
    <footer className="task">
      <div className="desk-tabs" role="group" aria-label="Desktops">
        {layout.desktops.map((desktop) => (
          <ContextMenu key={desktop.id} label={`Desktop ${desktop.name}`} entries={entriesOf(desktop)}>
            <button
              type="button"
              className="desk-tab"
              aria-pressed={desktop.id === active.id}
              title="Right click or Shift F10: rename, share, remove"
              onClick={() => dispatch({ kind: 'selectDesktop', id: desktop.id })}
              onDoubleClick={() => setNaming(desktop)}
            >
              {desktop.id === active.id && <Icon name="tiles" small />}
              {desktop.name}
            </button>
          </ContextMenu>
        ))}
        <IconButton icon="plus" label="New desktop" small onClick={() => setNaming('new')} />
      </div>
      <span className="grow" />
      <span className={`cut save-state${save.kind === 'failed' ? ' failed' : ''}`} role="status">
        {saveText(save)}
      </span>
      <span className="sep" />
      <Clock />
      {naming !== undefined && (
        <NameDialog
          title={naming === 'new' ? 'New desktop' : 'Rename the desktop'}
          initial={naming === 'new' ? '' : naming.name}
          onClose={() => setNaming(undefined)}
          onName={(name) => {
            if (naming === 'new') dispatch({ kind: 'addDesktop', id: newId(), name });
            else dispatch({ kind: 'renameDesktop', id: naming.id, name });
            setNaming(undefined);
          }}
        />
      )}
    </footer>
  );
}
