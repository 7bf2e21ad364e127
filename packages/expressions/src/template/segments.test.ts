import { describe, expect, test } from "vitest";
import { type Segment, splitTemplate } from "./segments.ts";

/** Texts as they are, code in an array. */
function split(template: string): (string | [string])[] {
  return splitTemplate(template).map((segment) =>
    segment.kind === "text" ? segment.value : [segment.source],
  );
}

describe("splitTemplate", () => {
  test.each<[template: string, parts: (string | [string])[]]>([
    ["", [""]],
    ["plain }} { text", ["plain }} { text"]],
    ["a{{ 1 }}b{{2}}", ["a", [" 1 "], "b", ["2"]]],
    ["{{ 1 }}\n", [[" 1 "], "\n"]],
    // The end may be missing, and an opener with nothing behind it is nothing.
    ["{{ 1 +", [[" 1 +"]]],
    ["{{ 1 }} {{", [[" 1 "], " ", ""]],
    // Backslashes before an opener.
    ["\\{{ b }} {{ 1 }}", ["\\{{ b }} ", [" 1 "]]],
    ["\\\\{{ 1 }}", ["\\", [" 1 "]]],
    ["\\\\\\{{ 1 }}", ["\\\\\\{{ 1 }}"]],
    ["x\\\\y{{ 1 }}x\\\\y", ["x\\y", [" 1 "], "x\\\\y"]],
    // `}}` that belongs to the code.
    ["{{ {a:{b:1}} }}!", [[" {a:{b:1}} "], "!"]],
    ["{{{a:{b:1}}}}!", [["{a:{b:1}}"], "!"]],
    ["{{ '}}' + \"}}\" }}!", [[" '}}' + \"}}\" "], "!"]],
    ["{{ 'it\\'s }}' }}!", [[" 'it\\'s }}' "], "!"]],
    ["{{ /}}/.test(x) }}!", [[" /}}/.test(x) "], "!"]],
    ["{{ [/[/}}]/, 1] }}!", [[" [/[/}}]/, 1] "], "!"]],
    ["{{ a.map(() => { return /}}/ }) }}!", [[" a.map(() => { return /}}/ }) "], "!"]],
    ["{{ `}}${ {a:`}}`}.a }}}` }}!", [[" `}}${ {a:`}}`}.a }}}` "], "!"]],
    ["{{ /* }} */ 1 }}!", [[" /* }} */ 1 "], "!"]],
    ["{{ f( // }}\n1) }}!", [[" f( // }}\n1) "], "!"]],
    // `}}` that does not.
    ["{{ a / b }} and {{ c / d }}", [[" a / b "], " and ", [" c / d "]]],
    ["{{ a++ / 2 }}/{{ x }}", [[" a++ / 2 "], "/", [" x "]]],
    ["{{ (a) / 2 }}/{{ x }}", [[" (a) / 2 "], "/", [" x "]]],
    ["{{ a.return / 2 }}/{{ x }}", [[" a.return / 2 "], "/", [" x "]]],
    ["{{ 1. / 2 }}/{{ x }}", [[" 1. / 2 "], "/", [" x "]]],
    ["{{ 5 // five }}!", [[" 5 // five "], "!"]],
    ["{{ f( }}!", [[" f( "], "!"]],
    // A backslash keeps the braces in the code, and is none of it.
    ["{{ {a:{b:1\\}} }}!", [[" {a:{b:1 }} "], "!"]],
    ['{{ "a\\}}b" }}!', [[' "a\\}}b" '], "!"]],
  ])("%j", (template, parts) => {
    expect(split(template)).toEqual(parts);
  });

  test("says where each segment is", () => {
    const template = "é\\\\{{ {a:{b:1\\}} }}\n{{x}}{{";
    const segments: readonly Segment[] = splitTemplate(template);
    expect(segments.map(({ range }) => template.slice(range.start, range.end))).toEqual([
      "é\\\\",
      " {a:{b:1\\}} ",
      "\n",
      "x",
      "{{",
    ]);
    for (const segment of segments) {
      if (segment.kind === "code")
        expect(segment.source).toHaveLength(segment.range.end - segment.range.start);
    }
  });

  test.each([
    "{{",
    "{{{",
    "{{ (",
    "{{`${",
    '{{ "',
    "{{ /[",
    "{{ /*",
    "{{ //",
    "\\{{",
    "{{ \\}}",
    "{{ a /",
    "}} (",
  ])("a quarter million characters of %j take no time", (piece) => {
    const template = piece.repeat(2 ** 18 / piece.length);
    const begun = process.cpuUsage();
    const segments = splitTemplate(template);
    const { user, system } = process.cpuUsage(begun);
    expect(segments.at(-1)?.range.end).toBe(template.length);
    expect((user + system) / 1_000).toBeLessThan(500);
  });
});
