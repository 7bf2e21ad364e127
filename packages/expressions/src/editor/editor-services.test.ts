import { describe, expect, test } from "vitest";
import { defineExtension } from "../additions/extension.ts";
import { defineLibrary } from "../additions/library.ts";
import { type CompletionList } from "./completions.ts";
import { createEditorServices } from "./editor-services.ts";
import type { EditorContext } from "./globals.ts";

const DATA = {
  $json: {
    user: { name: "Ada", "first name": "Ada" },
    items: [{ sku: "A1", price: 3 }],
    when: new Date(0),
  },
  $vars: { max: 3 },
  rate: () => 1,
};
const NODES = { Fetch: { total: 1 }, "It's": undefined };
const SCHEMA = {
  properties: { $json: { $ref: "#/$defs/order" } },
  $defs: {
    order: {
      type: "object",
      properties: {
        state: { enum: ["open", "paid"], description: "How far it is." },
        lines: { type: "array", items: { $ref: "#/$defs/line" } },
        parent: { $ref: "#/$defs/order" },
      },
    },
    line: {
      allOf: [
        { properties: { sku: { type: "string" } } },
        { anyOf: [{ properties: { n: { type: "integer" } } }] },
      ],
    },
  },
};
const ADDITIONS = {
  extensions: [
    defineExtension({
      on: "string",
      name: "mask",
      description: "Hides it.",
      parameters: [{ name: "shown", type: "number", default: 4, description: "What stays." }],
      returns: "string",
      run: (value) => value,
    }),
  ],
  libraries: [defineLibrary({ name: "slugs", description: "Makes slugs.", script: "const slugs = {}" })],
};

const editor = createEditorServices(ADDITIONS);

/** Takes the position from a text with `|` in it. */
function at<Result>(marked: string, ask: (template: string, position: number) => Result): Result {
  return ask(marked.replace("|", ""), marked.indexOf("|"));
}

function complete(marked: string, context: EditorContext = { data: DATA, nodes: NODES }): CompletionList {
  return at(marked, (template, position) => editor.completions(template, position, context));
}

function labels(marked: string, context?: EditorContext): string[] {
  return complete(marked, context).items.map(({ label }) => label);
}

/** What the template is when the first completion has been taken, with the cursor in it. */
function take(marked: string): string | undefined {
  const [item] = complete(marked).items;
  if (!item) return undefined;
  const { insertText, cursorOffset = insertText.length, range } = item;
  const written = `${insertText.slice(0, cursorOffset)}|${insertText.slice(cursorOffset)}`;
  return at(marked, (template) => template.slice(0, range.start) + written + template.slice(range.end));
}

