/** The desktop's state for its parts: layout, actions, and opening applications. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
  type ReactNode,
} from 'react';
import { useToasts } from '@wm/ui-kit';
import type { AnyApplication, OpenRequest } from '../applications/application.ts';
import { applicationOf, applications } from '../applications/index.ts';
import { allows, useMembership } from '../server-state/me.ts';
import {
  findWindow,
  reduceLayout,
  type Layout,
  type LayoutAction,
  type WindowRecord,
} from './desktop-layout.ts';
import type { LayoutSync } from './layout-sync.ts';

export interface DesktopApi {
  readonly layout: Layout;
  readonly dispatch: (action: LayoutAction) => void;
  readonly open: (request: OpenRequest) => void;
  /** Applications the acting group may use. */
  readonly usable: readonly AnyApplication[];
  readonly sync: LayoutSync;
  /** The area of the windows; its proportions decide where a new one goes. */
  readonly areaRef: { current: HTMLElement | null };
}

const DesktopContext = createContext<DesktopApi | undefined>(undefined);

export function useDesktop(): DesktopApi {
  const desktop = useContext(DesktopContext);
  if (!desktop) throw new Error('useDesktop belongs inside a DesktopProvider.');
  return desktop;
}

/** Short, and unlike any in the same layout. */
export const newId = (): string => crypto.randomUUID().slice(0, 8);

/** The application's state from what is stored, of whatever age; broken states begin anew. */
export function stateOf(
  application: AnyApplication,
  record: Pick<WindowRecord, 'state' | 'stateVersion'>,
): unknown {
  try {
    return application.upgradeState(record.state, record.stateVersion);
  } catch {
    return application.initialState;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Asked-for state over a base, made sound by the application itself. */
export function mergedState(application: AnyApplication, base: unknown, over: OpenRequest['state']): unknown {
  if (over === undefined) return base;
  const state = isRecord(base) ? { ...base, ...over } : over;
  return stateOf(application, { state, stateVersion: application.stateVersion });
}

export function DesktopProvider(props: {
  readonly initial: Layout;
  readonly sync: LayoutSync;
  readonly children: ReactNode;
}): ReactNode {
  const { sync } = props;
  const [layout, dispatch] = useReducer(reduceLayout, props.initial);
  const areaRef = useRef<HTMLElement>(null);
  const latest = useRef(layout);
  const toasts = useToasts();
  const membership = useMembership();

  useEffect(() => {
    latest.current = layout;
    sync.changed(layout);
  }, [layout, sync]);

  const usable = useMemo(
    () => applications.filter((application) => allows(membership, application.anyOf)),
    [membership],
  );

  const open = useCallback(
    ({ applicationId, state, newWindow = false }: OpenRequest) => {
      const application = applicationOf(applicationId);
      if (application === undefined || !usable.includes(application)) {
        const name = application?.title ?? applicationId;
        const text =
          application === undefined
            ? `There is no application “${name}” here.`
            : `${name} is not open to the group ${membership?.group ?? 'none'}.`;
        toasts.show({ text, tone: 'error' });
        return;
      }
      const existing =
        newWindow && !application.single ? undefined : findWindow(latest.current, applicationId);
      const record = existing === undefined ? undefined : latest.current.windows[existing];
      if (record !== undefined) {
        if (state !== undefined) {
          const next = mergedState(application, stateOf(application, record), state);
          dispatch({ kind: 'state', windowId: record.id, state: next });
        }
        dispatch({ kind: 'focus', windowId: record.id });
        return;
      }
      const area = areaRef.current;
      dispatch({
        kind: 'open',
        window: {
          id: newId(),
          applicationId,
          stateVersion: application.stateVersion,
          state: mergedState(application, application.initialState, state),
        },
        aspect: area && area.clientHeight > 0 ? area.clientWidth / area.clientHeight : 1.6,
      });
    },
    [membership, toasts, usable],
  );

  const api = useMemo(
    () => ({ layout, dispatch, open, usable, sync, areaRef }),
    [layout, open, usable, sync],
  );
  return <DesktopContext value={api}>{props.children}</DesktopContext>;
}
