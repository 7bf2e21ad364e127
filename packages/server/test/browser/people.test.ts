import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";

const PASSWORD = "correct horse battery";

let skerry: BrowserSite;
beforeAll(async () => {
  skerry = await startBrowserSite({ demoScripts: false });
  await create("/api/v1/users", {
    email: "grace@example.com",
    name: "Grace",
    role: "admin",
    password: PASSWORD,
  });
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function create(path: string, body: object): Promise<{ readonly id: string }> {
  const answer = await skerry.acme.request<{ id: string }>("POST", path, body);
  expect(answer.status).toBe(201);
  return answer.body;
}

/** Goes on with Tab until something is reached, as those do who use no pointer. */
async function tabTo(page: Page, role: "button" | "textbox", name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true });
  await wanted.waitFor();
  await expect
    .poll(
      async () => {
        await page.keyboard.press("Tab");
        return await wanted.and(page.locator(":focus")).count();
      },
      { timeout: 20_000, interval: 1 },
    )
    .toBe(1);
}

test(
  "an admin signs in, keeps a secret, makes and revokes a key, invites somebody, and reads it all",
  { timeout: 90_000 },
  async () => {
    const page = await skerry.open({ as: "nobody", allow: [401] });
    // By keyboard alone, and back to the page that was asked for.
    await page.goto("/t/acme/secrets");
    await page.getByLabel("Password").waitFor();
    expect(await page.getByLabel("Tenant").inputValue()).toBe("acme");
    await tabTo(page, "textbox", "E-mail");
    await page.keyboard.type("grace@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type("not the password");
    await page.keyboard.press("Enter");
    await page.getByText("Tenant, e-mail or password is wrong").waitFor();
    await page.getByLabel("Password").focus();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("/t/acme/secrets");

    await page.getByText("Add a secret").click();
    await page.getByLabel("Name").fill("BILLING_KEY");
    await page.getByLabel("Value", { exact: true }).fill("sk_live_private");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: /BILLING_KEY/ }).waitFor();
    expect(await page.content()).not.toContain("sk_live_private");

    await page.goto("/t/acme/keys");
    await page.getByText("New key").click();
    await page.getByLabel("Name").fill("deploy");
    await page.getByRole("checkbox", { name: "scripts.read" }).check();
    await page.getByRole("button", { name: "Create key" }).click();
    const shown = (await page.getByRole("region", { name: "API keys" }).textContent())?.trim() ?? "";
    expect((await skerry.site.client(shown).request("GET", "/api/v1/scripts")).status).toBe(200);
    await page.getByRole("link", { name: "All keys" }).click();
    const row = page.getByRole("row", { name: /deploy/ });
    await row.getByText("scripts.read").waitFor();
    expect(await page.content()).not.toContain(shown);
    await row.getByRole("button", { name: "Revoke" }).click();
    const dialog = page.getByRole("dialog", { name: "Revoke deploy?" });
    const typed = dialog.getByRole("textbox");
    await typed.fill("deploi");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    expect(await typed.evaluate((field: { validity: { valid: boolean } }) => field.validity.valid)).toBe(
      false,
    );
    expect((await skerry.site.client(shown).request("GET", "/api/v1/scripts")).status).toBe(200);
    await typed.fill("deploy");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await row.waitFor({ state: "detached" });
    expect((await skerry.site.client(shown).request("GET", "/api/v1/scripts")).status).toBe(401);

    await page.goto("/t/acme/users");
    await page.getByText("Invite somebody").click();
    await page.getByLabel("Name").fill("Hedy");
    await page.getByLabel("E-mail").fill("hedy@example.com");
    await page.getByRole("combobox", { name: "Role", exact: true }).selectOption("viewer");
    await page.getByRole("button", { name: "Invite" }).click();
    const link = (await page.getByRole("region", { name: "Sign-in link" }).textContent())?.trim() ?? "";

    await page.goto("/t/acme/audit");
    await page.getByText(/Verified: all \d+ records hold/).waitFor();
    const records = page.getByRole("table", { name: "Records, newest first" });
    for (const [action, target] of [
      ["session.started", "grace@example.com"],
      ["secret.set", "BILLING_KEY"],
      ["api-key.created", "deploy"],
      ["api-key.revoked", "deploy"],
      ["user.created", "hedy@example.com"],
    ] as const) {
      await records
        .getByRole("row")
        .filter({ hasText: action })
        .filter({ hasText: target })
        .first()
        .waitFor();
    }

    await signInByLink(link);
  },
);

/** Somebody else, in another browser, who changes the language with the link still unused. */
async function signInByLink(link: string): Promise<void> {
  const page = await skerry.open({ as: "nobody", allow: [401, 403] });
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in with the link" }).waitFor();
  expect(page.url()).not.toContain("#");
  await page.getByRole("button", { name: "Русский" }).click();
  await page.getByRole("button", { name: "Войти по ссылке" }).click();
  await page.waitForURL("/t/acme/scripts");
  const refused = await page.goto("/t/acme/users");
  expect(refused?.status()).toBe(403);
  await page.goto("/t/acme/secrets");
  await page.getByText("BILLING_KEY", { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Удалить" }).count()).toBe(0);

  await page.goto(link);
  await page.getByRole("button", { name: "Войти по ссылке" }).click();
  await page.getByText("Ссылка уже использована").waitFor();
}
