/** Icons and status shapes as inline SVG: no sprite, no request, colour from the text around. */
import type { ReactNode } from 'react';
import { iconPaths, shapePaths, type IconName, type StatusShape } from './icon-paths.ts';

export type { IconName, StatusShape } from './icon-paths.ts';

/** Colour families of a status; the meaning of a word is the caller's. */
export type StatusFamily =
  'preparing' | 'waiting' | 'running' | 'finishing' | 'success' | 'warning' | 'failure' | 'stopped';

export interface IconProps {
  readonly name: IconName;
  /** 16 px, or 12 px when small. */
  readonly small?: boolean;
  readonly className?: string;
}

/** Decoration only: the word or `aria-label` beside it carries the meaning. */
export function Icon({ name, small = false, className = '' }: IconProps): ReactNode {
  return (
    <svg
      className={`i${small ? ' s' : ''} ${className}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      // Constant strings of this package, never data.
      dangerouslySetInnerHTML={{ __html: iconPaths[name] }}
    />
  );
}

export interface StatusIconProps {
  readonly family: StatusFamily;
  readonly shape: StatusShape;
  /** Give it where no word stands beside the icon. */
  readonly label?: string;
}

export function StatusIcon({ family, shape, label }: StatusIconProps): ReactNode {
  return (
    <svg
      className={`si tone ${family}${shape === 'bin' ? ' faint' : ''}`}
      viewBox="0 0 16 16"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
      dangerouslySetInnerHTML={{ __html: shapePaths[shape] }}
    />
  );
}

export interface StatusPillProps {
  readonly family: StatusFamily;
  readonly shape: StatusShape;
  /** The word: always shown, in normal ink. */
  readonly label: string;
  /** `full` in headers and forms, `bare` (no box) in dense lists. */
  readonly look?: 'row' | 'full' | 'bare';
  readonly title?: string;
}

/** Shape, word and colour together; for the one major status of a thing. */
export function StatusPill({ family, shape, label, look = 'row', title }: StatusPillProps): ReactNode {
  return (
    <span className={`st ${family}${look === 'row' ? '' : ` ${look}`}`} title={title}>
      <StatusIcon family={family} shape={shape} />
      {label}
    </span>
  );
}
