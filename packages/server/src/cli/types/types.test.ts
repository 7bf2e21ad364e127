import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { runCommand } from "../../../test/command-output.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import { defineService } from "../../services/service.ts";
import { UsageError } from "../command.ts";
import { types } from "./types.ts";

const COMPILER = fileURLToPath(new URL("../../../../../node_modules/typescript/bin/tsc", import.meta.url));

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "skerry-types-"));
  await mkdir(join(root, "scripts"));
  await writeFile(join(root, "skerry.json"), "{}");
});
afterEach(() => rm(root, { recursive: true }));

/** What an editor would show: every finding of the compiler by its place. */
async function compile(): Promise<string[]> {
  const compiler = spawn(process.execPath, [COMPILER, "--pretty", "false", "-p", root], { cwd: root });
  const [findings] = await Promise.all([text(compiler.stdout), once(compiler, "close")]);
  return findings.split("\n").filter((line) => /^\S/.test(line));
}

const saveScript = (file: string, source: string): Promise<void> =>
  writeFile(join(root, "scripts", file), source);

test("an editor takes what is right in the scripts of a tenant, and finds what is wrong", async () => {
  const refund = defineService({
    name: "orders.refund",
    summary: "Gives the money back.",
    input: z.object({ order: z.number() }),
    output: z.object({ refunded: z.number() }),
    handler: ({ order }) => ({ refunded: order }),
  });
  await using skerry = await createTestPlatform({ services: [refund] });
  const acme = await skerry.createTenant("acme");
  const end = await runCommand(types, ["--project", root, "--url", skerry.url, "--key", acme.key, "--json"]);
  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(end.stdout)).toMatchObject({
    output: { files: [expect.stringMatching(/skerry\.d\.ts$/), expect.stringMatching(/tsconfig\.json$/)] },
  });

  await saveScript(
    "tax.ts",
    "export const config = { type: 'library' };\nexport const tax = (net: number) => net;\n",
  );
  const right = `import { tax } from "@tenant/tax";
export default async function (input: { order: number }, ctx: Skerry.Context) {
  const { refunded } = await ctx.services.orders.refund(input);
  await ctx.cache.set("last", tax(refunded), { ttlSeconds: 1 });
  return (await fetch("https://example.com/")).status;
}
`;
  await saveScript("right.ts", right);
  await saveScript("loose.js", "export default (input, ctx) => ctx.log.info(input);\n");
  await saveScript(
    "wrong.ts",
    right.replace("refund(input)", 'refund({ order: "7" })').replace("cache.set", "cache.put"),
  );
  const findings = await compile();
  expect(findings.map((finding) => finding.replace(/,\d+\): error.*/, ""))).toEqual([
    "scripts/wrong.ts(3",
    "scripts/wrong.ts(4",
  ]);
});

test("without a server the types are those of every tenant, and a tsconfig.json that is there stays", async () => {
  const own = '{ "files": [] }';
  await writeFile(join(root, "tsconfig.json"), own);
  const out = join(root, "types", "ctx.d.ts");
  const { exitCode } = await runCommand(types, ["--project", root, "--offline", "--out", out]);
  expect(exitCode).toBe(0);
  expect(await readFile(out, "utf8")).toMatch(/^declare namespace Skerry \{/);
  expect(await readFile(join(root, "tsconfig.json"), "utf8")).toBe(own);
  const nowhere = types.run(["--project", root, "--url", "http://127.0.0.1:9"]);
  await expect(nowhere).rejects.toThrow(UsageError);
  await expect(nowhere).rejects.toThrow("--offline");
});

test("nothing is written where links of the project lead", async () => {
  const outside = await mkdtemp(join(tmpdir(), "skerry-outside-"));
  await writeFile(join(outside, "mine"), "mine");
  await symlink(join(outside, "mine"), join(root, "skerry.d.ts"));
  await symlink(join(outside, "absent"), join(root, "tsconfig.json"));
  expect((await runCommand(types, ["--project", root, "--offline"])).exitCode).toBe(0);
  expect(await readFile(join(root, "skerry.d.ts"), "utf8")).toMatch(/^declare namespace Skerry \{/);
  expect(await readFile(join(outside, "mine"), "utf8")).toBe("mine");
  expect(await readdir(outside)).toEqual(["mine"]);

  const link = join(root, "link.d.ts");
  await symlink(join(outside, "mine"), link);
  await expect(types.run(["--project", root, "--offline", "--out", link])).rejects.toThrow(UsageError);
  await rm(outside, { recursive: true });
});
