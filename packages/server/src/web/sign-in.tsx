import { createHash } from "node:crypto";
import { raw } from "hono/html";

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 4rem 1.25rem; max-width: 30rem; font: 1rem/1.6 system-ui, sans-serif; }
button { padding: 0.5rem 1.25rem; font: inherit; }
`;

/*
 * The link is in the fragment, which browsers keep to themselves, and is used up by a click only: programs that look
 * at links in mails must not sign in with them.
 */
const SCRIPT = `
const link = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const button = document.querySelector("button");
const status = document.querySelector("[role=status]");
async function signIn() {
  button.disabled = true;
  const response = await fetch("/api/v1/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ link }),
  });
  if (response.ok) return location.replace("/");
  status.textContent = "The link was used already or is older than 15 minutes. Ask for another one.";
}
if (link === "") status.textContent = "Open the link that you were given as a whole.";
else button.hidden = false;
button.addEventListener("click", () => {
  signIn().catch(() => {
    status.textContent = "The server does not answer. Try again.";
    button.disabled = false;
  });
});
`;

/** The page runs its own script and no other, and talks to this server only. */
export const SIGN_IN_PAGE_HEADERS = {
  "content-security-policy":
    `default-src 'none'; style-src 'sha256-${sha256(STYLE)}'; script-src 'sha256-${sha256(SCRIPT)}'; ` +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** The page that a one-time sign-in link opens. */
export function renderSignInPage(): string {
  return `<!doctype html>${(<SignInPage />).toString()}`;
}

function SignInPage() {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Sign in to Skerry</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <h1>Sign in to Skerry</h1>
        <button type="button" hidden>
          Sign in
        </button>
        <p role="status"></p>
        <script type="module">{raw(SCRIPT)}</script>
      </body>
    </html>
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
