/**
 * The kit's public face. Components know colours, keys and shapes, and no word of any field. Props are
 * documented where they are declared; look with the pages of `styles/`. The grid is apart
 * (`@wm/ui-kit/data-grid`), so that it can be loaded late.
 */
export * from './icon.tsx';
export * from './button.tsx';
export * from './field.tsx';
export * from './tag-input.tsx';
export * from './password-field.tsx';
export * from './drop-zone.tsx';
export * from './choices.tsx';
export * from './list-chrome.tsx';
export * from './pager.tsx';
export * from './details.tsx';
export * from './tabs.tsx';
export * from './sparkline.tsx';
export * from './menu.tsx';
export * from './popover.tsx';
export * from './overlay.tsx';
export * from './search-list.tsx';
export * from './feedback.tsx';
export { useToasts, type ToastRequest, type Toasts } from './toast.tsx';
export * from './provider.tsx';
export { copyText } from './clipboard.ts';
export { styleNonce } from './style-nonce.ts';
