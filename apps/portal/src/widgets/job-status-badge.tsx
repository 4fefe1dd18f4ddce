/** The major status of a job as a pill: shape, word and colour. */
import { StatusPill, type StatusPillProps } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { jobStatusLook } from './status-look.ts';

export interface StatusBadgeProps extends Pick<StatusPillProps, 'look' | 'title'> {
  readonly status: string;
}

export const JobStatusBadge = ({ status, ...rest }: StatusBadgeProps): ReactNode => (
  <StatusPill {...jobStatusLook(status)} label={status} {...rest} />
);
