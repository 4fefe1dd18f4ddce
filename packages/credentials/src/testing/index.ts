/** A test PKI: authorities, people with every kind of fault, chains and .p12 files. Made in memory, fast. */
export * from './forged-proxy.ts';
export * from './grid-files.ts';
export * from './openssl.ts';
export * from './test-pki.ts';
export * from './voms-issuer.ts';
export * from './fuzz-targets.ts';
export * from './mutate.ts';
