/** The draft as a form: one field an attribute, drawn from the catalogue. Faults stand at their fields. */
import { CheckBox, Field, Select, TagInput, TextInput } from '@wm/ui-kit';
import type { JdlDescription, JdlValue, JobLimits } from '@wm/wms-core/vocabulary';
import { useState, type ReactNode } from 'react';
import { errorOf, type CheckedDraft } from './draft-check.ts';
import {
  basicFields,
  durationText,
  fieldText,
  fieldTexts,
  isTruth,
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
  readonly limits: JobLimits;
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
      placeholder={field.usual}
      inputMode={field.isNumeric ? 'decimal' : 'text'}
      onChange={(text) => {
        setTyped(text);
        onChange(field.name, valueOfText(field, text));
      }}
    />
  );
}

function ChoiceControl({ description, field, onChange }: ControlProps): ReactNode {
  const current = fieldText(description, field.name);
  const { choices, usual } = field;
  const known = current === '' || choices.includes(current) ? choices : [current, ...choices];
  return (
    <Select
      value={current}
      onChange={(text) => onChange(field.name, valueOfText(field, text))}
      options={[
        { value: '', label: usual === '' ? 'Any' : `Default (${usual})` },
        ...known.map((value) => ({ value, label: value })),
      ]}
    />
  );
}

function Control(props: ControlProps & Pick<FormViewProps, 'suggestions'>): ReactNode {
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
        suggestions={props.suggestions[field.name] ?? field.choices}
        placeholder={field.usual}
      />
    );
  if (field.kind === 'choice') return <ChoiceControl {...{ description, field, onChange }} />;
  return <TextControl {...{ description, field, onChange }} />;
}

/** What the attribute is for; basic ones explain themselves. */
function hintOf(field: FormField, description: JdlDescription): { readonly hint?: string } {
  if (basicFields.includes(field.name) || field.kind === 'flag') return {};
  const duration = field.unit === 's' ? durationText(fieldText(description, field.name)) : undefined;
  const words = [field.help, field.range, duration && `Written here: ${duration}.`];
  return { hint: words.filter(Boolean).join(' ') };
}

export function FormView(props: FormViewProps): ReactNode {
  const { draft, onChange, ticked } = props;
  return (
    <fieldset className="launch-form" disabled={!draft.isReadable}>
      <legend className="vh">Job description</legend>
      {shownFields(draft.description, ticked, props.limits).map((field) => (
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
          />
        </Field>
      ))}
    </fieldset>
  );
}
