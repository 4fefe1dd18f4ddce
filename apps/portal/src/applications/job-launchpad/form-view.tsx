/** The draft as a form: one field an attribute, drawn from the catalogue. Faults stand at their fields. */
import { CheckBox, Field, Select, TagInput, TextInput } from '@wm/ui-kit';
import type { JdlDescription, JdlValue } from '@wm/wms-core/vocabulary';
import { useState, type ReactNode } from 'react';
import { errorOf, type CheckedDraft } from './draft-check.ts';
import {
  basicFields,
  durationText,
  fieldText,
  fieldTexts,
  isTruth,
  placeholderOf,
  shownFields,
  textThatWouldShow,
  valueOfText,
  valueOfTexts,
  type FormField,
} from './form-fields.ts';

type OnChange = (name: string, value: JdlValue | undefined) => void;

export interface FormViewProps {
  readonly draft: CheckedDraft;
  readonly ticked: readonly string[];
  readonly onChange: OnChange;
  /** Known values of list fields by name. */
  readonly suggestions: Readonly<Record<string, readonly string[]>>;
  readonly jobTypes: readonly string[];
}

interface ControlProps {
  readonly field: FormField;
  readonly description: JdlDescription;
  readonly onChange: OnChange;
}

/** Keeps what is typed as long as it means what the text says, so that "a, " is not cut to "a". */
function TextControl({ description, field, onChange }: ControlProps): ReactNode {
  const current = fieldText(description, field.name);
  const [typed, setTyped] = useState(current);
  const shown = textThatWouldShow(field, typed) === current ? typed : current;
  const isCode = ['Executable', 'Arguments', 'StdOutput', 'StdError'].includes(field.name);
  return (
    <TextInput
      mono={isCode}
      value={shown}
      placeholder={placeholderOf(field.name)}
      inputMode={field.isNumeric ? 'decimal' : 'text'}
      onChange={(text) => {
        setTyped(text);
        onChange(field.name, valueOfText(field, text));
      }}
    />
  );
}

function ChoiceControl({
  choices,
  description,
  field,
  onChange,
}: ControlProps & { readonly choices: readonly string[] }): ReactNode {
  const current = fieldText(description, field.name);
  const usual = placeholderOf(field.name);
  const known = current === '' || choices.includes(current) ? choices : [current, ...choices];
  return (
    <Select
      value={current}
      onChange={(text) => onChange(field.name, valueOfText(field, text))}
      options={[
        { value: '', label: usual === '' ? 'As configured' : `Default (${usual})` },
        ...known.map((value) => ({ value, label: value })),
      ]}
    />
  );
}

function Control(props: ControlProps & Pick<FormViewProps, 'suggestions' | 'jobTypes'>): ReactNode {
  const { description, field, onChange } = props;
  if (field.kind === 'flag')
    return (
      <CheckBox
        checked={isTruth(fieldText(description, field.name))}
        onChange={(isOn) => onChange(field.name, isOn ? valueOfText(field, 'yes') : undefined)}
        label={field.help}
      />
    );
  if (field.kind === 'list')
    return (
      <TagInput
        values={fieldTexts(description, field.name)}
        onChange={(values) => onChange(field.name, valueOfTexts(values))}
        suggestions={props.suggestions[field.name] ?? []}
        placeholder={placeholderOf(field.name)}
      />
    );
  const choices = field.name === 'JobType' ? props.jobTypes : field.choices;
  if (field.kind === 'choice') return <ChoiceControl {...{ choices, description, field, onChange }} />;
  return <TextControl {...{ description, field, onChange }} />;
}

/** What the attribute is for; basic ones explain themselves. */
function hintOf(field: FormField, description: JdlDescription): { readonly hint?: string } {
  if (basicFields.includes(field.name) || field.kind === 'flag') return {};
  const duration = field.unit === 's' ? durationText(fieldText(description, field.name)) : undefined;
  return { hint: duration === undefined ? field.help : `${field.help} These are ${duration}.` };
}

export function FormView(props: FormViewProps): ReactNode {
  const { draft, onChange, ticked } = props;
  return (
    <fieldset className="launch-form" disabled={!draft.isReadable}>
      <legend className="vh">Job description</legend>
      {shownFields(draft.description, ticked).map((field) => (
        <Field
          key={field.name}
          label={field.unit ? `${field.name} [${field.unit}]` : field.name}
          required={field.isRequired}
          error={errorOf(draft, field.name)}
          {...hintOf(field, draft.description)}
        >
          <Control
            field={field}
            description={draft.description}
            onChange={onChange}
            suggestions={props.suggestions}
            jobTypes={props.jobTypes}
          />
        </Field>
      ))}
    </fieldset>
  );
}
