/** The draft in its two forms: side by side where there is room, one at a time where there is not. */
import { CopyButton, ErrorBoundary, Notice, Skeleton, StatusIcon } from '@wm/ui-kit';
import { Suspense, lazy, useEffect, useState, type ReactNode, type RefObject } from 'react';
import type { CheckedDraft } from './draft-check.ts';
import { FormView, type FormViewProps } from './form-view.tsx';
import type { LaunchpadView } from './launchpad-state.ts';

const JdlEditor = lazy(async () => ({ default: (await import('./jdl-editor.tsx')).JdlEditor }));

const editorFault = (): ReactNode => <Notice tone="fail">The editor could not be loaded.</Notice>;

const roomForBothPx = 640;

/** Whether the element is wide enough for both views. */
export function useHasRoom(element: RefObject<HTMLElement | null>): boolean {
  const [hasRoom, setHasRoom] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setHasRoom(entry.contentRect.width >= roomForBothPx);
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return hasRoom;
}

function Verdict({ draft }: { readonly draft: CheckedDraft }): ReactNode {
  const errors = draft.problems.filter(({ severity }) => severity === 'error');
  const warnings = draft.problems.length - errors.length;
  const first = errors[0] ?? draft.problems[0];
  if (!first)
    return (
      <span className="row">
        <StatusIcon family="success" shape="check" />
        Valid JDL
      </span>
    );
  const words = errors.length > 0 ? `${errors.length} to mend` : `Valid JDL, ${warnings} to look at`;
  return (
    <span className="row cut" title={`Line ${first.line}: ${first.message}`}>
      <StatusIcon
        family={errors.length > 0 ? 'failure' : 'warning'}
        shape={errors.length > 0 ? 'cross' : 'alert'}
      />
      <span className="cut">
        {words} · line {first.line}: {first.message}
      </span>
    </span>
  );
}

export interface DraftViewProps extends Omit<FormViewProps, 'onChange'> {
  readonly text: string;
  readonly view: LaunchpadView;
  readonly hasRoom: boolean;
  readonly onText: (text: string) => void;
  readonly onField: FormViewProps['onChange'];
  readonly onSubmit: () => void;
}

export function DraftView(props: DraftViewProps): ReactNode {
  const { draft, hasRoom, text, view } = props;
  return (
    <div className={hasRoom ? 'launch-draft both' : 'launch-draft'}>
      {(hasRoom || view === 'form') && (
        <div className="stack">
          {!draft.isReadable && (
            <Notice tone="warn">The form waits: mend line {draft.problems[0]?.line} of the JDL first.</Notice>
          )}
          <FormView
            draft={draft}
            ticked={props.ticked}
            onChange={props.onField}
            suggestions={props.suggestions}
            limits={props.limits}
          />
        </div>
      )}
      {(hasRoom || view === 'jdl') && (
        <section className="code" aria-label="JDL text">
          <div className="cap">
            <span>JDL</span>
            <span className="cap-tools">
              <CopyButton text={text} label="Copy JDL" />
            </span>
          </div>
          <ErrorBoundary fallback={editorFault}>
            <Suspense fallback={<Skeleton lines={8} label="Loading the editor" />}>
              <JdlEditor
                text={text}
                onChange={props.onText}
                problems={draft.problems}
                onSubmit={props.onSubmit}
              />
            </Suspense>
          </ErrorBoundary>
          <div className="cap end">
            <Verdict draft={draft} />
            <span className="muted">{draft.description.entries.length} attributes</span>
          </div>
        </section>
      )}
    </div>
  );
}
