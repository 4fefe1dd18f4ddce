/** The two ciphers of node-forge that old .p12 files need; its typings know the whole library only. */
declare module 'node-forge/lib/des.js' {
  import type { cipher } from 'node-forge';
  const des: {
    createDecryptionCipher(key: string): cipher.BlockCipher;
    createEncryptionCipher(key: string): cipher.BlockCipher;
  };
  export default des;
}
declare module 'node-forge/lib/rc2.js' {
  import type { util } from 'node-forge';
  interface Rc2Cipher {
    start(iv: string): void;
    update(input: util.ByteStringBuffer): void;
    finish(): boolean;
    readonly output: util.ByteStringBuffer;
  }
  const rc2: {
    createDecryptionCipher(key: string, bits: number): Rc2Cipher;
    createEncryptionCipher(key: string, bits: number): Rc2Cipher;
  };
  export default rc2;
}
declare module 'node-forge/lib/util.js' {
  import type { util } from 'node-forge';
  const forgeUtil: typeof util;
  export default forgeUtil;
}
