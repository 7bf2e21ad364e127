import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { SkerryError } from "../problems/errors.ts";

/** Keeps passwords as scrypt hashes (RFC 7914), at most two at work at a time. */
export interface PasswordHasher {
  /**
   * @throws SkerryError `CONCURRENCY_LIMIT` when a hundred others wait.
   * @returns a text in the PHC string format, which carries salt and cost.
   */
  hash(password: string): Promise<string>;
  /**
   * Tells whether a password is the one that was hashed. Without a hash it is not, after the same work: the time does
   * not tell whether there is such a user.
   *
   * @throws SkerryError as `hash` does.
   */
  verify(password: string, hash: string | null): Promise<boolean>;
}

/** One of the equally strong choices of the OWASP Password Storage Cheat Sheet: 32 MiB and three passes. */
const LOG_COST = 15;
const BLOCK_SIZE = 8;
const PASSES = 3;

const PARAMETERS = `ln=${LOG_COST},r=${BLOCK_SIZE},p=${PASSES}`;
const OPTIONS = { N: 2 ** LOG_COST, r: BLOCK_SIZE, p: PASSES, maxmem: 64 * 1024 * 1024 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Each takes a thread of the pool that files and DNS names need too. */
const CONCURRENT_HASHES = 2;
/** About ten seconds of work; whoever comes then is told to come again. */
const MAX_WAITING = 100;
const RETRY_AFTER_SECONDS = 10;

const HASH_PATTERN = /^\$scrypt\$(?<parameters>[^$]+)\$(?<salt>[\w-]+)\$(?<digest>[\w-]+)$/;

const derive = promisify<string, Buffer, number, typeof OPTIONS, Buffer>(scrypt);

export function createPasswordHasher(): PasswordHasher {
  const slots = Array.from({ length: CONCURRENT_HASHES }, (): Promise<unknown> => Promise.resolve());
  let waiting = 0;
  let turn = 0;

  /** One chain of promises per slot, taken in rotation: all take the same time. */
  async function digest(password: string, salt: Buffer): Promise<Buffer> {
    if (waiting >= MAX_WAITING) {
      const headers = { "retry-after": String(RETRY_AFTER_SECONDS) };
      throw new SkerryError("CONCURRENCY_LIMIT", `${MAX_WAITING} passwords wait to be hashed already.`, {
        headers,
      });
    }
    turn = (turn + 1) % CONCURRENT_HASHES;
    const digested = (slots[turn] ?? Promise.resolve()).then(() =>
      derive(password.normalize("NFKC"), salt, HASH_BYTES, OPTIONS),
    );
    slots[turn] = digested.catch(() => {});
    waiting += 1;
    try {
      return await digested;
    } finally {
      waiting -= 1;
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const hash = await digest(password, salt);
      return `$scrypt$${PARAMETERS}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
    },

    async verify(password, hash) {
      const known = readHash(hash);
      const tried = await digest(password, known?.salt ?? randomBytes(SALT_BYTES));
      return known !== undefined && timingSafeEqual(tried, known.digest);
    },
  };
}

interface KnownHash {
  readonly salt: Buffer;
  readonly digest: Buffer;
}

function readHash(text: string | null): KnownHash | undefined {
  const { parameters, salt = "", digest = "" } = HASH_PATTERN.exec(text ?? "")?.groups ?? {};
  if (parameters !== PARAMETERS) return undefined;
  return { salt: Buffer.from(salt, "base64url"), digest: Buffer.from(digest, "base64url") };
}
