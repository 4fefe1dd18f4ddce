/** Nothing of an upload is kept in a layout. */
export type ProxyUploadState = Readonly<Record<string, never>>;
