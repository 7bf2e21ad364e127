import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CONFIG = `import config from "../../vitest.config.ts";
export default { ...config, test: { ...config.test, projects: undefined, include: [".skerry/leaks-*/*.test.ts"] } };
`;

/** Runs one test file in a Vitest of its own, with the repository's settings. */
async function runTestFile(body: string): Promise<{ exitCode: number | null; output: string }> {
  // Where no other Vitest looks for tests.
  await mkdir(join(ROOT, ".skerry"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, ".skerry", "leaks-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, "vitest.config.ts");
  await writeFile(config, CONFIG);
  await writeFile(
    join(folder, "a.test.ts"),
    `import { test } from "vitest";\ntest("a", async () => {\n${body}\n});\n`,
  );

  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "--root", ROOT, "--config", config, folder], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { exitCode: child.exitCode, output: stdout + stderr };
}

test.each([
  ["a timer", "setInterval(() => {}, 1_000);", "Timeout"],
  ["a server", '(await import("node:net")).createServer().listen(0);', "TCPServerWrap"],
  ["a child process", '(await import("node:child_process")).spawn("sleep", ["6"]).unref();', "child process"],
])("a test file that leaves %s behind fails", async (_, body, name) => {
  const { exitCode, output } = await runTestFile(body);
  expect(output).toMatch(new RegExp(`left something behind: .*${name}`));
  expect(exitCode).toBe(1);
});

test("a test file that tidies up passes", async () => {
  const { exitCode, output } = await runTestFile(`
    const child = (await import("node:child_process")).spawn("sleep", ["6"]);
    const timer = setInterval(() => {}, 1_000);
    clearInterval(timer);
    child.kill();
    await new Promise((resolve) => child.once("close", resolve));`);
  expect(output).toContain("1 passed");
  expect(exitCode).toBe(0);
});
