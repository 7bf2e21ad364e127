import type { Page } from "playwright-core";

/** A usual line of a small office: 9 Mbit/s down, 2 up, 20 ms away. */
const LINE = {
  downloadThroughput: 9_000_000 / 8,
  uploadThroughput: 2_000_000 / 8,
  latency: 20,
  offline: false,
};

/** How long it takes on a slow line and with an empty cache until code can be typed, in ms. */
export async function timeEditor(page: Page, url: string): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", LINE);
  const start = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.locator("code-editor .monaco-editor .view-line").first().waitFor();
  return performance.now() - start;
}

export const FLOOD_LINES = 20_000;

/** As many lines as come from an execution at most, which is 2,000 a second. */
export const FLOOD_SCRIPT = {
  name: "flood",
  type: "oneoff",
  settings: { limits: { cpuMs: 60_000, wallMs: 120_000, logBytes: 4 * 1024 * 1024 } },
  source: `export default async function (input, ctx) {
  let line = 0;
  while (line < ${FLOOD_LINES}) {
    const ends = Date.now() + 1_050;
    for (let each = 0; each < 2_000; each++) ctx.log.info("line " + line++, { each });
    await new Promise((resolve) => setTimeout(resolve, ends - Date.now()));
  }
}
`,
} as const;

/** Between two keys: somebody types quickly. */
const KEY_PAUSE_MS = 100;
/** Looking for the last line takes time of the page too. */
const KEYS_BETWEEN_LOOKS = 10;

/**
 * Types into the search of a log while the lines of {@link FLOOD_SCRIPT} come, until the last one is there.
 *
 * @returns of each key the time in ms until the page's code was told of it.
 */
export async function measureInputDelays(page: Page): Promise<number[]> {
  const search = page.locator("live-log input[type=search]");
  await search.waitFor();
  await search.focus();
  await page.evaluate(`
    globalThis.inputDelays = [];
    addEventListener("keydown", (event) => inputDelays.push(performance.now() - event.timeStamp), true);
  `);
  const last = page.locator(`live-log [data-seq="${FLOOD_LINES - 1}"]`);
  // All lines have these letters, so that none is hidden for long.
  for (let key = 0; key % KEYS_BETWEEN_LOOKS > 0 || (await last.count()) === 0; key++) {
    await page.keyboard.press(key % 2 === 0 ? "l" : "Backspace");
    await page.waitForTimeout(KEY_PAUSE_MS);
  }
  return await page.evaluate<number[]>("inputDelays");
}
