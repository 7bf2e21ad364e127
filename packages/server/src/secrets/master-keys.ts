/** A key that secrets are encrypted under. */
export interface MasterKey {
  /** Kept beside everything that the key encrypts. */
  readonly id: string;
  /** 32 bytes, for AES-256. */
  readonly bytes: Buffer;
}

/** The keys of an installation. All decrypt. */
export interface MasterKeys {
  /** Encrypts. */
  readonly current: MasterKey;
  find(id: string): MasterKey | undefined;
}

/** `id:key`, the key being 32 bytes in base64 (RFC 4648, section 4), or several of them with commas between. */
const KEY = /^(?<id>[A-Za-z0-9_.-]{1,40}):(?<key>[A-Za-z0-9+/]{43}=)$/;

/** The keys that a text names, of which the first encrypts; undefined when it is not a list of keys with distinct ids. */
export function parseMasterKeys(text: string): MasterKeys | undefined {
  const keys = new Map<string, MasterKey>();
  for (const item of text.split(",")) {
    const { id, key } = KEY.exec(item.trim())?.groups ?? {};
    if (id === undefined || key === undefined || keys.has(id)) return undefined;
    keys.set(id, { id, bytes: Buffer.from(key, "base64") });
  }
  const [current] = keys.values();
  return current && { current, find: (id) => keys.get(id) };
}
