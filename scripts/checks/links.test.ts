import { expect, test } from "vitest";
import { formatFinding } from "./finding.ts";
import { checkLinks } from "./links.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

const INDEX = "# Documents\n\n[Limits](limits.md) [Start](../README.md)\n";
const LIMITS = "# Limits\n\n## Quotas of a `tenant`, in all\n\n## Same\n\n## Same\n";

test("follows links to files, folders and headings, and leaves code and other sites alone", async () => {
  await using repository = await createTemporaryRepository({
    "docs/README.md": INDEX,
    "docs/limits.md": `${LIMITS}[a](#same-1) [b](../README.md#start-here) [c](../packages/sandbox/)\n`,
    "README.md":
      "# Start here\n\n[a](docs/limits.md#quotas-of-a-tenant-in-all) [b](https://example.com/x) `[c](none.md)`\n\n```md\n[d](none.md)\n```\n",
  });
  expect(await checkLinks(repository.root)).toEqual([]);
});

test("is red on files and headings that are not there, and on pages that the index lacks", async () => {
  await using repository = await createTemporaryRepository({
    "docs/README.md": INDEX,
    "docs/limits.md": LIMITS,
    "docs/lonely.md": "# Lonely\n",
    "README.md": "# Start\n\n[a](docs/none.md)\n[b](docs/limits.md#same-2)\n\n[c]: nowhere.md\n",
  });
  expect((await checkLinks(repository.root)).map(formatFinding)).toEqual([
    "README.md:3: […](docs/none.md): there is no docs/none.md",
    "README.md:4: […](docs/limits.md#same-2): there is no heading #same-2 in docs/limits.md",
    "README.md:6: […](nowhere.md): there is no nowhere.md",
    "docs/README.md: does not link docs/lonely.md",
  ]);
});
