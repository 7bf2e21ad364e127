import { Field } from "../../web/parts/field.tsx";
import { KeyValues } from "../../web/parts/key-values.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";
import type { User } from "../user.ts";

export interface AccountPageProps {
  readonly view: View;
  readonly user: User;
  /** What is wrong with what was sent, by field. */
  readonly errors: ReadonlyMap<string, string>;
}

/** What users see and change of themselves. */
export function AccountPage(props: AccountPageProps) {
  const { view, errors } = props;
  const general = errors.get("");
  return (
    <>
      <PageHeader title={view.t.account.title} />
      {general !== undefined && <Notice tone="bad">{general}</Notice>}
      <div class="tiles wide">
        <ProfileForm {...props} />
        <PasswordForm {...props} />
      </div>
    </>
  );
}

function ProfileForm({ view, user, errors }: AccountPageProps) {
  const t = view.t.account;
  return (
    <section class="panel" aria-labelledby="profile">
      <h2 id="profile">{t.profile}</h2>
      <KeyValues
        items={[
          { label: t.email, value: user.email },
          { label: t.role, value: view.t.users.roles[user.role] },
        ]}
      />
      <form method="post" action={view.href("/account/name")}>
        <Field label={t.name} name="name" error={errors.get("name")}>
          <input value={user.name} required maxlength={200} autocomplete="name" />
        </Field>
        <div class="actions">
          <button>{t.save}</button>
        </div>
      </form>
    </section>
  );
}

function PasswordForm({ view, user, errors }: AccountPageProps) {
  const t = view.t.account;
  return (
    <section class="panel" aria-labelledby="own-password">
      <h2 id="own-password">{t.password}</h2>
      <p class="dim">{t.passwordText}</p>
      <form method="post" action={view.href("/account/password")}>
        {user.hasPassword && (
          <Field label={t.currentPassword} name="currentPassword" error={errors.get("currentPassword")}>
            <input type="password" required maxlength={256} autocomplete="current-password" />
          </Field>
        )}
        <Field label={t.newPassword} name="password" hint={t.newPasswordHint} error={errors.get("password")}>
          <input type="password" required minlength={12} maxlength={256} autocomplete="new-password" />
        </Field>
        <div class="actions">
          <button class="primary">{user.hasPassword ? t.changePassword : t.setPassword}</button>
        </div>
      </form>
    </section>
  );
}
