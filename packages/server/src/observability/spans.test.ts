import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { SPANS } from "./spans.ts";
import type { SpanDefinition } from "./spans.ts";

const DOCUMENT = new URL("../../../../docs/observability.md", import.meta.url);

function writeRow({ name, kind, covers, attributes }: SpanDefinition): string {
  return [`\`${name}\``, kind, covers, attributes.map((attribute) => `\`${attribute}\``).join(" ")].join(
    " | ",
  );
}

test("the document tells every span with all its attributes", async () => {
  const text = await readFile(DOCUMENT, "utf8");
  const rows = text
    .split("\n")
    .map((line) => line.replaceAll(/^\| *| *\|$/g, "").replaceAll(/ +\| +/g, " | "));
  expect(rows).toEqual(expect.arrayContaining(Object.values(SPANS).map(writeRow)));
});
