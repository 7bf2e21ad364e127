import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createClient } from "@skerry/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import { UsageError } from "../command.ts";
import { requireProject } from "../project/manifest.ts";
import { describeDevEvent, reportDevEvent } from "./dev-event.ts";
import type { DevEvent } from "./dev-event.ts";
import { chooseDevFolder } from "./dev-server.ts";
import { dev } from "./dev.ts";
import { serveFolder } from "./serving.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "skerry-dev-"));
  await mkdir(join(root, "scripts"));
  await writeFile(join(root, "skerry.json"), "{}");
});
afterEach(() => rm(root, { recursive: true }));

const ENDPOINT = `export const config = { type: "http" };
export default (request, ctx) => {
  ctx.log.info("asked");
  return new Response("first");
};
`;

/** In one step, as most editors do. */
async function save(file: string, source: string): Promise<void> {
  await writeFile(join(root, "draft"), source);
  await rename(join(root, "draft"), join(root, "scripts", file));
}

test(
  "a folder runs as it is written: changed, broken, mended, renamed and emptied",
  { timeout: 120_000 },
  async () => {
    await using skerry = await createTestPlatform();
    const { url } = skerry;
    const { key } = await skerry.createTenant("dev");
    const ending = new AbortController();
    const events: DevEvent[] = [];
    const serving = serveFolder({
      server: {
        url,
        client: createClient({ url, key }),
        isolationLevel: "full",
        signInUrl: url,
        keyFile: root,
      },
      project: await requireProject(root),
      tell: (event) => void events.push(event),
      signal: ending.signal,
    });
    /** Waits for the next event of a kind, and forgets all that were told before it. */
    async function next(wanted: DevEvent["event"]): Promise<DevEvent> {
      const found = await vi.waitFor(() => {
        const index = events.findIndex(({ event }) => event === wanted);
        if (index < 0) throw new Error(`no ${wanted} among ${events.map(reportDevEvent).join("\n")}`);
        return events.splice(0, index + 1).at(-1);
      });
      return found as DevEvent;
    }
    const ask = async (): Promise<string> =>
      (await fetch(`${url}/run/dev/hello`, { headers: { connection: "close" } })).text();

    await next("ready");
    await save("hello.js", ENDPOINT);
    const first = await next("pushed");
    expect(describeDevEvent(first)).toBe(`created hello, version 1\n  hello answers at ${url}/run/dev/hello`);
    expect(await ask()).toBe("first");
    expect(describeDevEvent(await next("log"))).toMatch(/^\S+Z hello \w{8} info {2}asked$/);
    expect(describeDevEvent(await next("end"))).toMatch(/^\S+Z hello \w{8} completed in \d+ ms$/);

    await save("hello.js", ENDPOINT.replace('"first"', '"second"'));
    expect(await next("pushed")).toMatchObject({ scripts: [{ change: "updated", version: 2 }] });
    expect(await ask()).toBe("second");

    await save("hello.js", ENDPOINT.replace("return new", "return old new"));
    const refused = await next("refused");
    expect(refused).toMatchObject({
      code: "SCRIPT_COMPILE",
      problems: [{ file: "scripts/hello.js", line: 4 }],
    });
    expect(describeDevEvent(refused)).toContain("scripts/hello.js:4:14: ");
    await save("hello.js", 'export const config = { type: "daily" };');
    expect(await next("refused")).toMatchObject({
      code: "PROJECT_INVALID",
      problems: [{ file: "scripts/hello.js", line: 1 }],
    });
    expect(await ask()).toBe("second");

    await save("hello.js", ENDPOINT.replace('"first"', '"third"'));
    await next("pushed");
    expect(await ask()).toBe("third");

    await rename(join(root, "scripts", "hello.js"), join(root, "scripts", "ahoy.js"));
    expect(await next("pushed")).toMatchObject({
      scripts: [
        { name: "ahoy", change: "created" },
        { name: "hello", change: "deleted" },
      ],
    });
    await rm(join(root, "scripts"), { recursive: true });
    expect(await next("pushed")).toMatchObject({ scripts: [{ name: "ahoy", change: "deleted" }] });
    ending.abort();
    await serving;
  },
);

test("database and keys are in the user's own folder, one for each project, by whatever path it is reached", async () => {
  const home = await mkdtemp(join(tmpdir(), "skerry-home-"));
  vi.stubEnv("XDG_CONFIG_HOME", home);
  try {
    const folder = await chooseDevFolder(root);
    expect(dirname(folder)).toBe(join(home, "skerry", "dev"));
    await symlink(await realpath(root), join(home, "link"));
    expect(await chooseDevFolder(join(home, "link"))).toBe(folder);
    expect(await chooseDevFolder(join(root, "scripts"))).not.toBe(folder);
  } finally {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  }
});

test("a folder that is no project, and a port that is none, are refused before anything starts", async () => {
  await expect(dev.run([root, "--port", "70000"])).rejects.toThrow(UsageError);
  await expect(dev.run([root, "more"])).rejects.toThrow(UsageError);
  await rm(join(root, "skerry.json"));
  await expect(dev.run([root])).rejects.toMatchObject({ code: "PROJECT_NOT_FOUND" });
});
