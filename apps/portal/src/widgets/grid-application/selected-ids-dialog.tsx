/** "IDs of selected jobs": the ids with a separator of choice, to copy. */
import { Button, copyText, Dialog, Segmented, TextArea, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { formatKeys, type IdSeparator, type Selection } from './row-selection.ts';

export interface SelectedIdsDialogProps {
  readonly title: string;
  readonly keys: Selection;
  readonly onClose: () => void;
}

export function SelectedIdsDialog({ title, keys, onClose }: SelectedIdsDialogProps): ReactNode {
  const [separator, setSeparator] = useState<IdSeparator>('comma');
  const toasts = useToasts();
  const text = formatKeys(keys, separator);
  async function copy(): Promise<void> {
    const copied = await copyText(text);
    toasts.show({
      text: copied ? 'IDs copied' : 'The browser does not allow copying: select the text instead',
    });
    if (copied) onClose();
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            look="primary"
            icon="copy"
            onClick={() => {
              void copy();
            }}
          >
            Copy
          </Button>
        </>
      }
    >
      <Segmented
        label="Separator"
        value={separator}
        onChange={setSeparator}
        options={[
          { value: 'comma', label: 'Comma' },
          { value: 'semicolon', label: 'Semicolon' },
          { value: 'space', label: 'Space' },
        ]}
      />
      <TextArea value={text} onChange={() => undefined} readOnly rows={6} mono aria-label={title} />
    </Dialog>
  );
}
