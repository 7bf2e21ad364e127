import { isIPv6 } from "node:net";
import { LRUCache } from "lru-cache";
import { SkerryError } from "../../problems/errors.ts";

/** Attempts to sign in, counted on this node: failures per account, and per network address. */
export interface SignInThrottle {
  /**
   * Counts an attempt before it is checked, so that many at once do not slip through.
   *
   * @throws SkerryError `SIGN_IN_THROTTLED` with `Retry-After`.
   */
  count(account: string | undefined, address: string | undefined): SignInAttempt;
}

export interface SignInAttempt {
  /** The attempt was no failure: forgets those of its account. */
  succeed(): void;
}

const WINDOW_MS = 15 * 60_000;
/** Guesses at one account, from wherever they come. */
const ACCOUNT_ATTEMPTS = 10;
/** Guesses from one address, behind which there may be a whole company. */
const ADDRESS_ATTEMPTS = 50;
/** Whoever wants to have a count forgotten needs two thousand addresses. */
const COUNTED = 100_000;

export function createSignInThrottle(): SignInThrottle {
  const failures = new LRUCache<string, number>({ max: COUNTED, ttl: WINDOW_MS, noUpdateTTL: true });

  function refuseBeyond(name: string, most: number): void {
    if ((failures.get(name) ?? 0) < most) return;
    const seconds = Math.max(1, Math.ceil(failures.getRemainingTTL(name) / 1_000));
    throw new SkerryError("SIGN_IN_THROTTLED", `Too many attempts failed. Try again in ${seconds} s.`, {
      headers: { "retry-after": String(seconds) },
    });
  }

  function add(name: string, number: number): void {
    failures.set(name, Math.max(0, (failures.get(name) ?? 0) + number));
  }

  return {
    count(account, address) {
      const accountName = account === undefined ? undefined : `account ${account}`;
      const addressName = address === undefined ? undefined : `address ${networkOf(address)}`;
      if (accountName !== undefined) refuseBeyond(accountName, ACCOUNT_ATTEMPTS);
      if (addressName !== undefined) refuseBeyond(addressName, ADDRESS_ATTEMPTS);
      if (accountName !== undefined) add(accountName, 1);
      if (addressName !== undefined) add(addressName, 1);
      return {
        succeed() {
          if (accountName !== undefined) failures.delete(accountName);
          if (addressName !== undefined) add(addressName, -1);
        },
      };
    },
  };
}

/** Of IPv6 the first 64 bits, which is the least that a customer of a provider has (RFC 6177). */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(?<v4>[\d.]+)$/i.exec(address)?.groups?.["v4"];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = "", tail = ""] = address.split("::");
  const heads = head === "" ? [] : head.split(":");
  const tails = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - heads.length - tails.length) }, () => "0");
  return [...heads, ...zeros, ...tails]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
