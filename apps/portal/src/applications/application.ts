/**
 * What the desktop knows of an application: a descriptor with a lazy component. Applications are islands:
 * none imports another, the desktop knows none by name. To add one, copy a folder and add a line in
 * `index.ts`.
 */
import type { ComponentType } from 'react';
import type { GroupProperty } from '@wm/wms-core/vocabulary';
import type { IconName } from '@wm/ui-kit';

export interface OpenRequest {
  readonly applicationId: string;
  /** Merged over the application's initial state. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** false = focus an open window of that application and hand it the state; true = always a new window. */
  readonly newWindow?: boolean;
}

export interface ApplicationProps<S> {
  readonly windowId: string;
  /** Kept in the layout: filters, columns, selection, draft. Plain JSON. */
  readonly state: S;
  readonly setState: (next: S | ((old: S) => S)) => void;
  /** Words after the title in the window bar, such as "My jobs today". */
  readonly setSubtitle: (text: string) => void;
  readonly open: (request: OpenRequest) => void;
  readonly close: () => void;
  /** True while the window has the focus: only then do its keys act. */
  readonly isActive: boolean;
}

export interface ApplicationDescriptor<S = never> {
  readonly id: string;
  /** The name users know: "Job Monitor". */
  readonly title: string;
  readonly menu: 'Tools' | 'Applications';
  readonly icon: IconName;
  /** Any of these properties is needed to see the entry; undefined = every member of a group. */
  readonly anyOf?: readonly GroupProperty[];
  readonly component: () => Promise<{ readonly default: ComponentType<ApplicationProps<S>> }>;
  readonly stateVersion: number;
  readonly initialState: S;
  /** Turns a stored state of an older version into today's; unknown fields are dropped. */
  readonly upgradeState: (stored: unknown, version: number) => S;
  /** Opening it again focuses the window that is there. */
  readonly single?: boolean;
}

/** Descriptors of different state types in one list. */
// oxlint-disable-next-line typescript/no-explicit-any -- the list is heterogeneous; each descriptor is checked where it is written
export type AnyApplication = ApplicationDescriptor<any>;
