/** Counts of jobs by a chosen category, as bars that are a table; a click shows the jobs behind a bar. */
import { useQuery } from '@tanstack/react-query';
import { Button, EmptyState, Field, Segmented, Select, StatusIcon } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import { jobCountsQuery } from '../../server-state/jobs.ts';
import { onLiveEvent } from '../../server-state/live.ts';
import type { Count } from '../../server-state/search-page.ts';
import { Answer } from '../../widgets/grid-application/answer.tsx';
import { noFilters, searchConditions, type Filters } from '../../widgets/grid-application/filters.ts';
import { browserTimers, throttled } from '../../widgets/grid-application/live-rows.ts';
import { jobStatusLook } from '../../widgets/status-look.ts';
import { jobFilterSpec } from './job-selectors.ts';

/** Counting is dearer than reading rows: at most once in this time. */
const countEveryMs = 5000;

/** Bars drawn; the rest is summed up. */
const maxBars = 30;

interface BarProps {
  readonly count: Count;
  readonly max: number;
  readonly total: number;
  readonly isStatus: boolean;
  readonly onPick: () => void;
}

function StatisticsRow({ count, max, total, isStatus, onPick }: BarProps): ReactNode {
  const look = jobStatusLook(count.value);
  const name = count.value === '' ? '(empty)' : count.value;
  return (
    <tr>
      <th scope="row">
        {isStatus && <StatusIcon family={look.family} shape={look.shape} />}
        <Button look="quiet" className="link" title={`Show these jobs: ${name}`} onClick={onPick}>
          {name}
        </Button>
      </th>
      <td className="count-bar" aria-hidden="true">
        <i
          className={isStatus ? look.family : 'accent'}
          style={{ width: `${Math.max(0.5, (count.count / max) * 100)}%` }}
        />
      </td>
      <td className="num">{count.count.toLocaleString('en')}</td>
      <td className="num muted">{((count.count / total) * 100).toFixed(1)} %</td>
    </tr>
  );
}

export interface StatisticsProps {
  readonly filters: Filters;
  readonly onPick: (attribute: string, value: string, keepsFilters: boolean) => void;
  readonly onClose: () => void;
}

export function Statistics({ filters, onPick, onClose }: StatisticsProps): ReactNode {
  const [attribute, setAttribute] = useState('Status');
  const [scope, setScope] = useState<'selected' | 'global'>('selected');
  const counted = scope === 'selected' ? filters : noFilters;
  const counts = useQuery(
    jobCountsQuery(attribute, counted, (nowMs) => searchConditions(jobFilterSpec, counted, nowMs)),
  );
  const { refetch } = counts;
  useEffect(() => {
    const bell = throttled(() => void refetch(), countEveryMs, browserTimers);
    const stopListening = onLiveEvent(() => bell.ring());
    return () => {
      stopListening();
      bell.stop();
    };
  }, [refetch]);
  return (
    <section className="statistics" aria-label="Statistics">
      <div className="tab-tools">
        <Segmented
          label="Which jobs"
          value={scope}
          onChange={setScope}
          options={[
            { value: 'selected', label: 'Selected Statistics' },
            { value: 'global', label: 'Global Statistics' },
          ]}
        />
        <Field label="Category" className="in-line">
          <Select
            value={attribute}
            onChange={setAttribute}
            options={jobFilterSpec.choices.map((choice) => ({
              value: choice.attribute,
              label: choice.label,
            }))}
          />
        </Field>
        <span className="grow" />
        <Button icon="list" onClick={onClose}>
          Back to the jobs
        </Button>
      </div>
      <Answer query={counts} what="The statistics">
        {(list) => {
          const total = list.reduce((sum, count) => sum + count.count, 0);
          if (total === 0) return <EmptyState icon="pie" title="No jobs match" />;
          const max = list[0]?.count ?? 1;
          const rest = list.slice(maxBars);
          return (
            <table className="ruled counts" aria-label={`Jobs by ${attribute}`}>
              <tbody>
                {list.slice(0, maxBars).map((count) => (
                  <StatisticsRow
                    key={count.value}
                    {...{ count, max, total }}
                    isStatus={attribute === 'Status'}
                    onPick={() => onPick(attribute, count.value, scope === 'selected')}
                  />
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row">All</th>
                  <td className="muted">{rest.length > 0 && `and ${rest.length} more values`}</td>
                  <td className="num">{total.toLocaleString('en')}</td>
                  <td className="num muted">100 %</td>
                </tr>
              </tfoot>
            </table>
          );
        }}
      </Answer>
    </section>
  );
}
