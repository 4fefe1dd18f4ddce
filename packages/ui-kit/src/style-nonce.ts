/** The nonce of the page's content security policy, for libraries that add style elements at run time. */
export function styleNonce(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  // Browsers hide the attribute after parsing and keep the property.
  return meta?.nonce || meta?.getAttribute('content') || undefined;
}
