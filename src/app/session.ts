/**
 * Sessions of the Registry App. A session is a sealed token that names a key by its hash, and when it ends: nothing of
 * it is kept on the server, so every node knows it, also after a restart, and it is worth what its key is worth.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';

export type Session = {
  /** Of the key that was signed in with. */
  readonly keyHash: string;
  /** Milliseconds since 1970. */
  readonly ends: number;
};

export type Sessions = {
  readonly seal: (session: Session) => string;
  /** Undefined for what was not sealed here, whatever it is; the session may have ended. */
  readonly open: (token: string) => Session | undefined;
};

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;
const INSTANT = 8;
const HASH = 32;
/** Makes guessing at a weak admin key from a cookie cost 32 MiB and a twentieth of a second each time. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/**
 * What is sealed with is made from the admin's key, which all nodes have and the event store has not: with another
 * admin key all sessions are over.
 * @param identity of the event store
 */
export const createSessions = async (adminKey: string, identity: string): Promise<Sessions> => {
  const secret = await new Promise<Buffer>((resolve, reject) => {
    scrypt(adminKey, `moniker session ${identity}`, 32, COST, (error, made) => (error ? reject(error) : resolve(made)));
  });
  return {
    seal: ({ keyHash, ends }) => {
      const nonce = randomBytes(NONCE);
      const instant = Buffer.alloc(INSTANT);
      instant.writeBigUInt64BE(BigInt(ends));
      const cipher = createCipheriv(CIPHER, secret, nonce);
      const sealed = [cipher.update(instant), cipher.update(Buffer.from(keyHash, 'hex')), cipher.final()];
      return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64url');
    },
    open: (token) => {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== NONCE + INSTANT + HASH + TAG) return undefined;
      const decipher = createDecipheriv(CIPHER, secret, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAuthTag(bytes.subarray(-TAG));
      try {
        const opened = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
        return { ends: Number(opened.readBigUInt64BE()), keyHash: opened.subarray(INSTANT).toString('hex') };
      } catch {
        return undefined;
      }
    },
  };
};
