/** The key figures: where each stands now, and its line over the last hour. */
import { Sparkline } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { Figures } from '../../server-state/system-health.ts';
import { figureViews, type FigureView } from './health-view.ts';

const hourS = 3600;

function FigureCard({ view, figures }: { readonly view: FigureView; readonly figures: Figures }): ReactNode {
  const values = figures.values[view.name] ?? [];
  const now = values.at(-1);
  const highest = Math.max(...values, 0);
  const words = now === undefined ? 'no value yet' : `now ${view.text(now)}, highest ${view.text(highest)}`;
  return (
    <li className="figure-card">
      <span className="soft xs">{view.title}</span>
      <b className="figure-now num">{now === undefined ? '–' : view.text(now)}</b>
      <Sparkline
        values={values}
        slots={hourS / figures.stepS}
        label={`${view.title} in the last hour: ${words}`}
      />
      <span className="muted xs num">highest {now === undefined ? '–' : view.text(highest)}</span>
    </li>
  );
}

export function FigureCards({ figures }: { readonly figures: Figures }): ReactNode {
  return (
    <section aria-label="Figures of the last hour">
      <ul className="figure-cards">
        {figureViews.map((view) => (
          <FigureCard key={view.name} view={view} figures={figures} />
        ))}
      </ul>
    </section>
  );
}
