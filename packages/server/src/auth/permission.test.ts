import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ALL_PERMISSIONS, PERMISSIONS, readPermissions, ROLE_PERMISSIONS } from "./permission.ts";
import type { Permission, Role } from "./permission.ts";

const ROLES = Object.keys(ROLE_PERMISSIONS) as Role[];

test("the guide's table says what the code does", async () => {
  const guide = await readFile(new URL("../../../../docs/authentication.md", import.meta.url), "utf8");
  const rows = guide
    .slice(guide.indexOf("<!-- roles -->"), guide.indexOf("<!-- end: roles -->"))
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  const [head, , ...body] = rows;
  expect(head).toEqual(["permission", ...ROLES, "allows to"]);
  const expected = ALL_PERMISSIONS.map((permission) => [
    `\`${permission}\``,
    ...ROLES.map((role) => (has(role, permission) ? "yes" : "")),
    PERMISSIONS[permission],
  ]);
  expect(body).toEqual(expected);
});

function has(role: Role, permission: Permission): boolean {
  return (ROLE_PERMISSIONS[role] as readonly Permission[]).includes(permission);
}

test("names that are no permissions give none, whatever they are", () => {
  expect([...readPermissions(["scripts.read", "toString", "__proto__", "", "SCRIPTS.READ"])]).toEqual([
    "scripts.read",
  ]);
});
