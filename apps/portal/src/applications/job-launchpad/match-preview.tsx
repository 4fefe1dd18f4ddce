/** A quiet line that follows the draft: at how many sites it would fit, and why not at the others. */
import { useQuery } from '@tanstack/react-query';
import { Button, Popover, StatusIcon } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { dryRunQuery, type Fit } from '../../server-state/explanations.ts';
import { fitText } from '../../widgets/site-fit/fit-words.ts';
import { FitMeter, SiteFit } from '../../widgets/site-fit/site-fit.tsx';
import { blocker, textToTry, type CheckedDraft } from './draft-check.ts';
import { useSettled } from './use-settled.ts';

const settledAfterMs = 500;

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

export function MatchPreview({ draft }: { readonly draft: CheckedDraft }): ReactNode {
  const text = useSettled(blocker(draft) === undefined ? textToTry(draft) : undefined, settledAfterMs);
  const { data, error } = useQuery({ ...dryRunQuery(text ?? ''), enabled: text !== undefined });
  const fit = text === undefined ? undefined : data?.fit;
  return (
    <div className="match-preview">
      <span className="muted">Match preview</span>
      {fit ? (
        <Answered fit={fit} />
      ) : (
        <span className="grow muted">
          {text === undefined
            ? 'follows when the draft can be submitted'
            : error === null
              ? '…'
              : 'not known: the server did not answer'}
        </span>
      )}
    </div>
  );
}
