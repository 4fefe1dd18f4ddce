/** The status of a pilot as a pill: shape, word and colour. */
import { StatusPill } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { StatusBadgeProps } from './job-status-badge.tsx';
import { pilotStatusLook } from './status-look.ts';

export const PilotStatusBadge = ({ status, ...rest }: StatusBadgeProps): ReactNode => (
  <StatusPill {...pilotStatusLook(status)} label={status} {...rest} />
);
