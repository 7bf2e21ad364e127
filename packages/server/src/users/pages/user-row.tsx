import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { User } from "../user.ts";
import { RoleOptions } from "./invitation-form.tsx";

export interface UserRowProps {
  readonly view: View;
  readonly user: User;
}

/** One user with what may be done. */
export function UserRow({ view, user }: UserRowProps) {
  const t = view.t.users;
  return (
    <tr id={`user-${user.id}`}>
      <th scope="row">{user.name}</th>
      <td>{user.email}</td>
      <td>
        <RoleForm view={view} user={user} />
      </td>
      <td>
        <StatusBadge status={user.status} view={view} />
      </td>
      <td>
        {user.lastSignInAt === null ? (
          <span class="dim">{t.neverSignedIn}</span>
        ) : (
          <RelativeTime at={user.lastSignInAt} view={view} />
        )}
      </td>
      <td class="actions-cell">
        <UserActions view={view} user={user} />
      </td>
    </tr>
  );
}

function RoleForm({ view, user }: UserRowProps) {
  const { changeRole } = view.t.users;
  const action = view.href(`/users/${user.id}/role`);
  return (
    <form
      class="row"
      method="post"
      action={action}
      hx-post={action}
      hx-trigger="change"
      hx-target="closest tr"
      hx-swap="outerHTML"
    >
      <RoleOptions view={view} name="role" current={user.role} aria-label={`${changeRole}: ${user.name}`} />
      <noscript>
        <button>{changeRole}</button>
      </noscript>
    </form>
  );
}

function UserActions({ view, user: { id, name, email, status } }: UserRowProps) {
  const t = view.t.users;
  const at = (verb: string): string => view.href(`/users/${id}/${verb}`);
  const target = `#user-${id}`;
  return (
    <div class="actions">
      {status === "active" ? (
        <>
          <form method="post" action={at("link")}>
            <button>{t.newLink}</button>
          </form>
          <ConfirmButton
            view={view}
            label={t.disable}
            question={t.disableQuestion(name)}
            detail={t.disableDetail}
            action={at("disable")}
            buttonClass=""
            target={target}
          />
        </>
      ) : (
        <form
          method="post"
          action={at("enable")}
          hx-post={at("enable")}
          hx-target={target}
          hx-swap="outerHTML"
        >
          <button>{t.enable}</button>
        </form>
      )}
      <ConfirmButton
        view={view}
        label={t.delete}
        question={t.deleteQuestion(name)}
        detail={t.deleteDetail}
        typed={email}
        action={at("delete")}
      />
    </div>
  );
}
