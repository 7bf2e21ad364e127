import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const LOADER = new URL("tsx-loader.mjs", import.meta.url).href;
const WORK = fileURLToPath(new URL("../.skerry", import.meta.url));
const PAGE = `interface Props { readonly name: string }
export const Page = ({ name }: Props) => <p>Hello {name}</p>;
if (process.argv[2] === "throw") throw new Error("line 3");
console.log(String(<Page name="<b>" />));
`;

test("runs a page in TSX and keeps the lines of its source in stacks", async () => {
  // Inside the repository, where the page finds hono.
  await mkdir(WORK, { recursive: true });
  const folder = await mkdtemp(join(WORK, "page-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = join(folder, "page.tsx");
  await writeFile(page, PAGE);
  const run = (...words: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, ["--enable-source-maps", `--import=${LOADER}`, page, ...words]);

  expect((await run()).stdout).toContain("<p>Hello &lt;b&gt;</p>");
  await expect(run("throw")).rejects.toThrow(/page\.tsx:3:/);
});

test("does not load esbuild for a program without pages", async () => {
  const program =
    'console.log(Object.keys(require("node:module")._cache).some((file) => file.includes("esbuild")))';
  const { stdout } = await promisify(execFile)(process.execPath, [`--import=${LOADER}`, "--eval", program]);
  expect(stdout.trim()).toBe("false");
});
