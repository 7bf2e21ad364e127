import { launchChromium } from "@skerry/sandbox/test/chromium";
import type { Browser, Page } from "playwright-core";
import { FLOOD_SCRIPT, measureInputDelays, timeEditor } from "skerry/test/page-speed";
import { type Row, rowOf } from "../report.ts";
import { spreadOf, timeEach } from "../samples.ts";
import { type SkerryServer, startSkerry } from "../skerry-server.ts";

const VISITS = 10;
const WARM_UP = 2;
const EDITOR_AT_MOST_MS = 2_000;
const INPUT_AT_MOST_MS = 200;

/** Pages in a real Chromium on this machine, each in a browser that was never here before. */
export async function measureUi(): Promise<Row[]> {
  await using skerry = await startSkerry();
  await using browser = await launchChromium();
  await skerry.post("/api/v1/scripts", {
    name: "greet",
    type: "oneoff",
    source: "export default () => 1;\n",
  });
  await skerry.post("/api/v1/scripts", FLOOD_SCRIPT);
  const session = await signIn(skerry);
  const visit = <Result>(look: (page: Page) => Promise<Result>) => visitOnce(browser, skerry, session, look);
  const root = `${skerry.origin}/t/${skerry.tenant}`;

  const pages = [
    ["scripts, loaded", `${root}/scripts`],
    ["executions, loaded", `${root}/executions`],
  ] as const;
  const rows: Row[] = [];
  for (const [what, url] of pages) {
    const load = () => visit((page) => page.goto(url));
    await timeEach(WARM_UP, load);
    rows.push(rowOf(what, await timeEach(VISITS, load), "ms"));
  }

  const times: number[] = [];
  for (let round = 0; round < VISITS; round++) {
    times.push(await visit((page) => timeEditor(page, `${root}/scripts/greet`)));
  }
  const editor = rowOf("editor usable, cold, over 9 Mbit/s", spreadOf(times), "ms", {
    atMost: EDITOR_AT_MOST_MS,
  });

  const execution = await skerry.post("/api/v1/scripts/flood/execute", { wait: false });
  const { id } = execution as { readonly id: string };
  const delays = await visit(async (page) => {
    await page.goto(`${root}/executions/${id}`);
    return await measureInputDelays(page);
  });
  const longest = {
    what: "input delay, the longest of them",
    value: Math.max(...delays),
    unit: "ms",
  } as const;
  return [
    ...rows,
    editor,
    rowOf(`input delay while 20,000 lines are logged, ${delays.length} keys`, spreadOf(delays), "ms"),
    { ...longest, target: { atMost: INPUT_AT_MOST_MS } },
  ];
}

/** @returns the session of an admin who came by a link. */
async function signIn(skerry: SkerryServer): Promise<string> {
  const user = { email: "ada@example.com", name: "Ada", role: "admin" };
  const { id } = (await skerry.post("/api/v1/users", user)) as { readonly id: string };
  const { link } = (await skerry.post(`/api/v1/users/${id}/sign-in-link`, {})) as { readonly link: string };
  const { token } = (await skerry.post("/api/v1/session", { link })) as { readonly token: string };
  return token;
}

async function visitOnce<Result>(
  browser: Browser,
  { origin }: SkerryServer,
  session: string,
  look: (page: Page) => Promise<Result>,
): Promise<Result> {
  await using context = await browser.newContext({ reducedMotion: "reduce" });
  await context.addCookies([{ name: "skerry_session", value: session, url: origin, httpOnly: true }]);
  return await look(await context.newPage());
}
