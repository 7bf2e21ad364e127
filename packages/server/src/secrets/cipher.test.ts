import { describe, expect, test } from "vitest";
import { createTestMasterKeys } from "../../test/platform.ts";
import { decryptSecret, encryptSecret } from "./cipher.ts";
import { parseMasterKeys } from "./master-keys.ts";

const OWNER = { tenantId: "acme", name: "API_KEY" };

describe("encryptSecret", () => {
  const { current: key } = createTestMasterKeys();
  const value = "Größe \u0000 😀";

  test("gives back the value, and never twice the same ciphertext", () => {
    const [first, second] = [encryptSecret(key, OWNER, value), encryptSecret(key, OWNER, value)];
    expect(decryptSecret(key, OWNER, first)).toBe(value);
    expect(first.nonce).not.toEqual(second.nonce);
    expect(first.ciphertext).not.toEqual(second.ciphertext);
    expect(first.ciphertext.includes(value)).toBe(false);
  });

  test("decrypts for the same tenant, name and key alone, and nothing that was changed", () => {
    const encrypted = encryptSecret(key, OWNER, value);
    const { nonce, ciphertext } = encrypted;
    const changed = Buffer.from(ciphertext.map((byte, index) => (index === 0 ? byte ^ 1 : byte)));
    const attempts = [
      decryptSecret(key, { ...OWNER, tenantId: "globex" }, encrypted),
      decryptSecret(key, { ...OWNER, name: "OTHER" }, encrypted),
      decryptSecret({ ...key, id: "renamed" }, OWNER, encrypted),
      decryptSecret(createTestMasterKeys(key.id).current, OWNER, encrypted),
      decryptSecret(key, OWNER, { ...encrypted, ciphertext: changed }),
      decryptSecret(key, OWNER, { ...encrypted, ciphertext: ciphertext.subarray(1) }),
      decryptSecret(key, OWNER, { ...encrypted, nonce: Buffer.alloc(nonce.length) }),
    ];
    expect(attempts).toEqual(attempts.map(() => undefined));
  });
});

describe("parseMasterKeys", () => {
  const text = "b".repeat(43).concat("=");

  test("takes one key or several, of which the first encrypts", () => {
    const keys = parseMasterKeys(`new-1:${text}, old.0:${text}\n`);
    expect(keys?.current.id).toBe("new-1");
    expect(keys?.find("old.0")?.bytes.byteLength).toBe(32);
    expect(keys?.find("other")).toBeUndefined();
  });

  test.each([
    "",
    text,
    `:${text}`,
    `a:${text.slice(1)}`,
    `a:${text},`,
    `a:${text},a:${text}`,
    `a b:${text}`,
    "a:short",
  ])("refuses %j", (list) => expect(parseMasterKeys(list)).toBeUndefined());
});
