import { Brand } from "./brand.tsx";
import { LanguageChoice, ThemeToggle } from "./look-controls.tsx";
import type { View } from "../view.ts";

/** Product, tenant, search, theme and account. */
export function TopBar({ view }: { view: View }) {
  const { layout } = view.t;
  return (
    <header class="top">
      <button
        type="button"
        class="icon menu-button"
        popovertarget="navigation"
        aria-label={layout.openNavigation}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M2 4h12M2 8h12M2 12h12" stroke="currentColor" stroke-width="1.5" />
        </svg>
      </button>
      <Brand view={view} />
      <TenantName view={view} />
      <span class="grow" />
      <button type="button" class="search" command="show-modal" commandfor="palette">
        <span>{layout.search}</span> <kbd>Ctrl K</kbd>
      </button>
      <ThemeToggle view={view} />
      <AccountMenu view={view} />
    </header>
  );
}

function TenantName({ view }: { view: View }) {
  const {
    layout,
    layout: { sections },
  } = view.t;
  const { tenant, isOperator } = view;
  const name = tenant?.name ?? sections.operator;
  if (!isOperator) return <span class="tenant">{name}</span>;
  return (
    <a class="tenant" href={view.link("/operator/tenants")} title={layout.switchTenant}>
      {name}
    </a>
  );
}

function AccountMenu({ view }: { view: View }) {
  const { layout } = view.t;
  return (
    <>
      <button type="button" class="account" popovertarget="account" aria-label={layout.account}>
        {initialsOf(view.viewerName)}
      </button>
      <div id="account" class="menu" popover="auto">
        <p class="dim">{layout.signedInAs(view.viewerName)}</p>
        <a href={view.isOperator ? view.link("/operator/account") : view.href("/account")}>
          {layout.ownAccount}
        </a>
        {view.isOperator && <a href={view.link("/operator")}>{layout.sections.operator}</a>}
        <LanguageChoice view={view} />
        <form method="post" action={view.link("/sign-out")}>
          <button>{layout.signOut}</button>
        </form>
      </div>
    </>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/[\s@._-]+/).filter((word) => word !== "");
  return words
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 0).toUpperCase())
    .join("");
}
