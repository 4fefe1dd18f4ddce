/** Drawer for details beside the list, dialog for a decision, verdict per item, tooltip. */
import { Dialog as RadixDialog, Tooltip as RadixTooltip } from 'radix-ui';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { Field, TextInput } from './field.tsx';
import { StatusIcon, type StatusFamily, type StatusShape } from './icon.tsx';

export interface DrawerProps {
  readonly title: ReactNode;
  /** Beside the title: an id in mono. */
  readonly aside?: ReactNode;
  /** Second line: pill and buttons. */
  readonly summary?: ReactNode;
  /** Between title and close button. */
  readonly tools?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly label: string;
}

/** Not modal: the list beside it stays in use. Escape closes it. */
export function Drawer(props: DrawerProps): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears Escape from what is inside
    <aside
      className="drawer"
      aria-label={props.label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        props.onClose();
      }}
    >
      <header className="head">
        <div className="row">
          <h3 className="cut">{props.title}</h3>
          {props.aside !== undefined && <span className="muted mono">{props.aside}</span>}
          <span className="grow" />
          {props.tools}
          <IconButton icon="close" label="Close details" onClick={props.onClose} />
        </div>
        {props.summary !== undefined && <div className="row">{props.summary}</div>}
      </header>
      {props.children}
    </aside>
  );
}

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the primary one last. */
  readonly footer?: ReactNode;
  /** Words below the title for screen readers; none when the content says it all. */
  readonly description?: string;
  readonly wide?: boolean;
  /** false: only the buttons close it. */
  readonly dismissible?: boolean;
}

/** Open while rendered. The focus goes back to where it was. */
export function Dialog(props: DialogProps): ReactNode {
  const { dismissible = true } = props;
  const [before] = useState(() => document.activeElement);
  const refuse = (event: Event): void => {
    if (!dismissible) event.preventDefault();
  };
  return (
    <RadixDialog.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="scrim" />
        <RadixDialog.Content
          className={`dialog${props.wide ? ' wide' : ''}`}
          onEscapeKeyDown={refuse}
          onPointerDownOutside={refuse}
          onCloseAutoFocus={(event) => {
            // Without a trigger of its own the library would drop the focus.
            event.preventDefault();
            if (before instanceof HTMLElement) before.focus();
          }}
          {...(props.description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header>
            <RadixDialog.Title>{props.title}</RadixDialog.Title>
            {dismissible && <IconButton icon="close" label="Close" onClick={props.onClose} />}
          </header>
          <div className="pad">
            {props.description !== undefined && (
              <RadixDialog.Description className="soft">{props.description}</RadixDialog.Description>
            )}
            {props.children}
          </div>
          {props.footer !== undefined && <footer>{props.footer}</footer>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

export interface ConfirmDialogProps {
  readonly title: string;
  readonly description?: string;
  /** Verb and object: "Kill 4 jobs". */
  readonly confirmLabel: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  /** Has to be typed before the button works, for large actions: "1204". */
  readonly typeToConfirm?: string;
  readonly children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const [typed, setTyped] = useState('');
  const isReady = props.typeToConfirm === undefined || typed.trim() === props.typeToConfirm;
  return (
    <Dialog
      title={props.title}
      onClose={props.onCancel}
      {...(props.description === undefined ? {} : { description: props.description })}
      footer={
        <>
          <Button onClick={props.onCancel}>Cancel</Button>
          <Button
            look={props.danger ? 'danger' : 'primary'}
            busy={props.busy ?? false}
            disabledReason={isReady ? undefined : `Type ${props.typeToConfirm} first`}
            onClick={props.onConfirm}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      {props.children}
      {props.typeToConfirm !== undefined && (
        <Field label={`Type ${props.typeToConfirm} to confirm`}>
          <TextInput value={typed} onChange={setTyped} inputMode="numeric" />
        </Field>
      )}
    </Dialog>
  );
}

export interface Verdict {
  readonly id: string;
  readonly name?: string;
  readonly family: StatusFamily;
  readonly shape: StatusShape;
  /** "Will be killed", "Skipped: already Done" */
  readonly text: string;
}

/** One line for each item of a bulk action, before it or after. */
export function VerdictList(props: {
  readonly verdicts: readonly Verdict[];
  readonly label: string;
  /** More are counted below. Default 200. */
  readonly maxShown?: number;
}): ReactNode {
  const shown = props.verdicts.slice(0, props.maxShown ?? 200);
  const rest = props.verdicts.length - shown.length;
  return (
    <div className="verdicts">
      <table className="ruled" aria-label={props.label}>
        <tbody>
          {shown.map((verdict) => (
            <tr key={verdict.id}>
              <th scope="row" className="mono">
                {verdict.id}
              </th>
              <td>{verdict.name}</td>
              <td>
                <StatusIcon family={verdict.family} shape={verdict.shape} /> {verdict.text}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <p className="muted xs">and {rest.toLocaleString('en')} more</p>}
    </div>
  );
}

/** Words on hover and focus for a control that has its own name already. Needs `UiKitProvider`. */
export function Tooltip({
  text,
  children,
}: {
  readonly text: ReactNode;
  readonly children: ReactElement;
}): ReactNode {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content className="tip" sideOffset={4} collisionPadding={8}>
          {text}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
