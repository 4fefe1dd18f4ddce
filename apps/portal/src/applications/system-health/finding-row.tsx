/** One finding as a row: shape and word of its status, what it is about, what it means, what to do. */
import { Button, StatusIcon } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { Finding } from '../../server-state/system-health.ts';
import { fullInstant, shortInstant } from '../../widgets/grid-application/instants.ts';
import { figureText, statusLooks, type CheckView } from './health-view.ts';

export interface FindingLinks {
  /** Opens what the finding is about; undefined where there is no such window for the reader. */
  readonly linkOf: (finding: Finding) => { readonly label: string; readonly open: () => void } | undefined;
}

export interface FindingRowProps extends FindingLinks {
  readonly finding: Finding;
  readonly nowMs: number;
}

export function FindingRow({ finding, nowMs, linkOf }: FindingRowProps): ReactNode {
  const { status, title, subject, means, toDo, figure, since } = finding;
  const look = statusLooks[status];
  const link = linkOf(finding);
  return (
    <li className="finding">
      <StatusIcon family={look.family} shape={look.shape} label={look.word} />
      <div className="finding-words">
        <div>
          <b>{title}</b>
          {subject !== null && <span className="finding-subject"> {subject.name}</span>}
        </div>
        <div className="soft">{means}</div>
        {toDo !== null && <div className="finding-to-do">{toDo}</div>}
        {link !== undefined && (
          <Button look="quiet" className="link" onClick={link.open}>
            {link.label}
          </Button>
        )}
      </div>
      <div className="finding-facts num">
        {figure !== null && <span>{figureText(figure.value, figure.unit)}</span>}
        {status !== 'ok' && (
          <span className="muted xs" title={`${fullInstant(since)} UTC`}>
            since {shortInstant(since, nowMs)} UTC
          </span>
        )}
      </div>
    </li>
  );
}

export interface CheckRowsProps extends FindingLinks {
  readonly view: CheckView;
  readonly isUnfolded: boolean;
  readonly onFold: (isUnfolded: boolean) => void;
  readonly nowMs: number;
}

/** The good findings of one check. */
export function CheckRows({ view, isUnfolded, onFold, nowMs, linkOf }: CheckRowsProps): ReactNode {
  const { findings, canFold, title, check } = view;
  if (!canFold)
    return findings.map((finding) => (
      <FindingRow key={`${check} ${finding.subject?.name ?? ''}`} {...{ finding, nowMs, linkOf }} />
    ));
  const look = statusLooks.ok;
  return (
    <li className="finding">
      <StatusIcon family={look.family} shape={look.shape} label={look.word} />
      <div className="finding-words">
        <div>
          <b>{title}</b>
        </div>
        <Button look="quiet" className="link" aria-expanded={isUnfolded} onClick={() => onFold(!isUnfolded)}>
          {isUnfolded ? 'Show fewer' : `All ${findings.length} are fine`}
        </Button>
        {isUnfolded && (
          <ul className="finding-fold">
            {findings.map(({ subject, means, figure }) => (
              <li key={subject?.name}>
                <span>{subject?.name}</span> <span className="soft">{means}</span>
                {figure !== null && <span className="num">{figureText(figure.value, figure.unit)}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
