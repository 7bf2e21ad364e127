import { describe, expect, test } from "vitest";
import { describeTemplate } from "./description.ts";

describe("describeTemplate", () => {
  test.each<[template: string, paths: string[]]>([
    ["{{ $json.user.email }} to {{ $json?.user['e mail'] }}", ["$json.user.email", '$json.user["e mail"]']],
    ["{{ $json.name.trim().toUpperCase() + $json.items.length }}", ["$json.name", "$json.items.length"]],
    ["{{ $json.items.map((item) => item.sku) }}", ["$json.items[].sku"]],
    [
      "{{ $json.items.filter(({ ok }) => ok).map((x) => x.a[0].b) }}",
      ["$json.items[].ok", "$json.items[].a[0].b"],
    ],
    [
      "{{ $json.items.reduce((sum, { price }) => sum + price, $vars.start) }}",
      ["$json.items[].price", "$vars.start"],
    ],
    ["{{ $json.items.map(() => 1), $json.items.find(f).a }}", ["$json.items", "f", "$json.items[].a"]],
    [
      "{{ $('My Node').first().json.a + $('b').item.json.c }}",
      ["$('My Node').first().json.a", "$('b').item.json.c"],
    ],
    [
      "{{ $input.all().map((i) => i.json.x), $node['N'].json, $items('N')[0] }}",
      ["$input.all()[].json.x", "$node.N.json", "$items('N')[0]"],
    ],
    [
      "{{ (() => { const { a, b: { c } } = $json; const u = $json.u; return a.x + c + u.y })() }}",
      ["$json.a.x", "$json.b.c", "$json.u.y"],
    ],
    ["{{ (($json) => $json.a)({}) + Math.max(1) + $now.toISO() }}", []],
    ["{{ $if($json.a, $json.b, x => x.c) }}", ["$json.a", "$json.b"]],
    ["text", []],
  ])("%s", (template, paths) => {
    expect(describeTemplate(template).map(({ path }) => path)).toEqual(paths);
  });

  test("marks what only the evaluation knows, and tells each place", () => {
    const template = "{{ $json[key].a }} {{ $json[key].a + $(name).first().json }}";
    const found = describeTemplate(template).map(({ path, isDynamic, ranges }) => ({
      path,
      isDynamic,
      texts: ranges.map(({ start, end }) => template.slice(start, end)),
    }));
    expect(found).toEqual([
      { path: "key", isDynamic: false, texts: ["key", "key"] },
      { path: "$json[].a", isDynamic: true, texts: ["$json[key].a", "$json[key].a"] },
      { path: "name", isDynamic: false, texts: ["name"] },
      { path: "$().first().json", isDynamic: true, texts: ["$(name).first().json"] },
    ]);
  });
});
