/** One application in its window: loaded late, with its own error boundary, state kept in the layout. */
import { ErrorBoundary, ErrorBox, Skeleton } from '@wm/ui-kit';
import {
  Suspense,
  lazy,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ComponentType,
  type ReactNode,
} from 'react';
import type { AnyApplication, ApplicationProps } from '../applications/application.ts';
import { applicationOf } from '../applications/index.ts';
import { useSession } from '../server-state/me.ts';
import { activeDesktop, type WindowRecord } from './desktop-layout.ts';
import { stateOf, useDesktop } from './use-desktop.tsx';
import { setWindowSubtitle } from './window-subtitles.ts';

type Component = ComponentType<ApplicationProps<unknown>>;

/** Its code could not be fetched: most often because the server was updated since this page was loaded. */
class ChunkMissing extends Error {
  override name = 'ChunkMissing';
}

const loadChunk = (application: AnyApplication) => () =>
  application.component().catch((cause: unknown) => {
    throw new ChunkMissing(application.id, { cause });
  });

const components = new Map<string, Component>();

/** One lazy component an application, however many windows. A chunk that did not load can be asked for again. */
function componentOf(application: AnyApplication): Component {
  const known = components.get(application.id);
  if (known) return known;
  const component = lazy(loadChunk(application)) as Component;
  components.set(application.id, component);
  return component;
}

function RunningApplication({
  application,
  record,
}: {
  readonly application: AnyApplication;
  readonly record: WindowRecord;
}): ReactNode {
  const { layout, dispatch, open } = useDesktop();
  const [Application] = useState(() => componentOf(application));
  const { id } = record;
  const state = useMemo(() => stateOf(application, record), [application, record]);
  // Several updates in one turn build on each other.
  const latest = useRef(state);
  useLayoutEffect(() => {
    latest.current = state;
  });
  const setState = useCallback<ApplicationProps<unknown>['setState']>(
    (next) => {
      latest.current = typeof next === 'function' ? next(latest.current) : next;
      dispatch({ kind: 'state', windowId: id, state: latest.current });
    },
    [dispatch, id],
  );
  const setSubtitle = useCallback((text: string) => setWindowSubtitle(id, text), [id]);
  const close = useCallback(() => dispatch({ kind: 'close', windowId: id }), [dispatch, id]);
  return (
    <Application
      windowId={id}
      state={state}
      setState={setState}
      setSubtitle={setSubtitle}
      open={open}
      close={close}
      isActive={activeDesktop(layout).activeId === id}
    />
  );
}

function Fault({
  error,
  application,
  again,
}: {
  readonly error: unknown;
  readonly application: AnyApplication;
  readonly again: () => void;
}): ReactNode {
  if (error instanceof ChunkMissing)
    return (
      <ErrorBox
        title={`${application.title} could not be loaded`}
        onRetry={() => location.reload()}
        retryLabel="Reload the page"
      >
        The connection failed, or the portal was updated since this page was opened. Your windows come back as
        they are.
      </ErrorBox>
    );
  return (
    <ErrorBox title={`${application.title} ran into an error`} onRetry={again} retryLabel="Start it again">
      {error instanceof Error ? error.message : 'Unknown error.'} The other windows are not affected.
    </ErrorBox>
  );
}

export function WindowContent({ record }: { readonly record: WindowRecord }): ReactNode {
  const { dispatch, usable } = useDesktop();
  const { group } = useSession();
  const application = applicationOf(record.applicationId);
  const close = (): void => dispatch({ kind: 'close', windowId: record.id });
  if (application === undefined || !usable.includes(application))
    return (
      <ErrorBox
        title={
          application === undefined
            ? 'This application is not part of this portal'
            : `${application.title} is not open to the group ${group ?? 'none'}`
        }
        onRetry={close}
        retryLabel="Close the window"
      >
        The window stays in your layout: another group or portal may be able to show it.
      </ErrorBox>
    );
  return (
    <ErrorBoundary
      key={group}
      fallback={(error, reset) => (
        <Fault
          error={error}
          application={application}
          again={() => {
            components.delete(application.id);
            reset();
          }}
        />
      )}
    >
      <Suspense fallback={<Skeleton label={`Loading ${application.title}`} />}>
        <RunningApplication application={application} record={record} />
      </Suspense>
    </ErrorBoundary>
  );
}
