import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchFolder } from "./folder-watch.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "skerry-watch-"));
});
afterEach(() => rm(root, { recursive: true }));

test("a folder is watched before it is there, while its files change, and when it is made anew", async () => {
  const folder = join(root, "scripts");
  let changes = 0;
  using _watch = await watchFolder({ folder, onChange: () => void (changes += 1) });
  async function expectChange(change: () => Promise<unknown>): Promise<void> {
    const before = changes;
    await change();
    await vi.waitFor(() => expect(changes).toBeGreaterThan(before));
  }
  await expectChange(() => mkdir(folder));
  await expectChange(() => writeFile(join(folder, "a.ts"), "1"));
  await expectChange(() => writeFile(join(folder, "a.ts"), "2"));
  await expectChange(() => rename(join(folder, "a.ts"), join(folder, "b.ts")));
  await expectChange(() => rm(folder, { recursive: true }));
  await expectChange(() => mkdir(folder));
  await expectChange(() => writeFile(join(folder, "c.ts"), "3"));
});
