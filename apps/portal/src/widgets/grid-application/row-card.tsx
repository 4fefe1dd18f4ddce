/** A row as a card of three lines, where there is no room for columns side by side (design: `phone.html`). */
import type { GridColumn } from '@wm/ui-kit/data-grid';
import type { ReactNode } from 'react';
import { cardText, cardWords, type CardSpec, type CardWords } from './card-spec.ts';
import type { ColumnSpec } from './column-spec.ts';
import type { Row } from './live-rows.ts';
import { PlainValue } from './plain-value.tsx';

/** Pixels: three lines of text and the padding round them. */
export const cardHeightPx = 84;

interface RowCardProps {
  readonly words: CardWords;
  readonly renderStatus: (status: string) => ReactNode;
}

const RowCard = ({ words, renderStatus }: RowCardProps): ReactNode => (
  <span className="row-card">
    <span className="line">
      {renderStatus(words.status)}
      <span className="cut soft">{words.detail}</span>
      <span className="xs muted">{words.instant}</span>
    </span>
    <span className="line">
      <b className="cut">
        <PlainValue text={words.name} />
      </b>
      <span className="mono muted">{words.id}</span>
    </span>
    <span className="line xs muted">
      <span className="cut">{words.place}</span>
      <span className="cut">{words.note}</span>
    </span>
  </span>
);

/** The one column of the cards; its head is that of the column the rows are sorted by. */
export function cardColumn(
  spec: CardSpec,
  sorted: ColumnSpec | undefined,
  renderStatus: (status: string) => ReactNode,
): GridColumn<Row> {
  const words = (row: Row): CardWords => cardWords(spec, row, Date.now());
  return {
    id: sorted?.id ?? spec.id,
    title: sorted?.title ?? spec.id,
    width: 200,
    grows: true,
    isFixed: true,
    text: (row) => cardText(words(row)),
    tooltip: () => '',
    cell: (row) => <RowCard words={words(row)} renderStatus={renderStatus} />,
  };
}
