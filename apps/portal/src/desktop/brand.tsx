/** Mark and name. */
import type { ReactNode } from 'react';

export function BrandMark(): ReactNode {
  return (
    <svg className="brand-mark" viewBox="0 0 22 22" aria-hidden="true">
      <path className="brand-solid" d="M2 2h10v18H2z" />
      <path className="brand-line" d="M14 2h6v8h-6zM14 12h6v8h-6z" />
      <path className="brand-cut" d="m5 7 4.5 4L5 15z" />
    </svg>
  );
}

export function Brand({ name }: { readonly name: string }): ReactNode {
  return (
    <span className="brand">
      <BrandMark />
      <span className="brand-name">{name}</span>
    </span>
  );
}
