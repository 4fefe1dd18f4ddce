/** Where a job fits: a meter of sites, a table of its requirements, a table of the sites. */
import { Meter, StatusIcon } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { Fit } from '../../server-state/explanations.ts';
import { easingText, fitText, missText } from './fit-words.ts';
import './site-fit.css';

export function FitMeter({ fits, of }: Pick<Fit, 'fits' | 'of'>): ReactNode {
  return <Meter value={fits.sites} max={of.sites} label={fitText(fits.sites, of.sites)} />;
}

const Passed = ({ isPassed }: { readonly isPassed: boolean }): ReactNode =>
  isPassed ? (
    <StatusIcon family="success" shape="check" label="Passed" />
  ) : (
    <StatusIcon family="failure" shape="cross" label="Passed nowhere" />
  );

/** One row a requirement: sites that pass it, sites that would be left without it, what a smaller wish would open. */
export function RequirementTable({ of, requirements }: Pick<Fit, 'of' | 'requirements'>): ReactNode {
  if (requirements.length === 0)
    return <p className="muted">The job asks for nothing in particular: every site offers enough.</p>;
  return (
    <table className="ruled site-fit" aria-label="Sites by requirement">
      <thead>
        <tr>
          <th scope="col">Requirement</th>
          <th scope="col" className="num">
            Sites that have it
          </th>
          <th scope="col" className="num">
            Fit without it
          </th>
        </tr>
      </thead>
      <tbody>
        {requirements.map(({ alone, easings, name, wanted, without }) => (
          <tr key={name}>
            <th scope="row">
              <Passed isPassed={alone.sites > 0} />
              {name} <span className="muted">{wanted}</span>
              {easings.map((easing) => (
                <div key={easing.wanted} className="easing">
                  {easingText(easing, of.sites)}
                </div>
              ))}
            </th>
            <td className="num">
              {alone.sites} of {of.sites}
            </td>
            <td className="num">
              {without.sites} of {of.sites}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function SiteTable({ sites }: Pick<Fit, 'sites'>): ReactNode {
  return (
    <table className="ruled site-fit sites" aria-label="Sites">
      <thead>
        <tr>
          <th scope="col">Site</th>
          <th scope="col">Why not</th>
        </tr>
      </thead>
      <tbody>
        {sites.map(({ fits, isPromise, reasons, site }) => (
          <tr key={site}>
            <th scope="row">
              <StatusIcon
                family={fits ? 'success' : 'failure'}
                shape={fits ? 'check' : 'cross'}
                label={fits ? 'Fits' : 'Does not fit'}
              />
              {site}
            </th>
            <td className="soft">
              {fits ? (
                <span className="muted">
                  {isPromise ? 'Fits as far as is known: no pilot has been there of late' : 'Fits'}
                </span>
              ) : (
                reasons.map((reason) => <div key={reason}>{reason}</div>)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Both tables, for a popover. */
export function SiteFit({ fit }: { readonly fit: Fit }): ReactNode {
  return (
    <div className="site-fit-panel">
      <p>{missText(fit)}</p>
      <RequirementTable of={fit.of} requirements={fit.requirements} />
      <SiteTable sites={fit.sites} />
    </div>
  );
}