describe("completions", () => {
  test.each<[marked: string, first: readonly string[]]>([
    ["{{ $json.| }}", ["user", "items", "when", "isEmpty"]],
    ["{{ $json.user.| }} and {{ 1 }}", ["name", "first name", "isEmpty"]],
    ["{{ $json.items.map(item => item.| }} text", ["sku", "price"]],
    ["{{ $json.items.filter(({ price }) => price).map((i) => ({ a: i.|", ["sku", "price"]],
    ["{{ $json.items.reduce((sum, i) => sum + i.|, 0) }}", ["sku", "price"]],
    ["{{ $json.items.first()?.| }}", ["sku", "price"]],
    ["{{ $json.items[0].| }}", ["sku", "price"]],
    ["{{ (() => { const { user: u } = $json; return u.| })() }}", ["name", "first name"]],
    ["{{ (() => { for (const each of $json.items) { each.| } })() }}", ["sku", "price"]],
    ["{{\n(() => {\nconst u = $json.user\nreturn u.|", ["name", "first name"]],
    ["{{ `a ${$json.user.n| } b` }}", ["name"]],
    ["{{ { a: { b: 1 } }.a.| }}", ["b", "isEmpty"]],
    ["{{ $if($json.a, $json.user, 1).| }}", ["name", "first name"]],
    ["{{ $('Fetch').first().json.| }}", ["total"]],
    ["{{ $node['Fetch'].json.| }}", ["total"]],
    ["{{ $input.all().map(i => i.json.| }}", ["user", "items"]],
    ["{{ $('Fetch').| }}", ["first", "last", "all", "item"]],
    ["{{ $json['| }}", ["user", "items", "when"]],
    ["{{ $('| }}", ["Fetch", "It's"]],
    ["{{ | }}", ["$json", "$vars", "rate", "$binary", "$input"]],
    ["{{ $json.items.map(item => | }}", ["item", "$json"]],
    ["{{ 'x'.toT| }}", ["toTitleCase"]],
    ["{{ 'x'.mas| }}", ["mask"]],
    ["{{ $now.toF| }}", ["toFormat"]],
    ["{{ $json.when.form| }}", ["format"]],
    ["{{ [1, 2].mean| }}", ["average"]],
    ["{{ slu| }}", ["slugs"]],
    ["{{ Math.r| }}", ["random", "round"]],
  ])("%s", (marked, first) => {
    expect(labels(marked).slice(0, first.length)).toEqual(first);
  });

  test.each([
    ["{{ // $json.| }}"],
    ["{{ 'abc| }}"],
    ["{{ /ab|/ }}"],
    ["{{ 5| }}"],
    ["{{ (function na| ) }}"],
    ["{{ (() => { const nam| ) }}"],
  ])("has none for %s", (marked) => {
    expect(labels(marked)).toEqual([]);
  });

  test("of text is the opener alone", () => {
    expect(take("Hello |")).toBe("Hello {{ | }}");
    expect(take("Hello {|")).toBe("Hello {{ | }}");
    expect(take("{{ 1 }}|{{ 2 }}")).toBe("{{ 1 }}{{ | }}{{ 2 }}");
  });

  test.each([
    ["{{ $json.us| }}", "{{ $json.user| }}"],
    ["{{ $json.u|x }}", "{{ $json.user| }}"],
    ["{{ $json.user.first| }}", '{{ $json.user["first name"]| }}'],
    ["{{ $json.user?.first| }}", '{{ $json.user?.["first name"]| }}'],
    ["{{ $json['us|x'] }}", "{{ $json['user|'] }}"],
    ["{{ $('It|').first() }}", "{{ $('It\\'s|').first() }}"],
    ["{{ 'x'.mas| }}", "{{ 'x'.mask(|) }}"],
    ["{{ 'x'.mas|(2) }}", "{{ 'x'.mask|(2) }}"],
    ["{{ [1].su| }}", "{{ [1].sum()| }}"],
  ])("write %s as %s", (marked, written) => {
    expect(take(marked)).toBe(written);
  });

  test("come from a schema as well", () => {
    expect(labels("{{ $json.| }}", { schema: SCHEMA }).slice(0, 3)).toEqual(["state", "lines", "parent"]);
    expect(labels("{{ $json.parent.parent.lines.map(l => l.| }}", { schema: SCHEMA }).slice(0, 2)).toEqual([
      "sku",
      "n",
    ]);
    expect(complete("{{ $json.sta| }}", { schema: SCHEMA }).items[0]).toMatchObject({
      detail: '"open" | "paid"',
      documentation: "How far it is.",
    });
  });

  test("run nothing of the data, and look at no more than they show", () => {
    let reads = 0;
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, index]));
    const data = {
      get danger(): never {
        throw new Error("a getter ran");
      },
      $json: new Proxy(wide, {
        get: () => {
          throw new Error("a property was read");
        },
        getOwnPropertyDescriptor: (target, key) => {
          reads++;
          return Object.getOwnPropertyDescriptor(target, key);
        },
      }),
    };
    const list = complete("{{ $json.key| }}", { data });
    expect(list).toMatchObject({ isIncomplete: true, items: { length: 250 } });
    expect(reads).toBeLessThan(2_000);
    expect(labels("{{ danger.| }} {{ d }}", { data })).not.toContain("never");
  });
});

