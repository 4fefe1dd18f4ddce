export const serverFlags: readonly string[];
export function compileCache(): { readonly NODE_COMPILE_CACHE: string };
