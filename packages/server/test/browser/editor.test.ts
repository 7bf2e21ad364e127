import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";

const COUNTING = `export default async function (input, ctx) {
  ctx.log.info("begins", { input });
  await ctx.progress(0.5, "half way");
  return { doubled: input.number * 2 };
}
`;

let skerry: BrowserSite;
beforeAll(async () => {
  skerry = await startBrowserSite();
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function makeScript(name: string, source = COUNTING, type = "oneoff", settings = {}): Promise<void> {
  const { status } = await skerry.acme.request("POST", "/api/v1/scripts", {
    name,
    type,
    source,
    settings,
    language: "js",
  });
  expect(status).toBe(201);
}

async function openEditor(page: Page, name: string): Promise<void> {
  await page.goto(`/t/acme/scripts/${name}`);
  await page.locator("code-editor[data-ready] textarea[name=source]").waitFor({ state: "attached" });
}

/** Pastes a text into one of the page's editors, in place of what is there: typing would be indented by it. */
async function write(page: Page, field: string, text: string): Promise<void> {
  await page.locator(`code-editor:has(> textarea[name=${field}]) .view-lines`).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", ${JSON.stringify(text)});
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
  }`);
}

async function draftOf(name: string): Promise<string | undefined> {
  const { body } = await skerry.acme.request("GET", `/api/v1/scripts/${name}/draft`);
  return body.source;
}

test("a script is written, tried and published", { timeout: 60_000 }, async () => {
  await makeScript("double");
  const page = await skerry.open({ as: "developer", allow: [422] });
  await openEditor(page, "double");
  const state = page.locator(".draft-state");
  const editor = page.locator("code-editor:has(> textarea[name=source])");

  // The compiler knows `ctx`, and that there is no `window`.
  await write(page, "source", COUNTING.replace("ctx.log.info", "ctx.log.inform"));
  await expect.poll(() => editor.getAttribute("data-markers")).toBe("1");
  await expect.poll(() => state.innerText()).toMatch(/^Saved/);
  expect(await draftOf("double")).toContain("ctx.log.inform");

  // Ctrl+S saves at once, Ctrl+Enter runs what is written.
  await write(page, "source", COUNTING.replace("* 2", "* 2 + 1"));
  await page.keyboard.press("ControlOrMeta+s");
  await expect.poll(() => draftOf("double")).toContain("* 2 + 1");
  await expect.poll(() => editor.getAttribute("data-markers")).toBe("0");
  await write(page, "input", '{"number": 20}');
  await page.keyboard.press("ControlOrMeta+Enter");
  const run = page.locator("#run");
  await run.getByText('"doubled": 41').waitFor();
  await run.locator(".log-lines .line", { hasText: "begins" }).waitFor();
  await page.locator("#recent-executions li", { hasText: "Draft" }).waitFor();

  // What does not compile is shown with its line, in the editor as well.
  await write(page, "source", "export default async function () {\n  return {;\n}\n");
  await page.getByRole("button", { name: "Publish" }).click();
  const dialog = page.locator("#publish");
  await dialog.locator("textarea").fill("Counts one more");
  await dialog.getByRole("button", { name: "Publish" }).click();
  const problems = page.locator("#editor-problems");
  await problems.getByRole("button", { name: "Line 2" }).click();
  await dialog.waitFor({ state: "hidden" });
  await expect.poll(() => editor.locator(".squiggly-error").count()).toBeGreaterThan(0);

  await write(page, "source", COUNTING.replace("* 2", "* 3"));
  await page.getByRole("button", { name: "Publish" }).click();
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.locator("#toasts", { hasText: "Version 2 of double is published." }).waitFor();
  await page.locator("#active-version", { hasText: "Version 2" }).waitFor();
  await expect.poll(() => state.innerText()).toBe("No changes");
  expect(await problems.innerText()).toBe("");
  const { body } = await skerry.acme.request<{ note: string; source: string }>(
    "GET",
    "/api/v1/scripts/double/versions/2",
  );
  expect(body).toMatchObject({ note: "Counts one more", source: COUNTING.replace("* 2", "* 3") });
});

test(
  "an execution is watched, told how far it is, cancelled, and its error marked",
  { timeout: 60_000 },
  async () => {
    const endless = `export default async function (input, ctx) {
  await ctx.progress(0.25, "a quarter");
  ctx.log.warn("it waits");
  await new Promise((resolve) => setTimeout(resolve, 100_000));
}
`;
    await makeScript("wait", endless, "oneoff", { limits: { wallMs: 200_000 } });
    const page = await skerry.open({ as: "developer" });
    await openEditor(page, "wait");
    await page.getByRole("button", { name: "Run draft" }).click();
    const run = page.locator("#run");
    await run.locator(".log-lines .line", { hasText: "it waits" }).waitFor();
    await run.getByText("a quarter").waitFor();
    await run.getByRole("button", { name: "Cancel" }).click();
    await run.getByText("Cancelled", { exact: true }).waitFor();

    await write(page, "source", 'export default function () {\n  throw new Error("no tide");\n}\n');
    await page.keyboard.press("ControlOrMeta+Enter");
    await run.getByText("no tide").first().waitFor();
    await run.getByRole("button", { name: "Line 2" }).click();
    const editor = page.locator("code-editor:has(> textarea[name=source])");
    await expect.poll(() => editor.locator(".squiggly-error").count()).toBeGreaterThan(0);
  },
);

test(
  "settings that the source says are shown beside it, and written into it when they change there",
  { timeout: 300_000 },
  async () => {
    await makeScript("tides", COUNTING, "scheduled", { cron: "0 9 * * *" });
    const page = await skerry.open({ as: "developer" });
    await openEditor(page, "tides");
    await page.locator("summary", { hasText: /^Settings$/ }).click();
    const cron = page.locator('[name="settings.cron"]');
    const source = `export const config = {\n  cron: "0 8 * * *",\n};\n\n${COUNTING}`;
    await write(page, "source", source);
    await expect.poll(() => cron.inputValue()).toBe("0 8 * * *");

    await cron.fill("0 7 * * *");
    const rewritten = source.replace("0 8", "0 7");
    await expect.poll(() => page.locator("textarea[name=source]").inputValue()).toBe(rewritten);
    await expect.poll(() => page.locator("#editor[data-unsaved]").count()).toBe(0);
    expect(await draftOf("tides")).toBe(rewritten);

    await write(page, "source", source.replace('"0 8 * * *"', "often()"));
    await page.locator("#editor-problems").getByRole("button", { name: "Line 2" }).waitFor();
    expect(await cron.inputValue()).toBe("0 7 * * *");
  },
);

test("a request is made up for the draft of an endpoint", { timeout: 60_000 }, async () => {
  const source = `export default async function (request, ctx) {
  ctx.log.info("asked", ctx.trigger.params);
  return new Response(\`\${await request.text()} for \${request.headers.get("x-ship")}\`, { status: 202 });
}
`;
  await makeScript("berths", source, "http", { path: "/berths/:id", methods: ["POST"] });
  const page = await skerry.open({ as: "developer", allow: [404] });
  await openEditor(page, "berths");
  await page.locator("#run-path").fill("/elsewhere");
  await page.getByRole("button", { name: "Send to draft" }).click();
  const run = page.locator("#run");
  await run.getByText("answers at /berths/:id").waitFor();
  await page.locator("#run-path").fill("/berths/7");
  await page.getByText("Headers, Body").click();
  await page.locator("#run-headers").fill("x-ship: Fram");
  await write(page, "body", "a berth");
  await page.getByRole("button", { name: "Send to draft" }).click();
  await run.getByText("Response 202").waitFor();
  expect(await run.locator(".code-block").first().innerText()).toContain("a berth for Fram");
  await run.locator(".log-lines .line", { hasText: '{"id":"7"}' }).waitFor();
});

test("who saves second is led to a comparison, and overwrites nothing", { timeout: 60_000 }, async () => {
  await makeScript("shared");
  const [ada, dorothy] = [
    await skerry.open({ as: "admin", allow: [409] }),
    await skerry.open({ as: "developer", allow: [409] }),
  ];
  await openEditor(ada, "shared");
  await openEditor(dorothy, "shared");
  await write(ada, "source", `// Ada\n${COUNTING}`);
  await expect.poll(() => draftOf("shared")).toContain("// Ada");

  await write(dorothy, "source", `// Dorothy\n${COUNTING}`);
  const problems = dorothy.locator("#editor-problems");
  await problems.getByText("Somebody else saved first.").waitFor();
  expect(await dorothy.locator(".draft-state").innerText()).toMatch(/Not saved/);
  expect(await draftOf("shared")).toContain("// Ada");
  await problems.getByRole("button", { name: "Compare and merge" }).click();
  const diff = dorothy.locator("#merge .diff");
  await diff.getByText("// Ada").waitFor();
  await diff.getByText("// Dorothy").waitFor();
  expect(await skerry.axe(dorothy)).toEqual([]);
  expect(await dorothy.locator("#merge textarea[name=source]").isVisible()).toBe(false);

  // What Ada publishes meanwhile is not overwritten by the merge either.
  await ada.getByRole("button", { name: "Publish" }).click();
  await ada.locator("#publish").getByRole("button", { name: "Publish" }).click();
  await ada.locator("#active-version", { hasText: "Version 2" }).waitFor();
  await write(dorothy, "source", `// Ada and Dorothy\n${COUNTING}`);
  await dorothy.getByRole("button", { name: "Save merged" }).click();
  await dorothy.getByText("Version 2 was published meanwhile.").waitFor();
  await dorothy.getByRole("button", { name: "Save merged" }).click();
  await dorothy.locator("#draft-state", { hasText: "Saved" }).waitFor();
  expect(await draftOf("shared")).toContain("// Ada and Dorothy");

  // Ada's page still builds upon no draft at all.
  await write(ada, "source", "// later");
  await ada.getByRole("button", { name: "Compare and merge" }).click();
  await ada.getByRole("button", { name: "Take theirs" }).click();
  await ada.locator("#editor textarea[name=source]").waitFor({ state: "attached" });
  expect(await ada.locator("#editor textarea[name=source]").inputValue()).toContain("// Ada and Dorothy");
  expect(await draftOf("shared")).toContain("// Ada and Dorothy");
});

test("a viewer looks, and changes and runs nothing", async () => {
  await makeScript("watched");
  const page = await skerry.open({ as: "viewer" });
  await openEditor(page, "watched");
  await page.getByText("You can look at this script, but not change it.").waitFor();
  expect(await page.getByRole("button", { name: /Save|Publish|Run|Discard/ }).count()).toBe(0);
  expect(await page.locator("textarea[name=source]").getAttribute("readonly")).not.toBeNull();

  const body = new URLSearchParams({ source: "// mine", baseVersion: "1", draftRevision: "0" });
  const verbs = ["save", "publish", "language", "discard", "merge", "merge/save", "run"];
  const answers = verbs.map((verb) =>
    skerry.ask("viewer", `/t/acme/scripts/watched/${verb}`, {
      method: "POST",
      body,
      headers: { "sec-fetch-site": "same-origin" },
    }),
  );
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(verbs.map(() => 403));
  const { status } = await skerry.acme.request("GET", "/api/v1/scripts/watched/draft");
  expect(status).toBe(404);
});

test("what was typed survives a server that is away", { timeout: 60_000 }, async () => {
  await makeScript("offline");
  await using visit = await skerry.visit({ as: "developer" });
  const { page } = visit;
  await openEditor(page, "offline");
  await page.context().setOffline(true);
  await write(page, "source", "// typed on the ferry");
  const state = page.locator(".draft-state");
  await expect.poll(() => state.innerText()).toMatch(/cannot be reached/);
  await page.context().setOffline(false);
  await expect.poll(() => draftOf("offline")).toBe("// typed on the ferry");
  await expect.poll(() => state.innerText()).toMatch(/^Saved/);
});
