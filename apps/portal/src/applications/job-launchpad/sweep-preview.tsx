/** What a parametric draft comes to: how many jobs, and the first of them. */
import { Block } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { SweepPreview } from './draft-check.ts';

export function SweepPreviewBlock({ sweep }: { readonly sweep: SweepPreview }): ReactNode {
  const rest = sweep.count - sweep.first.length;
  return (
    <Block title="Parametric jobs" aside={`${sweep.count.toLocaleString('en')} jobs`}>
      <table className="ruled" aria-label="First jobs of the sweep">
        <tbody>
          {sweep.first.map(({ command, name }, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- jobs of a sweep are their number
            <tr key={index}>
              <th scope="row">{name}</th>
              <td className="mono">{command}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <p className="muted xs">and {rest.toLocaleString('en')} more</p>}
    </Block>
  );
}
