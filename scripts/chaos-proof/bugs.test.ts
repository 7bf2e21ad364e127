import { join } from "node:path";
import { expect, test } from "vitest";
import { readChanged } from "../walls/working-copy.ts";
import { DELIBERATE_BUGS } from "./bugs.ts";

test("every deliberate bug still fits the sources", async () => {
  const root = join(import.meta.dirname, "../..");
  for (const { changes } of DELIBERATE_BUGS) {
    for (const change of changes) {
      const { text, changed } = await readChanged(root, change);
      expect(changed).not.toBe(text);
    }
  }
});
