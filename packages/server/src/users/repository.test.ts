import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { createSecret } from "../auth/key.ts";
import * as access from "../auth/sessions/repository.ts";
import type { Queries } from "../db/tenant-scope.ts";
import * as users from "./repository.ts";
import type { UserRow } from "./repository.ts";
import { withUsers } from "./scope.ts";
import type { UserScope } from "./scope.ts";

let prepared: TestDatabase;
let ada: UserRow;
let root: UserRow;

const SESSION = createSecret("ss_");
const LINK = createSecret("sl_");
const IDENTITY = { issuer: "https://id.example", subject: "s1" };

beforeAll(async () => {
  prepared = await createTestDatabase();
  for (const id of ["acme", "rival"]) {
    await prepared.database.kysely.insertInto("tenants").values({ id, name: id }).execute();
  }
  ada = await insert("acme", "ada@example.com");
  root = await insert(null, "root@example.com");
});
afterAll(() => prepared[Symbol.asyncDispose]());

async function insert(scope: UserScope, email: string): Promise<UserRow> {
  return await withUsers(prepared.database, scope, async (queries) => {
    const role = scope === null ? "superadmin" : "admin";
    const row = { id: randomUUIDv7(), scope, email, name: email, role, passwordHash: null } as const;
    const user = await users.insertUser(queries, row);
    if (user === undefined) throw new Error(`${email} is taken`);
    if (scope !== null) {
      await access.insertSession(queries, user, SESSION.hash);
      await access.insertLink(queries, user, LINK.hash);
      await access.insertIdentity(queries, user, IDENTITY);
    }
    return user;
  });
}

async function readAll(): Promise<unknown> {
  const { kysely } = prepared.database;
  return await Promise.all(
    (["users", "sessions", "sign_in_links", "user_identities"] as const).map((table) =>
      kysely.selectFrom(table).selectAll().execute(),
    ),
  );
}

/** What is asked for with a user's own tenant and id, by somebody whose transaction is another tenant's. */
const QUESTIONS: readonly (readonly [string, (queries: Queries, user: UserRow) => Promise<unknown>])[] = [
  ["findUser", (queries, user) => users.findUser(queries, user.tenant_id, user.id)],
  ["findUserByEmail", (queries, user) => users.findUserByEmail(queries, user.tenant_id, user.email)],
  ["listUsers", (queries, user) => users.listUsers(queries, user.tenant_id, { limit: 9 })],
  ["lockAdmins", (queries, user) => users.lockAdmins(queries, user.tenant_id ?? "")],
  ["updateUser", (queries, user) => users.updateUser(queries, user, { ...user, name: "x" }).catch(() => [])],
  ["noteSignIn", (queries, user) => users.noteSignIn(queries, user).catch(() => [])],
  ["deleteUser", (queries, user) => users.deleteUser(queries, user)],
  ["deleteSession", (queries, user) => access.deleteSession(queries, user, SESSION.hash)],
  ["deleteAccess", (queries, user) => access.deleteAccess(queries, user)],
  ["findLinkOwner", (queries) => access.findLinkOwner(queries, LINK.hash)],
  ["takeLink", (queries) => access.takeLink(queries, LINK.hash)],
  ["findIdentity", (queries, user) => access.findIdentity(queries, user.tenant_id, IDENTITY)],
];

test.each(QUESTIONS)(
  "%s finds and changes nothing of another tenant or of the installation",
  async (_name, ask) => {
    const before = await readAll();
    for (const user of [ada, root]) {
      const found = await withUsers(prepared.database, "rival", (queries) => ask(queries, user));
      expect([undefined, false]).toContain(Array.isArray(found) ? found[0] : found);
    }
    expect(await readAll()).toEqual(before);
  },
);

test.each<[string, (queries: Queries) => Promise<unknown>]>([
  ["a user", (queries) => users.insertUser(queries, { ...toNew(ada), email: "mole@example.com" })],
  ["a superadmin", (queries) => users.insertUser(queries, { ...toNew(root), email: "mole@example.com" })],
  ["a session", (queries) => access.insertSession(queries, ada, createSecret("ss_").hash)],
  ["a link", (queries) => access.insertLink(queries, root, createSecret("sl_").hash)],
  ["an identity", (queries) => access.insertIdentity(queries, ada, { ...IDENTITY, issuer: "other" })],
])("%s of others cannot be made", async (_name, make) => {
  await expect(withUsers(prepared.database, "rival", make)).rejects.toThrow("row-level security");
});

function toNew({ tenant_id: scope, email, name, role }: UserRow) {
  return { id: randomUUIDv7(), scope, email, name, role, passwordHash: null };
}
