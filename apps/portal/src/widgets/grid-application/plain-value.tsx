/** A value as plain text. */
import type { ReactNode } from 'react';
import { isQuiet } from './quiet-words.ts';

export const PlainValue = ({ text }: { readonly text: string }): ReactNode =>
  isQuiet(text) ? <span className="muted">{text}</span> : text;
