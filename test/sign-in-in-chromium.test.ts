import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { launchChromium } from "../packages/sandbox/test/chromium.ts";
import { spawnSkerry } from "../packages/server/test/skerry-process.ts";

/** Of the greeting: the one of the demo's admin leads on to the demo's scripts. */
const SIGN_IN_LINK = /http:\/\/127\.0\.0\.1:\d+\/sign-in\?to=[^#\s]+#sl_[\w-]+/;

interface Started extends AsyncDisposable {
  readonly link: string;
}

async function startSkerry(): Promise<Started> {
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-sign-in-"));
  // The embedded database runs as another user when the tests run as root.
  await chmod(dataDir, 0o755);
  const child = spawnSkerry(["start"], {
    env: { PORT: "0", SKERRY_DATA_DIR: dataDir, SKERRY_RUNNERS_SPARE: "0" },
  });
  child.stderr.resume();
  const exit = once(child, "exit");
  let link = "";
  for await (const line of createInterface({ input: child.stdout })) {
    link ||= SIGN_IN_LINK.exec(line)?.[0] ?? "";
    if (line.includes("/run/demo/")) break;
  }
  return {
    link,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exit;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

test(
  "the link of the greeting signs the demo's admin in, once and by a click only",
  { timeout: 120_000 },
  async () => {
    await using skerry = await startSkerry();
    const { origin } = new URL(skerry.link);
    await using browser = await launchChromium();
    const context = await browser.newContext();
    const page = await context.newPage();
    const button = page.getByRole("button", { name: "Sign in" });
    await page.goto(skerry.link);
    await button.waitFor();
    // The link does not stay in the history.
    expect(page.url()).toBe(skerry.link.slice(0, skerry.link.indexOf("#")));
    expect(await context.cookies()).toEqual([]);

    await button.click();
    await page.waitForURL(`${origin}/t/demo/scripts?tour=1`);
    expect(await context.cookies()).toMatchObject([
      { name: "skerry_session", httpOnly: true, sameSite: "Lax", path: "/" },
    ]);
    const statuses = await page.evaluate(async () => {
      const user = { email: "ada@example.com", name: "Ada", role: "viewer" };
      const headers = { "content-type": "application/json" };
      const made = await fetch("/api/v1/users", { method: "POST", headers, body: JSON.stringify(user) });
      const ended = await fetch("/api/v1/session", { method: "DELETE" });
      return [made.status, ended.status];
    });
    expect(statuses).toEqual([201, 204]);
    expect(await context.cookies()).toEqual([]);

    await page.goto("about:blank");
    await page.goto(skerry.link);
    await button.click();
    await page.getByText("used already").waitFor();
  },
);
