import { afterAll, beforeAll, expect, test } from "vitest";
import { type Case, CASES, type Encoded } from "../../../test/corpus/cases.ts";
import { decode, encode } from "../../../test/corpus/encoding.ts";
import { evaluateInNode } from "../../../test/template-in-node.ts";

/** Cases that need a bridge to end as recorded: iterators do not cross. */
const NEEDS_BRIDGE = new Set(["ext.array-150", "ext.object-079"]);

/** What the compiler, not an extension function, does otherwise. */
const OF_THE_COMPILER = /^ext\.misc-/;

/** Results that are better than the recorded ones, by case. `docs/expression-compatibility.md` says why. */
const DIVERGENCES: Readonly<Record<string, Encoded>> = {
  "ext.string-027": "code\n",
  "ext.string-126": { error: "ExpressionExtensionError" },
  "ext.string-174": "da\\dbd",
  "ext.string-281": { ["__proto__"]: { z: 1 } },
  "ext.array-065": [{ b: {} }],
  "ext.array-066": [[1], []],
  "ext.array-070": [{ d: { $type: "date", value: "1970-01-01T00:00:00.000Z" } }],
  "ext.object-008": false,
  "ext.object-037": { a: {} },
  "ext.object-038": {},
  "ext.object-039": { a: [1] },
};

const CHECKED = CASES.filter(
  ({ id, group }) => group.startsWith("ext.") && !OF_THE_COMPILER.test(id) && !NEEDS_BRIDGE.has(id),
);
/** Texts of ISO shape are texts here. */
const isIsoText = ({ quirks }: Case): boolean => quirks?.includes("iso-string-dispatch") ?? false;

let zoneBefore: string | undefined;
beforeAll(() => {
  zoneBefore = process.env["TZ"];
  process.env["TZ"] = "UTC";
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zoneBefore;
});

test("recorded results come out again, but for the divergences", () => {
  const cases = CHECKED.filter((each) => !isIsoText(each));
  expect(cases.length).toBeGreaterThan(500);
  const differing = cases.filter((each) => !equals(outcomeOf(each), DIVERGENCES[each.id] ?? recorded(each)));
  expect(differing.map((each) => [each.id, each.expression, outcomeOf(each)])).toEqual([]);
});

test("texts of ISO shape have the functions of texts", () => {
  const results = CHECKED.filter(isIsoText).map((each) => [each.expression.slice(9, -3), outcomeOf(each)]);
  expect(Object.fromEntries(results)).toEqual({
    "iso.isEmail()": false,
    "iso.base64Encode()": "MjAyNC0wMi0yOVQyMzo1OTo1OS45OTla",
    "iso.extract()": { error: "ExpressionExtensionError" },
    "iso.endOfMonth()": { error: "ExpressionExtensionError" },
    "iso.minus()": { error: "ExpressionExtensionError" },
    "iso.diffTo()": { error: "ExpressionExtensionError" },
    "iso.toInt()": 2024,
    "iso.toBoolean()": true,
    "iso.urlEncode()": "2024-02-29T23%3A59%3A59.999Z",
    "iso.urlDecode()": "2024-02-29T23:59:59.999Z",
    "iso.quote()": '"2024-02-29T23:59:59.999Z"',
    "iso.removeTags()": "2024-02-29T23:59:59.999Z",
    "iso.length()": 24,
  });
});

function outcomeOf({ expression, data, timezone }: Case): Encoded {
  try {
    return encode(evaluateInNode(expression, decode(data) as object, timezone));
  } catch (error) {
    return { error: (error as Error).name };
  }
}

function recorded({ result, error }: Case): Encoded {
  return error === undefined ? (result ?? null) : { error: error.class };
}

function equals(one: Encoded, other: Encoded): boolean {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
}
