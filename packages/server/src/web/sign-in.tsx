import { Field } from "./parts/field.tsx";
import { Notice } from "./parts/notice.tsx";
import type { PublicView } from "./layout/public-document.tsx";

export interface SignInProps {
  readonly view: Pick<PublicView, "t" | "link">;
  /** Where one goes then: a path of this server. */
  readonly to: string;
  readonly tenant: string;
  readonly email: string;
  /** Why somebody was not let in. */
  readonly refusal?: string | undefined;
  /** Whether there is an identity provider. */
  readonly hasProvider: boolean;
}

/** The ways in: a one-time link, a password, an identity provider. */
export function SignIn({ view, to, tenant, email, refusal, hasProvider }: SignInProps) {
  const t = view.t.signIn;
  return (
    <>
      <h1>{t.title}</h1>
      {refusal !== undefined && (
        <div role="alert">
          <Notice tone="bad">{refusal}</Notice>
        </div>
      )}
      <LinkForm view={view} to={to} />
      <div class="stack" data-sign-in-otherwise>
        <div class="panel">
          <form method="post" action={view.link("/sign-in")}>
            <input type="hidden" name="to" value={to} />
            <Field label={t.tenant} name="tenant" hint={t.tenantHint}>
              <input
                value={tenant}
                maxlength={64}
                autocomplete="organization"
                autocapitalize="none"
                spellcheck={false}
              />
            </Field>
            <Field label={t.email} name="email">
              <input type="email" value={email} required maxlength={254} autocomplete="username" />
            </Field>
            <Field label={t.password} name="password">
              <input type="password" required maxlength={256} autocomplete="current-password" />
            </Field>
            <button class="primary">{t.submit}</button>
          </form>
        </div>
        {hasProvider && (
          <a class="button" data-sign-in-provider href={view.link(providerPath(tenant, to))}>
            {t.provider}
          </a>
        )}
        <p class="dim">{t.noPassword}</p>
        <noscript>
          <p class="dim">{t.linkNeedsScripts}</p>
        </noscript>
      </div>
    </>
  );
}

/**
 * The link is in the fragment, which browsers keep to themselves; the page's script puts it here. It is used up by a
 * click only: programs that look at links in mails must not sign in with them.
 */
function LinkForm({ view, to }: Pick<SignInProps, "view" | "to">) {
  const t = view.t.signIn;
  return (
    <form method="post" action={view.link("/sign-in")} class="panel" data-sign-in-link hidden>
      <h2>{t.linkTitle}</h2>
      <p class="dim">{t.linkText}</p>
      <input type="hidden" name="to" value={to} />
      <input type="hidden" name="link" />
      <button class="primary">{t.linkSubmit}</button>
    </form>
  );
}

function providerPath(tenant: string, to: string): string {
  const query = new URLSearchParams({ ...(tenant !== "" && { tenant }), return: to });
  return `/api/v1/session/oidc/start?${query.toString()}`;
}
