import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { refuseLicences } from "../checks/licences.ts";
import { createTemporaryRepository } from "../checks/temporary-repository.ts";
import { listParts, readBill } from "./components.ts";
import { findBundled } from "./packages.ts";
import type { PackageManifest } from "./packages.ts";
import { publishManifest } from "./stage.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const MANIFEST: PackageManifest = {
  name: "example",
  version: "1.2.3",
  dependencies: { zod: "4.0.0" },
  devDependencies: {
    lodash: "4.0.0",
    "@scope/font": "1.0.0",
    vitest: "1.0.0",
    typed: "1.0.0",
    "@types/lodash": "4",
  },
  files: ["dist"],
  exports: {
    ".": { "@skerry/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./test/chromium": { "@skerry/source": "./test/chromium.ts" },
  },
  imports: {
    "#a": { "@skerry/source": { browser: "./src/b.ts", default: "./src/a.ts" }, default: "./dist/a.js" },
  },
  publishConfig: { directory: "release" },
};

test("what is published names no source, and nothing of development", () => {
  expect(publishManifest(MANIFEST)).toEqual({
    name: "example",
    version: "1.2.3",
    dependencies: { zod: "4.0.0" },
    files: ["dist", "sbom.cdx.json", "THIRD-PARTY-NOTICES.txt"],
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    imports: { "#a": { default: "./dist/a.js" } },
  });
});

test("a development dependency is bundled when a source uses it as a value", async () => {
  await using repository = await createTemporaryRepository({
    "packages/server/src/index.ts": 'const lodash = require("lodash");\nimport type { A } from "typed";\n',
    "packages/server/src/fonts.css": 'src: url("@scope/font/files/a.woff2")',
    "packages/server/src/index.test.ts": 'import { test } from "vitest";',
  });
  expect(await findBundled(join(repository.root, "packages/server"), MANIFEST)).toEqual([
    "lodash",
    "@scope/font",
  ]);
});

test("a bill names what comes along by any way, and nothing else", async () => {
  const { components, bundled } = await listParts(ROOT, "server", await readBill(ROOT));
  const names = components.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["pg", "@skerry/sandbox", "isolated-vm", "lodash", "monaco-editor"]),
  );
  expect(names).not.toEqual(expect.arrayContaining(["vitest"]));
  expect(names.filter((name) => /^(@n8n|vitest|playwright)/.test(name))).toEqual([]);
  expect(bundled.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["htmx.org", "monaco-editor", "dompurify"]),
  );
});

test.each([
  ["MIT", undefined],
  ["GPL-3.0-only", "GPL-3.0-only"],
  ["MPL-2.0", "MPL-2.0"],
  ["OFL-1.1", "OFL-1.1"],
  ["SEE LICENSE IN LICENSE.md", "SEE LICENSE"],
])("a part under %s", (id, refusal) => {
  const message = refuseLicences("example", [{ license: { id } }]);
  expect(message).toEqual(refusal === undefined ? undefined : expect.stringContaining(refusal));
});

test("of several licences one has to fit, and a part without one is refused", () => {
  expect(refuseLicences("dompurify", [{ expression: "(MPL-2.0 OR Apache-2.0)" }])).toBeUndefined();
  expect(refuseLicences("example", [{ expression: "(MIT AND GPL-2.0-only)" }])).toContain("GPL");
  expect(refuseLicences("example", [])).toContain("no licence");
  expect(refuseLicences("@fontsource-variable/geist", [{ license: { id: "OFL-1.1" } }])).toBeUndefined();
});
