/** Two columns, Name and Value, with a field that narrows them: attributes and parameters of a job. */
import { EmptyState, TextInput } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';

export interface NameValue {
  readonly name: string;
  readonly value: string;
  /** Shown beside the name, such as the attempt. */
  readonly remark?: string;
}

export interface NameValueTableProps {
  readonly label: string;
  readonly rows: readonly NameValue[];
  /** Said when there are none at all. */
  readonly empty: string;
}

const fits = (row: NameValue, text: string): boolean =>
  `${row.name} ${row.value}`.toLowerCase().includes(text.trim().toLowerCase());

const isLink = (row: NameValue): boolean => /url/i.test(row.name) && /^https?:\/\//.test(row.value);

export function NameValueTable({ label, rows, empty }: NameValueTableProps): ReactNode {
  const [text, setText] = useState('');
  if (rows.length === 0) return <EmptyState icon="info" title={empty} />;
  const shown = rows.filter((row) => fits(row, text));
  return (
    <>
      <TextInput
        value={text}
        onChange={setText}
        type="search"
        aria-label={`Find in ${label}`}
        placeholder="Find a name or value"
      />
      <table className="ruled pairs" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.name + (row.remark ?? '')}>
              <th scope="row">
                {row.name}
                {row.remark !== undefined && <small> {row.remark}</small>}
              </th>
              <td>
                {isLink(row) ? (
                  <a href={row.value} target="_blank" rel="noreferrer noopener">
                    {row.value}
                  </a>
                ) : (
                  row.value
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="muted">No name or value has “{text.trim()}”.</p>}
    </>
  );
}
