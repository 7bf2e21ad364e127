import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";
import { startHostProduct } from "./host-product.ts";
import type { HostProduct } from "./host-product.ts";

const SOURCE = "export default function (input) {\n  return { greeting: `Ahoy, ${input}` };\n}\n";

let shop: HostProduct;
let stranger: HostProduct;
let skerry: BrowserSite;
beforeAll(async () => {
  [shop, stranger] = await Promise.all([startHostProduct(), startHostProduct()]);
  skerry = await startBrowserSite({
    demoScripts: false,
    embed: { origins: [shop.origin] },
    tokens: { jwks: shop.keys },
  });
  const script = { name: "greet", type: "oneoff", language: "js", source: SOURCE };
  const { status, text } = await skerry.acme.request("POST", "/api/v1/scripts", script);
  if (status !== 201) throw new Error(`the script was not made: ${text}`);
});
afterAll(async () => {
  await skerry[Symbol.asyncDispose]();
  await Promise.all([shop[Symbol.asyncDispose](), stranger[Symbol.asyncDispose]()]);
});

function addressOf(host: HostProduct, query: Record<string, string> = {}, may = ""): string {
  const looks = new URLSearchParams(query).toString();
  const frame = `${skerry.url}/embed/t/acme/scripts/greet?${looks}`;
  return `${host.origin}/?${new URLSearchParams({ frame, may }).toString()}`;
}

async function openFrame(page: Page, address: string): Promise<FrameLocator> {
  await page.goto(address);
  const frame = page.frameLocator("#editor");
  await frame.locator("code-editor[data-ready] textarea[name=source]").waitFor({ state: "attached" });
  return frame;
}

function toldBy(page: Page): Promise<{ readonly type: string; readonly detail?: unknown }[]> {
  return page.evaluate("told");
}

async function appendLine(page: Page, frame: FrameLocator, line: string): Promise<void> {
  await frame.locator("code-editor:has(> textarea[name=source]) .view-lines").click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.insertText(line);
}

async function draftOf(name: string): Promise<string | undefined> {
  return (await skerry.acme.request("GET", `/api/v1/scripts/${name}/draft`)).body.source;
}

test("a product embeds the editor with a token of its own", { timeout: 60_000 }, async () => {
  const page = await skerry.open({ as: "nobody", allow: [401] });
  const frame = await openFrame(page, addressOf(shop, { theme: "dark", language: "ru" }));
  await frame.getByRole("button", { name: "Опубликовать" }).first().waitFor();
  expect(await frame.locator("html").getAttribute("data-theme")).toBe("dark");
  expect(await frame.locator("nav, .top, a[href]").count()).toBe(0);

  await appendLine(page, frame, "// from the shop");
  await expect.poll(() => draftOf("greet")).toContain("// from the shop");
  await page.keyboard.press("ControlOrMeta+Enter");
  await frame.getByText('"greeting": "Ahoy, null"').waitFor();

  // A token that has expired is replaced without a word, and what was typed with it is saved.
  await page.evaluate(`give(${JSON.stringify(await shop.sign(["scripts.read"], -60))})`);
  await appendLine(page, frame, "\n// after an hour");
  await expect.poll(() => draftOf("greet")).toContain("// after an hour");
  expect((await toldBy(page)).filter(({ type }) => type === "skerry:token-needed")).toHaveLength(2);

  await frame.getByRole("button", { name: "Опубликовать" }).first().click();
  await frame.locator("#publish").getByRole("button", { name: "Опубликовать" }).click();
  await expect.poll(() => toldBy(page)).toContainEqual({ type: "skerry:published", detail: { version: 2 } });
  expect((await toldBy(page)).some(({ type }) => type === "skerry:saved")).toBe(true);
});

test("a token lets nobody do more than it says", { timeout: 60_000 }, async () => {
  const page = await skerry.open({ as: "nobody", allow: [401] });
  const frame = await openFrame(page, addressOf(shop, {}, "scripts.read"));
  await frame.getByText("You can look at this script, but not change it.").waitFor();
  expect(await frame.getByRole("button", { name: /Publish|Save|Run/ }).count()).toBe(0);

  const authorization = `Bearer ${await shop.sign(["scripts.read"])}`;
  const body = new URLSearchParams({ source: "// mine", baseVersion: "2", draftRevision: "0" });
  const headers = {
    authorization,
    "hx-request": "true",
    "hx-current-url": `${skerry.url}/embed/t/acme/scripts/greet`,
  };
  const ask = async (path: string, init: RequestInit = {}) =>
    (await fetch(skerry.url + path, { ...init, headers })).status;
  expect(await ask("/t/acme/scripts/greet")).toBe(200);
  expect(await ask("/t/acme/scripts/greet/save", { method: "POST", body })).toBe(403);
  expect(await ask("/t/rival/scripts/greet")).toBe(404);
});

test("another product cannot embed it", { timeout: 60_000 }, async () => {
  await using visit = await skerry.visit({ as: "nobody" });
  const { page, problems } = visit;
  await page.goto(addressOf(stranger));
  await expect.poll(() => problems.join("\n")).toMatch(/frame-ancestors/);
  expect(await page.frameLocator("#editor").locator("main").count()).toBe(0);
  expect(await toldBy(page)).toEqual([]);
});

test("without a token the page shows nothing of a tenant", async () => {
  const page = await skerry.open({ as: "nobody" });
  await page.goto("/embed/t/acme/scripts/greet");
  await page.getByText("Waiting for the page around this one").waitFor();
  expect(await page.locator("code-editor").count()).toBe(0);
  const [there, gone] = await Promise.all(
    ["greet", "nothing"].map(
      async (name) => await (await skerry.ask("nobody", `/embed/t/acme/scripts/${name}`)).text(),
    ),
  );
  expect(there?.replaceAll("greet", "nothing")).toBe(gone);
});