describe("signature", () => {
  test.each<[marked: string, label: string | undefined, active: number | undefined]>([
    ["{{ $json.user.name.mask(| }}", "mask(shown?: number): string", 0],
    ["{{ $json.items.chunk(2|) }}", "chunk(size: number): any[][]", 0],
    ["{{ $if(1, 'a|', 2) }}", "$if(condition: any, then: any, otherwise?: any): any", 1],
    ["{{ $max(1, [2].sum(), | }}", "$max(...numbers: number[]): number", 0],
    ["{{ 'x'.mask(1, |) }}", "mask(shown?: number): string", undefined],
    ["{{ 'x'.mask()| }}", undefined, undefined],
    ["{{ unknown(|) }}", undefined, undefined],
    ["{{ 'x'.mask(() => { | }) }}", undefined, undefined],
    ["text(|)", undefined, undefined],
  ])("%s", (marked, label, active) => {
    const signature = at(marked, (template, position) =>
      editor.signature(template, position, { data: DATA }),
    );
    expect(signature?.label).toBe(label);
    expect(signature?.activeParameter).toBe(active);
    for (const parameter of signature?.parameters ?? []) expect(signature?.label).toContain(parameter.label);
  });
});

describe("hover", () => {
  test.each<[marked: string, name: string, contents: string]>([
    ["{{ $json.us|er.name }}", "user", "user: object"],
    ["{{ $json.user.na|me }}", "name", 'name: "Ada"'],
    ["{{ 'x'.mas|k() }}", "mask", "mask(shown?: number): string\n```\n\nHides it."],
    ["{{ $no|w }}", "$now", "$now: DateTime\n```\n\nThe moment"],
    ["{{ $json.items.map(item => it|em) }}", "item", "item: object"],
    ["{{ 'x'.tr|im() }}", "trim", "trim(…): string"],
  ])("%s", (marked, name, contents) => {
    const hover = at(marked, (template, position) => editor.hover(template, position, { data: DATA }));
    expect(hover?.contents).toContain(contents);
    expect(hover && at(marked, (template) => template.slice(hover.range.start, hover.range.end))).toBe(name);
  });

  test("is silent about what it does not know", () => {
    expect(at("te|xt", editor.hover)).toBeUndefined();
    expect(at("{{ some|thing }}", editor.hover)).toBeUndefined();
    expect(at("{{ 'some|thing' }}", editor.hover)).toBeUndefined();
  });
});

describe("diagnostics", () => {
  test.each<[template: string, found: readonly [severity: string, text: string, message: string][]]>([
    ["Hello {{ $json.user.name.mask() }} {{ Math.floor(1) }}", []],
    ["{{ ) }}", [["error", ")", 'Unexpected ")"']]],
    ["{{ let a = 1 }}", [["error", "let", "`let` begins a statement"]]],
    [
      "{{ 'x'.toTitelCase() }}",
      [["warning", "toTitelCase", "no function toTitelCase() for strings. Did you mean toTitleCase?"]],
    ],
    ["{{ 'x'.sum() }}", [["warning", "sum", "sum() is for arrays, not for strings"]]],
    ["{{ $json.items.map(i => i.sku.trimm()) }}", [["warning", "trimm", "Did you mean trim?"]]],
    [
      "{{ x?.y.toTitelCase() }}",
      [
        ["hint", "x", "Nothing in the sample data is called x"],
        ["hint", "toTitelCase", "Did you mean toTitleCase?"],
      ],
    ],
    ["{{ $jsn.a }}", [["hint", "$jsn", "Did you mean $json?"]]],
    ["{{ $json.user.save() + rate() + slugs.a() + window.b }}", [["hint", "window", "called window"]]],
    ["{{ [1].map((slug) => slug.anything) }} {{ 'x'.anchor('y') }}", []],
  ])("%s", (template, found) => {
    const diagnostics = editor.diagnostics(template, { data: DATA });
    expect(
      diagnostics.map(({ severity, range }) => [severity, template.slice(range.start, range.end)]),
    ).toEqual(found.map(([severity, text]) => [severity, text]));
    for (const [index, [, , message]] of found.entries())
      expect(diagnostics[index]?.message).toContain(message);
  });

  test("say nothing about names when no data is known", () => {
    expect(editor.diagnostics("{{ anything.goes }}")).toEqual([]);
  });
});
