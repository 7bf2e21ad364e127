import { describe, expect, test } from "vitest";
import { HostIntl } from "./host-intl.ts";

/** CPU time of one answer, of which the machine's other work is no part, when the data of its locale is loaded. */
function measureCpuMs(question: string): number {
  const host = new HostIntl();
  host.answer(question);
  const before = process.cpuUsage();
  host.answer(question);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function ask(subject: unknown, ...call: readonly unknown[]): unknown {
  return JSON.parse(new HostIntl().answer(`${JSON.stringify(subject)}\n${JSON.stringify(call)}`));
}

describe("the host's Intl", () => {
  test("answers, and throws as Intl does, by name and message", () => {
    const host = new HostIntl();
    for (let round = 0; round < 2; round++) {
      expect(host.answer('["NumberFormat",["de"],{}]\n["format","n1.5"]')).toBe('["1,5"]');
      expect(JSON.parse(host.answer('["NumberFormat",["x_y"],{}]\n["create"]'))).toEqual({
        name: "RangeError",
        message: "Invalid language tag: x_y",
      });
    }
  });

  test("has a default locale that is not the host's, also where it knows none of the locales", () => {
    for (const locales of [[], ["tlh"]]) {
      expect(ask(["NumberFormat", locales, {}], "resolvedOptions")).toMatchObject([{ locale: "en-US" }]);
    }
  });

  test.each([
    ["no JSON", "x"],
    ["one line", '["NumberFormat",[],{}]'],
    ["no list", '{}\n["format","n1"]'],
    ["a constructor that is none", '["constructor",[],{}]\n["format","n1"]'],
    ["a method that is none", '["NumberFormat",[],{}]\n["constructor"]'],
    ["a method of another constructor", '["NumberFormat",[],{}]\n["compare","a","b"]'],
    ["no method", '["NumberFormat",[],{}]\n[]'],
    ["a locale that is no text", '["NumberFormat",[1],{}]\n["format","n1"]'],
    [
      "more locales than may be",
      `["NumberFormat",${JSON.stringify(Array(33).fill("de"))},{}]\n["format","n1"]`,
    ],
    ["a locale that is too long", `["NumberFormat",["${"x".repeat(257)}"],{}]\n["format","n1"]`],
    ["options that are a list", '["NumberFormat",[],[]]\n["format","n1"]'],
    ["an option that is none", '["NumberFormat",[],{"__proto__":1}]\n["format","n1"]'],
    ["an option of another kind", '["NumberFormat",[],{"style":{"toString":"x"}}]\n["format","n1"]'],
    ["a number that is none", '["NumberFormat",[],{}]\n["format",1]'],
    ["a number that is too long", `["NumberFormat",[],{}]\n["format","i${"9".repeat(1_000)}"]`],
    ["a big integer that is none", '["NumberFormat",[],{}]\n["format","ix"]'],
    ["a time that is none", '["DateTimeFormat",[],{}]\n["format","now"]'],
    [
      "a list of more items than may be",
      `["ListFormat",[],{}]\n["format",${JSON.stringify(Array(1_001).fill("a"))}]`,
    ],
    [
      "a list that is too long",
      `["ListFormat",[],{}]\n["format",${JSON.stringify(Array(2).fill("a".repeat(40_000)))}]`,
    ],
    ["a duration with other fields", '["DurationFormat",[],{}]\n["format",{"toString":1}]'],
    ["a text that is too long to compare", `["Collator",[],{}]\n["compare","a","${"a".repeat(16_385)}"]`],
    ["a text that is too long to cut", `["Segmenter",[],{}]\n["segment","${"a".repeat(16_385)}"]`],
    ["a text that is too long", `["Intl",["tr"],{}]\n["toLocaleUpperCase","${"a".repeat(65_537)}"]`],
    [
      "what is too long before it is parsed",
      `["Intl",["tr"],{}]\n["toLocaleUpperCase",${"[".repeat(2 ** 21)}`,
    ],
    ["nesting without end", `["Intl",["tr"],{}]\n${"[".repeat(2 ** 19)}`],
    ["a constructor's name that is none", '["Intl",[],{}]\n["supportedLocalesOf","constructor"]'],
  ])("refuses %s", (_, question) => {
    const { name, message } = JSON.parse(new HostIntl().answer(question)) as {
      name: string;
      message: string;
    };
    expect(["TypeError", "RangeError"]).toContain(name);
    expect(message.length).toBeLessThan(513);
  });

  /** What would take ICU a second to minutes without a limit of its own. */
  test.each([
    [
      "marks that interrupt a contraction",
      ["Collator", ["sk"], {}],
      ["compare", `c${"\u0315\u0300".repeat(8_000)}h`, `c${"\u0315\u0300".repeat(8_000)}i`],
    ],
    [
      "marks of which a contraction is made",
      ["Collator", [], {}],
      ["compare", `a\u0fb2${"\u0f71".repeat(16_000)}\u0f80`, `A\u0fb2${"\u0f71".repeat(16_000)}\u0f80`],
    ],
    [
      "a number of endless zeros",
      ["NumberFormat", [], { maximumSignificantDigits: 21 }],
      ["format", "s1e-999999999"],
    ],
  ])("is quick about %s", (_, subject, call) => {
    expect(measureCpuMs(`${JSON.stringify(subject)}\n${JSON.stringify(call)}`)).toBeLessThan(500);
  });

  test("lets go of objects as quickly as guests can ask for others", () => {
    const host = new HostIntl();
    const before = process.memoryUsage.rss();
    for (let count = 0; count < 9_000; count++) {
      const subject = [
        "DateTimeFormat",
        ["en"],
        {
          dateStyle: "full",
          timeStyle: "full",
          timeZone: `+${String(10 + (count % 13))}:${String(count % 60).padStart(2, "0")}`,
        },
      ];
      host.answer(`${JSON.stringify(subject)}\n["formatRange",0,1000000000000]`);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 28);
  });
});
