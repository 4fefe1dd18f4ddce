/**
 * Toasts: one line at the lower edge that says what was done and, where possible, takes it back. They wait
 * while the pointer or the focus is on them (WCAG 2.2.1).
 */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from 'react';
import { IconButton } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export interface ToastRequest {
  readonly text: string;
  readonly icon?: IconName;
  /** "Undo" and what it does. */
  readonly action?: { readonly label: string; readonly onAct: () => void };
  /** Default 6 s, 10 s with an action; null stays until closed. */
  readonly durationMs?: number | null;
  /** An error is announced at once. */
  readonly tone?: 'normal' | 'error';
  /** Called when it goes without the action having been used. */
  readonly onExpire?: () => void;
}

export interface Toasts {
  /** Returns the id, for `dismiss`. */
  readonly show: (request: ToastRequest) => number;
  readonly dismiss: (id: number) => void;
}

interface ShownToast extends ToastRequest {
  readonly id: number;
}

const ToastContext = createContext<Toasts | undefined>(undefined);

/** Needs `UiKitProvider` above. */
export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error('useToasts needs a UiKitProvider above it.');
  return toasts;
}

export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<readonly ShownToast[]>([]);
  const nextId = useRef(1);
  const dismiss = useCallback((id: number) => setShown((old) => old.filter((toast) => toast.id !== id)), []);
  const show = useCallback((request: ToastRequest) => {
    const id = nextId.current++;
    setShown((old) => [...old, { ...request, id }]);
    return id;
  }, []);
  const toasts = useMemo(() => ({ show, dismiss }), [show, dismiss]);
  const section = useToastKey();
  return (
    <ToastContext value={toasts}>
      {children}
      <section
        ref={section}
        className="toasts"
        aria-label="Notifications"
        aria-live="polite"
        aria-relevant="additions"
      >
        {shown.map((toast) => (
          <ToastLine key={toast.id} toast={toast} onGone={() => dismiss(toast.id)} />
        ))}
      </section>
    </ToastContext>
  );
}

/** F8 goes to the newest toast, Escape from there back to where the focus was. */
function useToastKey(): RefObject<HTMLElement | null> {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    let before: Element | null = null;
    const onKey = (event: KeyboardEvent): void => {
      const toasts = section.current;
      if (!toasts) return;
      if (event.key === 'F8') {
        const newest = toasts.querySelector<HTMLElement>('.toast:last-child button');
        if (!newest) return;
        event.preventDefault();
        if (!toasts.contains(document.activeElement)) before = document.activeElement;
        newest.focus();
      } else if (event.key === 'Escape' && toasts.contains(document.activeElement)) {
        event.preventDefault();
        if (before instanceof HTMLElement) before.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return section;
}

function ToastLine({
  toast,
  onGone,
}: {
  readonly toast: ShownToast;
  readonly onGone: () => void;
}): ReactNode {
  const duration = toast.durationMs === undefined ? (toast.action ? 10_000 : 6000) : toast.durationMs;
  const [leftMs, setLeftMs] = useState(duration ?? 0);
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (duration === null || isHeld) return undefined;
    const timer = setInterval(() => setLeftMs((old) => old - 1000), 1000);
    return () => clearInterval(timer);
  }, [duration, isHeld]);
  const isOver = duration !== null && leftMs <= 0;
  useEffect(() => {
    if (!isOver) return;
    toast.onExpire?.();
    onGone();
  }, [isOver, toast, onGone]);
  return (
    <div
      className="toast"
      role={toast.tone === 'error' ? 'alert' : undefined}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      {toast.icon && <Icon name={toast.icon} />}
      <span className="toast-text">{toast.text}</span>
      {toast.action && duration !== null && (
        <span className="left" aria-hidden="true">
          {Math.max(0, Math.round(leftMs / 1000))} s
        </span>
      )}
      {toast.action && (
        <button
          type="button"
          onClick={() => {
            toast.action?.onAct();
            onGone();
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton
        icon="close"
        label="Close"
        small
        onClick={() => {
          toast.onExpire?.();
          onGone();
        }}
      />
    </div>
  );
}
