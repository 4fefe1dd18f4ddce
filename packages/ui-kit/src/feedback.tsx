/** Notices, empty, loading and error states: what happened, why, what next. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { copyText } from './clipboard.ts';
import { Icon, StatusIcon, type IconName } from './icon.tsx';

export type NoticeTone = 'info' | 'good' | 'warn' | 'fail';

export interface NoticeProps {
  readonly tone?: NoticeTone;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

const noticeIcon: Readonly<Record<NoticeTone, ReactNode>> = {
  info: <Icon name="info" />,
  good: <StatusIcon family="success" shape="check" />,
  warn: <StatusIcon family="warning" shape="alert" />,
  fail: <StatusIcon family="failure" shape="cross" />,
};

export function Notice({ tone = 'info', children, action }: NoticeProps): ReactNode {
  return (
    <div className={`notice ${tone}`} role={tone === 'fail' ? 'alert' : 'note'}>
      {noticeIcon[tone]}
      <div className="grow">{children}</div>
      {action}
    </div>
  );
}

export interface EmptyStateProps {
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  /** Buttons: what to do next. */
  readonly actions?: ReactNode;
}

export function EmptyState({ icon = 'search', title, children, actions }: EmptyStateProps): ReactNode {
  return (
    <div className="state">
      <Icon name={icon} className="state-icon" />
      <h3>{title}</h3>
      {children !== undefined && <div className="soft">{children}</div>}
      {actions !== undefined && <div className="state-acts">{actions}</div>}
    </div>
  );
}

/** Grey bars in the place of text that is being read. */
export function Skeleton({
  lines = 5,
  label = 'Loading',
}: {
  readonly lines?: number;
  readonly label?: string;
}): ReactNode {
  const widths = ['w90', 'w70', 'w80', 'w60', 'w75'];
  return (
    <div className="skels" role="status" aria-label={label} aria-busy="true">
      {Array.from({ length: lines }, (_, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- bars are their place
        <div key={index} className={`skel ${widths[index % widths.length]}`} />
      ))}
    </div>
  );
}

/** How far something is, in its own units. */
export function ProgressBar({
  label,
  value,
  max,
}: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
}): ReactNode {
  return <progress className="progress" aria-label={label} value={Math.min(value, max)} max={max} />;
}

export interface ErrorBoxProps {
  /** What happened: "The list could not be read". */
  readonly title: string;
  /** Why, and what next. */
  readonly children?: ReactNode;
  /** To quote when asking for help; can be copied. */
  readonly requestId?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
  readonly retryLabel?: string;
  readonly actions?: ReactNode;
}

export function ErrorBox(props: ErrorBoxProps): ReactNode {
  const { requestId } = props;
  return (
    <div className="state failed" role="alert">
      <StatusIcon family="failure" shape="cross" />
      <h3>{props.title}</h3>
      {props.children !== undefined && <div className="soft">{props.children}</div>}
      <div className="state-acts">
        {props.onRetry && <Button onClick={props.onRetry}>{props.retryLabel ?? 'Try again'}</Button>}
        {props.actions}
        {requestId !== undefined && (
          <Button look="quiet" icon="copy" onClick={() => void copyText(requestId)}>
            Copy id <span className="mono">{requestId.slice(0, 13)}</span>
          </Button>
        )}
      </div>
    </div>
  );
}

export interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** Drawn in place of what broke. */
  readonly fallback: (error: unknown, reset: () => void) => ReactNode;
  readonly onError?: (error: unknown, componentStack: string) => void;
}

/** Keeps a fault of one part from taking the page down. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error: error ?? new Error('Something that is no error was thrown.') };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    this.props.onError?.(error, info.componentStack ?? '');
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return this.props.fallback(this.state.error, () => this.setState({ error: undefined }));
  }
}
