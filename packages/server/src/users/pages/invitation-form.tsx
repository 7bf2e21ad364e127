import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import type { View } from "../../web/view.ts";
import { TENANT_ROLES } from "../user.ts";

/** What was typed and not taken, and why. */
export interface RefusedUser {
  readonly name: string;
  readonly email: string;
  readonly role: (typeof TENANT_ROLES)[number];
  readonly errors: ReadonlyMap<string, string>;
}

export interface InvitationFormProps {
  readonly view: View;
  readonly refused: RefusedUser | undefined;
}

/** A form for one more user, who then gets a sign-in link. */
export function InvitationForm({ view, refused }: InvitationFormProps) {
  const t = view.t.users;
  const { name = "", email = "", role = "developer", errors = new Map<string, string>() } = refused ?? {};
  const general = errors.get("");
  return (
    <details class="panel" open={refused !== undefined}>
      <summary>{t.invite}</summary>
      <form method="post" action={view.href("/users")}>
        {general !== undefined && <Notice tone="bad">{general}</Notice>}
        <div class="fields">
          <Field label={t.name} name="name" error={errors.get("name")}>
            <input value={name} required maxlength={200} autocomplete="off" />
          </Field>
          <Field label={t.email} name="email" error={errors.get("email")}>
            <input type="email" value={email} required maxlength={254} autocomplete="off" />
          </Field>
          <Field label={t.role} name="role" error={errors.get("role")}>
            <RoleOptions view={view} current={role} />
          </Field>
        </div>
        <div class="actions">
          <button class="primary">{t.inviteSubmit}</button>
        </div>
      </form>
    </details>
  );
}

/** The roles to choose from; what a `Field` gives its control is passed on. */
export function RoleOptions({
  view,
  current,
  ...control
}: {
  readonly view: View;
  readonly current: string;
  readonly [attribute: string]: unknown;
}) {
  return (
    <select {...control}>
      {TENANT_ROLES.map((role) => (
        <option value={role} selected={role === current}>
          {view.t.users.roles[role]}
        </option>
      ))}
    </select>
  );
}
