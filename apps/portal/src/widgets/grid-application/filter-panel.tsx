/**
 * The Selectors panel at the left: a draft of the filters that Submit puts in force. Option lists are read
 * when a selector is opened for the first time; Refresh reads them anew.
 */
import { useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { Button, Field, IconButton, MultiSelect, Select, SelectorPanel, TextInput } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import type { Count } from '../../server-state/search-page.ts';
import {
  choiceOf,
  chipsOf,
  filterProblems,
  idsRule,
  noFilters,
  withChoice,
  type ChoiceSelector,
  type Filters,
  type FilterSpec,
} from './filters.ts';
import { timeSpanKinds, timeSpanLabels, type TimeSpan } from './time-span.ts';

/** `[noun, 'options', attribute]` and how its counts are read. */
export type OptionsQuery = (
  attribute: string,
) => UseQueryOptions<readonly Count[], Error, readonly Count[], string[]>;

export interface FilterPanelProps {
  readonly spec: FilterSpec;
  /** The filters in force; the draft starts from them whenever they change. */
  readonly filters: Filters;
  readonly onApply: (filters: Filters) => void;
  readonly optionsQuery: OptionsQuery;
  /** Reads option lists and rows anew. */
  readonly onRefresh: () => void;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  /** Folded, it leaves a rail to open it by. */
  readonly hasRail: boolean;
}

interface ChoiceFieldProps {
  readonly selector: ChoiceSelector;
  readonly draft: Filters;
  readonly onDraft: (draft: Filters) => void;
  readonly optionsQuery: OptionsQuery;
}

function ChoiceField({ selector, draft, onDraft, optionsQuery }: ChoiceFieldProps): ReactNode {
  const { attribute, label, known = [] } = selector;
  const [wanted, setWanted] = useState(false);
  const counts = useQuery({ ...optionsQuery(attribute), enabled: wanted });
  const choice = choiceOf(draft, attribute);
  const found = (counts.data ?? []).map((count) => count.value).filter((value) => value !== '');
  const isOff = idsRule(draft);
  return (
    <div className="selector">
      <Field label={label}>
        <MultiSelect
          values={choice.values}
          onChange={(values) => onDraft(withChoice(draft, attribute, { ...choice, values }))}
          options={[...new Set([...found, ...known, ...choice.values])]}
          onOpen={() => setWanted(true)}
          placeholder={choice.negated ? 'All but …' : 'Any'}
          disabled={isOff}
        />
      </Field>
      <button
        type="button"
        className="not"
        aria-pressed={choice.negated}
        aria-label={`All but these: ${label}`}
        title="All but these"
        disabled={isOff}
        onClick={() => onDraft(withChoice(draft, attribute, { ...choice, negated: !choice.negated }))}
      >
        not
      </button>
    </div>
  );
}

interface SpanFieldsProps {
  readonly span: TimeSpan;
  readonly onChange: (span: TimeSpan) => void;
  readonly isOff: boolean;
  readonly problem: string | undefined;
}

function SpanFields({ span, onChange, isOff, problem }: SpanFieldsProps): ReactNode {
  return (
    <>
      <Field label="Time Span">
        <Select
          value={span.kind}
          disabled={isOff}
          onChange={(value) =>
            onChange({ ...span, kind: timeSpanKinds.find((kind) => kind === value) ?? 'all' })
          }
          options={timeSpanKinds.map((kind) => ({ value: kind, label: timeSpanLabels[kind] }))}
        />
      </Field>
      {span.kind === 'manual' && (
        <>
          <Field label="From [UTC]">
            <TextInput
              type="datetime-local"
              value={span.from}
              disabled={isOff}
              onChange={(from) => onChange({ ...span, from })}
            />
          </Field>
          <Field label="To [UTC]" error={problem}>
            <TextInput
              type="datetime-local"
              value={span.to}
              disabled={isOff}
              onChange={(to) => onChange({ ...span, to })}
            />
          </Field>
        </>
      )}
    </>
  );
}

export function FilterPanel(props: FilterPanelProps): ReactNode {
  const { spec, filters } = props;
  const [draft, setDraft] = useState(filters);
  const [base, setBase] = useState(filters);
  if (base !== filters) {
    setBase(filters);
    setDraft(filters);
  }
  const problems = filterProblems(draft);
  const isOff = spec.ids !== undefined && idsRule(draft);
  const isWrong = problems.ids !== undefined || problems.span !== undefined;
  const submit = (): void => {
    if (!isWrong) props.onApply(draft);
  };
  if (!props.isOpen && !props.hasRail) return null;
  return (
    <SelectorPanel
      isOpen={props.isOpen}
      onToggle={props.onToggle}
      setCount={chipsOf(spec, filters).length}
      onSubmit={submit}
      actions={
        <>
          <Button
            look="primary"
            type="submit"
            disabledReason={isWrong ? 'A field above is not valid' : undefined}
          >
            Submit
          </Button>
          <Button
            onClick={() => {
              setDraft(noFilters);
              props.onApply(noFilters);
            }}
          >
            Reset
          </Button>
          <IconButton
            icon="refresh"
            label="Refresh selectors and rows"
            look="secondary"
            onClick={props.onRefresh}
          />
        </>
      }
    >
      {spec.choices.map((selector) => (
        <ChoiceField
          key={selector.attribute}
          selector={selector}
          draft={draft}
          onDraft={setDraft}
          optionsQuery={props.optionsQuery}
        />
      ))}
      <SpanFields
        span={draft.span}
        onChange={(span) => setDraft({ ...draft, span })}
        isOff={isOff}
        problem={problems.span}
      />
      {spec.ids && (
        <Field label={spec.ids.label} error={problems.ids}>
          <TextInput
            value={draft.ids}
            onChange={(ids) => setDraft({ ...draft, ids })}
            placeholder="1,5,10-20"
            mono
          />
        </Field>
      )}
      <Field label={spec.pilots.label}>
        <TextInput
          value={draft.pilots}
          onChange={(pilots) => setDraft({ ...draft, pilots })}
          disabled={isOff}
          mono
        />
      </Field>
    </SelectorPanel>
  );
}
