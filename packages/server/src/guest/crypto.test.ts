import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type GuestRealm, createGuestRealm } from "../../test/guest-realm.ts";

let realm: GuestRealm;

beforeAll(async () => {
  realm = await createGuestRealm();
});

const HASHES = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

async function digestText(hash: string, text: string, times: number): Promise<string> {
  const bytes = await crypto.subtle.digest(hash, new TextEncoder().encode(text.repeat(times)));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function authenticateBytes(hash: string, key: number[], data: number[]): Promise<string> {
  const known = await crypto.subtle.importKey("raw", new Uint8Array(key), { name: "HMAC", hash }, false, [
    "sign",
  ]);
  const mac = await crypto.subtle.sign("HMAC", known, new Uint8Array(data));
  return [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe("digests", () => {
  // The examples of FIPS 180-4 that NIST publishes: one block, two blocks, and a million times "a".
  test.each<[string, string, number, string]>([
    ["SHA-1", "abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["SHA-256", "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "SHA-256",
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["SHA-1", "a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"],
    ["SHA-256", "a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
    [
      "SHA-384",
      "abc",
      1,
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    ],
    [
      "SHA-512",
      "abc",
      1,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ],
  ])("%s of %j, %d times", async (hash, text, times, expected) => {
    const { guest } = await realm.compare(digestText, hash, text, times);
    expect(guest).toEqual(["value", expected]);
  });

  test("of any bytes, in any kind of view, are what they are in Node", async () => {
    const digestView = async (hash: unknown, data: number[], view: string): Promise<number[]> => {
      const bytes = new Uint8Array([9, ...data]);
      const given =
        view === "buffer"
          ? bytes.buffer
          : view === "view"
            ? new DataView(bytes.buffer, 1)
            : view === "copy"
              ? bytes.subarray(1)
              : (view as never);
      const promise = crypto.subtle.digest(hash as string, given);
      // What happens to the buffer afterwards must not matter.
      bytes.fill(0);
      return [...new Uint8Array(await promise)];
    };
    const anyHash = fc.oneof(
      fc.constantFrom<unknown>(...HASHES, "sha-256", { name: "Sha-512" }),
      fc.constantFrom<unknown>("SHA-257", "SHA256", "MD5", {}, null, 1, ""),
    );
    const anyView = fc.constantFrom("buffer", "view", "copy", "copy", "not bytes");
    // Lengths around the ends of blocks, where padding is decided.
    const anyData = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 260, size: "max" });
    await fc.assert(
      fc.asyncProperty(anyHash, anyData, anyView, async (hash, data, view) => {
        const { guest, node } = await realm.compare(digestView, hash, data, view);
        expect(guest).toEqual(node);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("HMAC", () => {
  const bytesOf = (text: string): number[] => [...Buffer.from(text)];
  // RFC 2202, 3 (SHA-1), and RFC 4231, 4.2 to 4.7, the last with a key longer than a block.
  test.each<[string, number[], number[], string]>([
    ["SHA-1", Array<number>(20).fill(0x0b), bytesOf("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"],
    [
      "SHA-256",
      Array<number>(20).fill(0x0b),
      bytesOf("Hi There"),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ],
    [
      "SHA-256",
      bytesOf("Jefe"),
      bytesOf("what do ya want for nothing?"),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "SHA-384",
      Array<number>(20).fill(0xaa),
      Array<number>(50).fill(0xdd),
      "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27",
    ],
    [
      "SHA-512",
      Array<number>(131).fill(0xaa),
      bytesOf("Test Using Larger Than Block-Size Key - Hash Key First"),
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
    ],
  ])("%s, key %j of %j", async (hash, key, data, expected) => {
    const { guest, node } = await realm.compare(authenticateBytes, hash, key, data);
    expect(guest).toEqual(["value", expected]);
    expect(node).toEqual(guest);
  });

  test("any key, any data: signatures and what is verified are what they are in Node", async () => {
    const signAndVerify = async (
      hash: string,
      key: number[],
      data: number[],
      flip: number,
    ): Promise<unknown> => {
      const { subtle } = crypto;
      const algorithm = { name: "hmac", hash };
      const known = await subtle.importKey("raw", new Uint8Array(key), algorithm, true, ["verify", "sign"]);
      const mac = new Uint8Array(await subtle.sign("HMAC", known, new Uint8Array(data)));
      const right = await subtle.verify("HMAC", known, mac, new Uint8Array(data));
      const wrong = mac.slice();
      const at = flip % wrong.length;
      wrong.set([(mac.at(at) ?? 0) ^ (1 << (flip % 8))], at);
      return [
        [...mac],
        right,
        await subtle.verify("HMAC", known, wrong, new Uint8Array(data)),
        await subtle.verify("HMAC", known, mac.subarray(1), new Uint8Array(data)),
        await subtle.verify("HMAC", known, new ArrayBuffer(0), new Uint8Array(data)),
        known.algorithm,
        known.type,
        known.usages,
        [...new Uint8Array(await subtle.exportKey("raw", known))],
      ];
    };
    const anyBytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300, size: "max" });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...HASHES), anyBytes, anyBytes, fc.nat(1_000), async (...args) => {
        const { guest, node } = await realm.compare(signAndVerify, ...args);
        expect(guest).toEqual(node);
        if (guest[0] === "value")
          expect((guest[1] as unknown[]).slice(1, 5)).toEqual([true, false, false, false]);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test.each<[string, string, string]>([
    ["an empty key", `subtle.importKey("raw", new Uint8Array(0), H, true, ["sign"])`, "DataError"],
    [
      "a key longer than its bytes",
      `subtle.importKey("raw", K, { ...H, length: 33 }, true, ["sign"])`,
      "DataError",
    ],
    [
      "a key shorter by a byte",
      `subtle.importKey("raw", K, { ...H, length: 24 }, true, ["sign"])`,
      "DataError",
    ],
    ["no usage", `subtle.importKey("raw", K, H, true, [])`, "SyntaxError"],
    ["a usage of other keys", `subtle.importKey("raw", K, H, true, ["encrypt"])`, "SyntaxError"],
    ["no hash", `subtle.importKey("raw", K, "HMAC", true, ["sign"])`, "TypeError"],
    [
      "an unknown hash",
      `subtle.importKey("raw", K, { name: "HMAC", hash: "MD5" }, true, ["sign"])`,
      "NotSupportedError",
    ],
    ["no bytes", `subtle.importKey("raw", "text", H, true, ["sign"])`, "TypeError"],
    ["usages that are no list", `subtle.importKey("raw", K, H, true, 1)`, "TypeError"],
    ["signing with what is no key", `subtle.sign("HMAC", {}, K)`, "TypeError"],
    [
      "signing with a key for verifying",
      `verifier.then((key) => subtle.sign("HMAC", key, K))`,
      "InvalidAccessError",
    ],
    [
      "verifying with a key for signing",
      `signer.then((key) => subtle.verify("HMAC", key, K, K))`,
      "InvalidAccessError",
    ],
    [
      "exporting what is not extractable",
      `signer.then((key) => subtle.exportKey("raw", key))`,
      "InvalidAccessError",
    ],
    ["an unknown algorithm", `signer.then((key) => subtle.sign("ROT-13", key, K))`, "NotSupportedError"],
    [
      "a generated key of no bits",
      `subtle.generateKey({ ...H, length: 0 }, true, ["sign"])`,
      "OperationError",
    ],
    ["making a key by hand", `Promise.reject(tryNew(CryptoKey))`, "TypeError"],
  ])("refuses %s, as Node does", async (_what, expression, name) => {
    const attempt = async (source: string): Promise<unknown> => {
      const { subtle } = crypto;
      const H = { name: "HMAC", hash: "SHA-256" };
      const K = new Uint8Array([1, 2, 3, 4]);
      const signer = subtle.importKey("raw", K, H, false, ["sign"]);
      const verifier = subtle.importKey("raw", K, H, false, ["verify"]);
      const tryNew = (Type: new () => unknown): unknown => {
        try {
          return new Type();
        } catch (error) {
          return error;
        }
      };
      // oxlint-disable-next-line typescript/no-implied-eval -- the same source on both sides
      const run = new Function("subtle", "H", "K", "signer", "verifier", "tryNew", `return ${source}`);
      return (
        (await (run as (...args: unknown[]) => Promise<unknown>)(subtle, H, K, signer, verifier, tryNew)) !==
        null
      );
    };
    const { guest, node } = await realm.compare(attempt, expression);
    expect(guest).toEqual(["error", name]);
    expect(node).toEqual(guest);
  });

  test("generates keys by chance, as long as a block of the hash or as asked", async () => {
    const generate = async (hash: string, length?: number): Promise<unknown> => {
      const algorithm = { name: "HMAC", hash, ...(length ? { length } : {}) };
      const known = await crypto.subtle.generateKey(algorithm, true, ["sign"]);
      const bytes = new Uint8Array(await crypto.subtle.exportKey("raw", known));
      return [bytes.length, new Set(bytes).size > bytes.length / 4, known.algorithm];
    };
    for (const args of [...HASHES.map((hash) => [hash] as const), ["SHA-1", 256] as const]) {
      const { guest, node } = await realm.compare(generate, ...args);
      expect(guest).toEqual(node);
    }
  });
});

test("what a script does to built-ins does not let a wrong signature pass", async () => {
  const fresh = await createGuestRealm();
  fresh.evaluate(`Array.prototype.every = () => true; Object.is = () => true; Uint8Array.prototype.every = () => true;
    String.prototype.toUpperCase = () => "SHA-1"; JSON.stringify = () => "";`);
  const verify = fresh.evaluate(`(async () => {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(4), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    return [await crypto.subtle.verify("HMAC", key, new Uint8Array(32), new Uint8Array(1)), key.algorithm.hash.name].join();
  })()`);
  expect(await verify).toBe("false,SHA-256");
});
