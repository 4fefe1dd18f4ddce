/** The query bar above a grid: chips that mirror the selectors, a field that adds to them. */
import { FilterChip, QueryBar } from '@wm/ui-kit';
import { useState, type ReactNode, type Ref } from 'react';
import { chipsOf, withoutChip, type Filters, type FilterSpec } from './filters.ts';
import { applyQueryText } from './query-text.ts';

export interface FilterQueryBarProps {
  readonly spec: FilterSpec;
  readonly filters: Filters;
  readonly onApply: (filters: Filters) => void;
  readonly placeholder: string;
  readonly label: string;
  readonly inputRef: Ref<HTMLInputElement>;
  readonly tools: ReactNode;
}

export function FilterQueryBar({ spec, filters, onApply, tools, ...rest }: FilterQueryBarProps): ReactNode {
  const [text, setText] = useState('');
  const chips = chipsOf(spec, filters);
  const last = chips.at(-1);
  return (
    <QueryBar
      {...rest}
      value={text}
      onChange={setText}
      onSubmit={() => {
        onApply(applyQueryText(spec, filters, text));
        setText('');
      }}
      onRemoveLast={() => {
        if (last) onApply(withoutChip(filters, last.key));
      }}
      shortcut="/"
      chips={chips.map((chip) => (
        <FilterChip
          key={chip.key}
          name={chip.label}
          operator={chip.operator}
          value={chip.value}
          onRemove={() => onApply(withoutChip(filters, chip.key))}
        />
      ))}
      tools={tools}
    />
  );
}
