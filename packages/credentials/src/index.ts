/**
 * X.509 names, chains, RFC 3820 proxies, requests, revocation lists, entitlements and VOMS attributes: isomorphic,
 * on WebCrypto, without any library. Reading .p12 files is apart in `@wm/credentials/pkcs12`, for its size.
 */
export * from './certificate.ts';
export * from './chain.ts';
export * from './credential-error.ts';
export * from './crl.ts';
export * from './csr.ts';
export * from './entitlements.ts';
export * from './fqan.ts';
export * from './names.ts';
export * from './pem.ts';
export * from './proxy-certificate.ts';
export * from './public-key.ts';
export * from './signing-policy.ts';
export * from './voms/attribute-certificate.ts';
export * from './voms/attributes-of-chain.ts';
export { readDnText } from './voms/dn-text.ts';
export * from './voms/lsc.ts';
export * from './voms/verify-attributes.ts';
export * from './voms/voms-answer.ts';
export * from './voms/voms-request.ts';
export * from './voms/vomses.ts';
