/** Tabs over one panel; the one that is open is brought into view. */
import { Tabs as RadixTabs } from 'radix-ui';
import { useEffect, useRef, type ReactNode } from 'react';

export interface TabsProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly tabs: readonly {
    readonly value: V;
    readonly label: string;
    readonly content: ReactNode;
    readonly disabled?: boolean;
  }[];
}

/** Only the shown tab is rendered. */
export function Tabs<V extends string>({ label, value, onChange, tabs }: TabsProps<V>): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  // The active one may lie beyond the edge: a link opened it, or its bold words are wider than they were.
  useEffect(() => {
    const active = list.current?.querySelector('[data-state="active"]');
    active?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [value]);
  return (
    <RadixTabs.Root className="tabset" value={value} onValueChange={(next) => onChange(next as V)}>
      <RadixTabs.List ref={list} className="tabs" aria-label={label}>
        {tabs.map((tab) => (
          <RadixTabs.Trigger key={tab.value} value={tab.value} disabled={tab.disabled ?? false}>
            {tab.label}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.value} value={tab.value} className="panel">
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
