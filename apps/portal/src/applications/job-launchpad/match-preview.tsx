/** A quiet line that follows the draft: at how many sites it would fit, and why not at the others. */
import { Button, Popover, StatusIcon } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import type { Fit } from '../../server-state/explanations.ts';
import { fitText } from '../../widgets/site-fit/fit-words.ts';
import { FitMeter, SiteFit } from '../../widgets/site-fit/site-fit.tsx';
import type { DraftFit } from './use-draft-fit.ts';

function questionOf({ fits, of }: Fit): string {
  const missing = of.sites - fits.sites;
  if (missing === 0) return 'Details';
  return fits.sites === 0 ? 'Why not?' : `Why not ${missing}?`;
}

function Answered({ fit }: { readonly fit: Fit }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const { fits, of } = fit;
  return (
    <>
      {fits.sites === 0 ? <StatusIcon family="warning" shape="alert" /> : <FitMeter fits={fits} of={of} />}
      <span className={fits.sites === 0 ? 'grow danger-ink' : 'grow'} role="status">
        {fitText(fits.sites, of.sites)}
      </span>
      {of.sites > 0 && (
        <Popover
          label="Where the job fits"
          align="end"
          isOpen={isOpen}
          onOpenChange={setIsOpen}
          trigger={
            <Button look="quiet" className="link">
              {questionOf(fit)}
            </Button>
          }
        >
          <SiteFit fit={fit} />
        </Popover>
      )}
    </>
  );
}

function Unanswered({ error, isAsked, refusal }: DraftFit): ReactNode {
  if (!isAsked) return <span className="grow muted">follows when the draft can be submitted</span>;
  if (refusal !== undefined)
    return (
      <span className="grow danger-ink" title={refusal} role="status">
        Would be refused: {refusal}
      </span>
    );
  return <span className="grow muted">{error === null ? '…' : 'not known: the server did not answer'}</span>;
}

export function MatchPreview({ answer }: { readonly answer: DraftFit }): ReactNode {
  return (
    <div className="match-preview">
      <span className="muted">Match preview</span>
      {answer.fit ? <Answered fit={answer.fit} /> : <Unanswered {...answer} />}
    </div>
  );
}
