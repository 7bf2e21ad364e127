import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { z } from "zod";
import { readOrigin } from "../auth/middleware.ts";
import { requireSameOrigin } from "../auth/same-origin.ts";
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from "../auth/sessions/cookie.ts";
import type { SessionService } from "../auth/sessions/service.ts";
import { SKERRY_VERSION } from "../main/version.ts";
import { SkerryError } from "../problems/errors.ts";
import { createRoutes, respondToFailure } from "../rest/app.ts";
import type { RestApp } from "../rest/app.ts";
import { linkTo, urlOf } from "../rest/site-address.ts";
import type { Assets } from "./assets/assets.ts";
import type { ConsoleOptions } from "./console.ts";
import { readForm } from "./form.ts";
import { createPageHeaders } from "./headers.ts";
import { Home } from "./home.tsx";
import { PublicDocument } from "./layout/public-document.tsx";
import type { PublicView } from "./layout/public-document.tsx";
import { LANGUAGES, messagesOf } from "./messages/messages.ts";
import { ownPath } from "./own-path.ts";
import type { PageContext } from "./page.ts";
import { readLanguage, readTheme, writeLanguage } from "./preferences.ts";
import { readQuery } from "../rest/input.ts";
import { describeRefusal, signIn, signInForm, signInQuery, tenantOf } from "./sign-in-form.ts";
import type { SignInForm } from "./sign-in-form.ts";
import { SignIn } from "./sign-in.tsx";
import { createLinks } from "./view.ts";

export interface PublicPagesOptions extends ConsoleOptions {
  readonly assets: Assets;
}

const preferences = z.object({ language: z.enum(LANGUAGES), to: z.string().max(2_000).default("") });

/** Pages that nobody has to be signed in for, and signing in and out. */
export function createPublicPages(options: PublicPagesOptions): RestApp {
  const { people, isolation, logger, site, assets } = options;
  const { sessions, hasProvider } = people;
  const headers = createPageHeaders();
  const app = createRoutes();
  app.onError((error) => respondToFailure(error, logger));

  function show(context: PageContext, view: PublicView, title: string, content: Child, status = 200) {
    const document = (
      <PublicDocument view={view} assets={assets} title={title}>
        {content}
      </PublicDocument>
    );
    return context.html(html`<!doctype html>${document}`, status as 200, headers);
  }

  function showSignIn(
    context: PageContext,
    typed: Pick<SignInForm, "to" | "tenant"> & { readonly email: string },
    refusal?: ReturnType<typeof describeRefusal>,
  ) {
    const { email } = typed;
    const to = ownPath(typed.to, site);
    const tenant = tenantOf(typed, site);
    const view = viewOf(context, `/sign-in?${new URLSearchParams({ to, tenant }).toString()}`);
    const parts = { view, to, tenant, email, hasProvider };
    const content = <SignIn {...parts} refusal={refusal?.text} />;
    return show(context, view, view.t.signIn.title, content, refusal?.status);
  }

  function viewOf(context: PageContext, path: string): PublicView {
    const language = readLanguage(context);
    const link = createLinks(site.basePath);
    return { t: messagesOf(language), language, theme: readTheme(context), location: link(path), link };
  }

  app.get("/", async (context) => {
    const home = await findHome(options, context);
    if (home !== undefined) return context.redirect(linkTo(site, home), 303);
    const url = urlOf(site, context.req.url);
    const view = viewOf(context, "/");
    const content = <Home view={view} version={SKERRY_VERSION} isolation={isolation} url={url} />;
    return await show(context, view, view.t.home.title, content);
  });
  app.get("/sign-in", (context) => showSignIn(context, { ...readQuery(context, signInQuery), email: "" }));
  app.post("/sign-in", async (context) => {
    // Otherwise a page could sign its visitors in as somebody of its own, and read what they then write.
    requireSameOrigin(context.req.raw, site.baseUrl);
    const typed = await readForm(context.req.raw, signInForm);
    try {
      const { token } = await signIn(sessions, readOrigin(context), typed);
      writeSessionCookie(context, site, token);
      return context.redirect(ownPath(typed.to, site), 303);
    } catch (error) {
      return await showSignIn(context, typed, describeRefusal(error, typed, viewOf(context, "").t));
    }
  });
  app.post("/sign-out", async (context) => {
    requireSameOrigin(context.req.raw, site.baseUrl);
    const token = readSessionCookie(context);
    if (token !== undefined) await endSession(sessions, token);
    clearSessionCookie(context, site);
    return context.redirect(linkTo(site, "/sign-in"), 303);
  });
  app.post("/preferences", async (context) => {
    requireSameOrigin(context.req.raw, site.baseUrl);
    const { language, to } = await readForm(context.req.raw, preferences);
    writeLanguage(context, site, language);
    return context.redirect(ownPath(to, site), 303);
  });
  return app;
}

/** Where somebody who is signed in begins; undefined for others. */
async function findHome(
  { people: { authenticator } }: PublicPagesOptions,
  context: PageContext,
): Promise<string | undefined> {
  try {
    const { tenantId } = context.env.principal ?? (await authenticator(context));
    return tenantId === undefined ? "/operator" : `/t/${tenantId}/scripts`;
  } catch {
    return undefined;
  }
}

/** A session that has ended already needs no end. */
async function endSession(sessions: SessionService, token: string): Promise<void> {
  try {
    await sessions.end({ principal: await sessions.authenticate(token), origin: {} }, token);
  } catch (error) {
    if (!(error instanceof SkerryError) || error.status >= 500) throw error;
  }
}
