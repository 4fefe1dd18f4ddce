/** The two ciphers of node-forge that old .p12 files need; its typings know the whole library only. */
declare module 'node-forge/lib/des.js' {
  import type { OldCipher } from 'node-forge/lib/rc2.js';
  const des: {
    createDecryptionCipher(key: string): OldCipher;
    createEncryptionCipher(key: string): OldCipher;
  };
  export default des;
}
declare module 'node-forge/lib/rc2.js' {
  import type { util } from 'node-forge';
  /** CBC with PKCS#7 padding; keys, IVs and bytes as binary strings. */
  export interface OldCipher {
    start(iv: string): void;
    update(input: util.ByteStringBuffer): void;
    finish(): boolean;
    readonly output: util.ByteStringBuffer;
  }
  const rc2: {
    createDecryptionCipher(key: string, bits: number): OldCipher;
    createEncryptionCipher(key: string, bits: number): OldCipher;
  };
  export default rc2;
}
declare module 'node-forge/lib/util.js' {
  import type { util } from 'node-forge';
  const forgeUtil: typeof util;
  export default forgeUtil;
}
