import type { Page } from "../../rest/paging.ts";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { User } from "../user.ts";
import { InvitationForm } from "./invitation-form.tsx";
import type { RefusedUser } from "./invitation-form.tsx";
import { RoleTable } from "./role-table.tsx";
import { UserRow } from "./user-row.tsx";

export interface UserListProps {
  readonly view: View;
  readonly query: { readonly cursor?: string | undefined };
  readonly users: Page<User>;
  readonly refused: RefusedUser | undefined;
}

/** The people of a tenant. There is always one: an admin. */
export function UserList({ view, query, users, refused }: UserListProps) {
  const t = view.t.users;
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      <InvitationForm view={view} refused={refused} />
      <div id="list" class="scroll">
        <table class="list" aria-label={t.list}>
          <TableHead columns={[t.name, t.email, t.role, t.status, t.lastSignIn, { unseen: t.actions }]} />
          <tbody>
            {users.items.map((user) => (
              <UserRow view={view} user={user} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager view={view} path="/users" query={query} nextCursor={users.nextCursor} />
      <RoleTable view={view} />
    </>
  );
}
