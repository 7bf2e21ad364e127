import { describe, expect, test } from "vitest";
import { createSecretRedactor } from "./redaction.ts";

const KEY = 'sk-live/4f+9 Zoë="q"\n';

function redactorWith(values: Readonly<Record<string, string>>) {
  const redactor = createSecretRedactor();
  redactor.learn("acme", new Map(Object.entries(values)));
  return (text: string) => redactor.redact("acme", text);
}

describe("SecretRedactor", () => {
  test("finds a value as itself and in every form that it is commonly sent in", () => {
    const redact = redactorWith({ API_KEY: KEY });
    const basic = (user: string) => Buffer.from(`${user}:${KEY}@rest`);
    const forms: readonly string[] = [
      KEY,
      JSON.stringify(KEY),
      JSON.stringify({ deep: JSON.stringify({ key: KEY }) }),
      encodeURIComponent(KEY),
      encodeURIComponent(KEY).toLowerCase().replaceAll("zo", "Zo"),
      new URLSearchParams({ key: KEY }).toString(),
      Buffer.from(KEY).toString("base64"),
      Buffer.from(KEY).toString("base64url"),
      ...["a", "ab", "abc"].flatMap((user) => [
        basic(user).toString("base64"),
        basic(user).toString("base64url"),
      ]),
    ];
    for (const form of forms) {
      const redacted = redact(`before ${form} behind`);
      expect(redacted).toMatch(/^before .*\[secret API_KEY\].* behind$/s);
      expect(redacted).not.toMatch(/live|bGl2Z/);
    }
  });

  test("takes the longest of values that overlap, and leaves short ones and other tenants alone", () => {
    const redactor = createSecretRedactor();
    redactor.learn(
      "acme",
      new Map([
        ["SHORT", "token"],
        ["LONG", "token-of-acme"],
        ["TINY", "abc"],
      ]),
    );
    expect(redactor.redact("acme", "token-of-acme token abc")).toBe("[secret LONG] [secret SHORT] abc");
    expect(redactor.redact("globex", "token-of-acme")).toBe("token-of-acme");
  });

  test("keeps JSON whole, whatever the values are", () => {
    const redact = redactorWith({
      PIN: "1234",
      QUOTE: '","x":"',
      BRACES: '{"a":[',
      WORD: "true",
      SLASH: "\\\\\\\\",
      TEXT: "öffentlich\u2028",
    });
    const value = {
      pin: 1234,
      others: [12345, -1234, 1.234, true],
      "1234": "x1234y",
      text: 'öffentlich\u2028 ","x":" {"a":[ \\\\\\\\ true',
      a: "",
      x: "",
    };
    expect(JSON.parse(redact(JSON.stringify(value)))).toEqual({
      "[secret PIN]": "x[secret PIN]y",
      pin: "[secret PIN]",
      others: [12345, -1234, 1.234, true],
      text: "[secret TEXT] [secret QUOTE] [secret BRACES] [secret SLASH] [secret WORD]",
      a: "",
      x: "",
    });
    expect(redact("1234")).toBe('"[secret PIN]"');
    expect(redact('log: "1234')).toBe('log: "[secret PIN]');
  });

  test("takes the beginning of a long value too", () => {
    const long = "-----BEGIN PRIVATE KEY-----\n".concat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(50));
    const redact = redactorWith({ PEM: long, OTHER: `${long.slice(0, 100)}X` });
    expect(redact(`cut: ${long.slice(0, 700)}…`)).toBe("cut: [secret PEM]…");
  });

  test("knows a replaced value for an hour more", () => {
    let time = 0;
    const redactor = createSecretRedactor({ now: () => time });
    redactor.learn("acme", new Map([["KEY", "first-value"]]));
    time = 59 * 60_000;
    redactor.learn("acme", new Map([["KEY", "second-value"]]));
    expect(redactor.redact("acme", "first-value second-value")).toBe("[secret KEY] [secret KEY]");
    time = 61 * 60_000;
    redactor.learn("acme", new Map([["KEY", "second-value"]]));
    expect(redactor.redact("acme", "first-value second-value")).toBe("first-value [secret KEY]");
  });

  test("takes time that grows with the text alone, also against values made to be slow", () => {
    const values = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`S${index}`, `${"a".repeat(60_000)}${index}`]),
    );
    const redact = redactorWith(values);
    redact("warm");
    const nearly = `${"a".repeat(63)}b`.repeat(8_000);
    const escapes = JSON.stringify({ text: `${"\\".repeat(1_000_000)}${"a".repeat(70_000)}` });
    const startedAt = performance.now();
    expect(redact(nearly)).toBe(nearly);
    expect(redact("a".repeat(500_000))).not.toContain("aaaa");
    expect(JSON.parse(redact(escapes))).toMatchObject({ text: expect.stringMatching(/\\\[secret S\d+\]/) });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
