/** Files by drop or by the browser's chooser; the text says what may be dropped. */
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
  /** "Input sandbox: drop files" — a button "browse" follows. */
  readonly text: string;
  readonly icon?: IconName;
  readonly multiple?: boolean;
  /** As of `<input accept>`: ".p12,.pfx". Dropped files are not checked against it. */
  readonly accept?: string;
  /** At the right end: "of 10 MiB". */
  readonly aside?: ReactNode;
  /** Files already there. */
  readonly children?: ReactNode;
  readonly disabled?: boolean;
}

export function DropZone(props: DropZoneProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const onDrag = (event: DragEvent): void => {
    event.preventDefault();
    if (!props.disabled) setIsOver(true);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping is a shortcut for the button inside
    <section
      className={`drop${isOver ? ' over' : ''}`}
      aria-label={props.text}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        const files = [...event.dataTransfer.files];
        if (!props.disabled && files.length > 0) props.onFiles(props.multiple ? files : files.slice(0, 1));
      }}
    >
      <div className="row">
        <Icon name={props.icon ?? 'upload'} />
        <span className="grow">
          {props.text}, or{' '}
          <button
            type="button"
            className="linklike"
            disabled={props.disabled}
            onClick={() => input.current?.click()}
          >
            browse
          </button>
        </span>
        {props.aside !== undefined && <span className="muted xs">{props.aside}</span>}
      </div>
      {props.children}
      <input
        ref={input}
        type="file"
        hidden
        tabIndex={-1}
        aria-label={props.text}
        multiple={props.multiple}
        accept={props.accept}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same file can then be chosen again.
          event.target.value = '';
          if (files.length > 0) props.onFiles(files);
        }}
      />
    </section>
  );
}
