import { applyPatch } from "diff";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffVersions } from "./diff.ts";

type Side = Parameters<typeof diffVersions>[1];

function createSide(version: number, change: Partial<Side> = {}): Side {
  return { version, language: "ts", source: "", settings: {}, ...change };
}

function diffSources(from: string, to: string): string {
  return diffVersions("pricing", createSide(1, { source: from }), createSide(2, { source: to })).source;
}

/** Far more different lines than the search for the smallest diff gets through in its time. */
function createLines(prefix: string): string {
  return Array.from({ length: 60_000 }, (_, index) => `${prefix}${index}`).join("\n");
}

describe("the diff of two sources", () => {
  test("is a unified diff that names file and versions", () => {
    const from = "const a = 1;\nconst b = 2;\n\nexport default () => a;\n";
    expect(diffSources(from, from.replace("=> a", "=> a + b"))).toBe(
      [
        "--- a/pricing.ts\tversion 1",
        "+++ b/pricing.ts\tversion 2",
        "@@ -1,4 +1,4 @@",
        " const a = 1;",
        " const b = 2;",
        " ",
        "-export default () => a;",
        "+export default () => a + b;",
        "",
      ].join("\n"),
    );
    expect(diffSources(from, from)).toBe("");
  });

  test("leads from the one to the other, whatever they hold", () => {
    const source = fc
      .array(fc.constantFrom("a\n", "b\n", "\n", "\r\n", "-", "+x\n", "@@\n", "\\ é\n"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(source, source, (from, to) => {
        const diff = diffSources(from, to);
        expect(diff === "" ? from : applyPatch(from, diff, { autoConvertLineEndings: false })).toBe(to);
      }),
    );
  });

  test("of sources that share nothing shows them as replaced, and does not search for long", () => {
    const [from, to] = [createLines("old"), createLines("new")];
    const startedAt = process.threadCpuUsage();
    const diff = diffSources(from, to);
    expect(process.threadCpuUsage(startedAt).user).toBeLessThan(2_000_000);
    expect(applyPatch(from, diff)).toBe(to);
    expect(diff.match(/^@@ .*/gm)).toEqual(["@@ -1,60000 +1,60000 @@"]);
  });
});

test("settings that differ are listed by their paths, and the language beside them", () => {
  const from = createSide(3, {
    settings: { path: "/a", methods: ["GET"], limits: { cpuMs: 100, wallMs: 5 } },
  });
  const to = createSide(1, {
    language: "js",
    settings: { path: "/a", methods: ["GET", "PUT"], freshContext: true, limits: { cpuMs: 200 } },
  });
  expect(diffVersions("web", from, to)).toEqual({
    from: 3,
    to: 1,
    source: "",
    changes: [
      { path: "language", from: "ts", to: "js" },
      { path: "settings.freshContext", to: true },
      { path: "settings.limits.cpuMs", from: 100, to: 200 },
      { path: "settings.limits.wallMs", from: 5 },
      { path: "settings.methods", from: ["GET"], to: ["GET", "PUT"] },
    ],
  });
  expect(diffVersions("web", from, createSide(4)).changes.map(({ path }) => path)).toEqual([
    "settings.limits.cpuMs",
    "settings.limits.wallMs",
    "settings.methods",
    "settings.path",
  ]);
});
