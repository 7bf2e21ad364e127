import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { findPackagedBinaries, prepareBinaries } from "./binaries.ts";
import { findServerUser } from "./server-user.ts";

const packaged = findPackagedBinaries();
const user = findServerUser();

let home: string;
let root: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "skerry-binaries-"));
  chmodSync(home, 0o755);
  root = join(home, "root");
  mkdirSync(root);
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

test("completes the links that an install without scripts lacks", () => {
  const folder = copyPackage("installed");
  const libraries = join(folder, "lib");
  const links = readdirSync(libraries, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) rmSync(join(libraries, link.name));

  expect(prepareBinaries({ ...packaged, folder }, root, user)).toBe(folder);
  const completed = readdirSync(libraries, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  expect(completed.map((entry) => entry.name)).toEqual(links.map((entry) => entry.name));
});

test("copies what the server's user cannot run, once, and drops the copy of another version", () => {
  const folder = copyPackage("installed");
  const libraries = join(folder, "lib");
  if (user === undefined) {
    // An ordinary user meets packages that it cannot complete.
    rmSync(join(libraries, "libpq.so.5"));
    chmodSync(libraries, 0o555);
  } else {
    // Root meets packages in a folder of its own, closed to the server's user.
    chmodSync(join(home, "installed"), 0o700);
  }
  mkdirSync(join(root, "binaries-17.0.0"));

  const copy = prepareBinaries({ ...packaged, folder }, root, user);
  expect(copy).toBe(join(root, `binaries-${packaged.version}`, "native"));
  expect(readdirSync(root)).toEqual([`binaries-${packaged.version}`]);
  expect(prepareBinaries({ ...packaged, folder }, root, user)).toBe(copy);
  chmodSync(libraries, 0o755);
});

test("says what is wrong when neither runs", () => {
  const folder = copyPackage("installed");
  rmSync(join(folder, "bin", "postgres"));
  expect(() => prepareBinaries({ ...packaged, folder }, root, user)).toThrow(
    expect.objectContaining({ code: "EMBEDDED_DATABASE_UNSUPPORTED" }),
  );
});

function copyPackage(name: string): string {
  const folder = join(home, name, "native");
  cpSync(packaged.folder, folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}
