import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createDeclarations } from "../../packages/server/src/capabilities/declarations.ts";
import { listDocuments } from "./documents.ts";
import type { Finding } from "./finding.ts";
import {
  checkJson,
  checkShell,
  checkSql,
  checkYaml,
  fitsText,
  fitsValue,
  readJson,
} from "./readme-blocks-data.ts";
import { startDocPlatform } from "./readme-blocks-platform.ts";
import type { DocPlatform, DocScript, DocTenant } from "./readme-blocks-platform.ts";
import {
  asTypedScript,
  runModule,
  runShell,
  typecheckBlocks,
  typecheckScripts,
} from "./readme-blocks-programs.ts";
import type { ProgramResult } from "./readme-blocks-programs.ts";
import { readBlocks } from "./readme-blocks-reader.ts";
import type { DocBlock } from "./readme-blocks-reader.ts";

/** As many processors as the smallest machine has that this runs on. */
const AT_A_TIME = 2;

/** What documents lend their scripts without declaring it. */
const UNKNOWN_OF_SCRIPTS = {
  services: "readonly [service: string]: any;",
  modules: 'declare module "@tenant/*";',
};

/** What the blocks of one document have in common. */
interface Page {
  /** The blocks of the document run here, inside the repository, so that they find our packages by name. */
  readonly folder: string;
  /** Its scripts are left here, to be typechecked. */
  readonly scripts: string;
  readonly getTenant: () => Promise<DocTenant>;
  /** What the last block wrote or gave. */
  output: string;
  settings: unknown;
  script: DocScript | undefined;
}

/** Does with a block what its fence says. @returns what is wrong. */
type Rule = (block: DocBlock, page: Page) => Promise<string | undefined> | string | undefined;

/** In this order: the first whose condition holds is the block's. CONTRIBUTING.md lists them for authors. */
const RULES: readonly (readonly [isFor: (block: DocBlock) => boolean, rule: Rule])[] = [
  [({ isGenerated, marks }) => isGenerated || marks.has("sketch"), () => undefined],
  [({ marks }) => marks.has("run"), runBlock],
  [({ marks }) => marks.has("output"), compareOutput],
  [({ marks }) => marks.has("script"), publishScript],
  [({ language, marks }) => language === "json" && marks.has("input"), runScript],
  [({ language, marks }) => language === "sh" && marks.has("start"), startPlatform],
  [({ language, marks }) => language === "sh" && marks.has("platform"), runAtPlatform],
  [({ language }) => language === "json", readJsonBlock],
  [({ language }) => language === "ts", leaveForTypecheck],
  [({ language }) => language === "sh", ({ text }) => checkShell(text)],
  [({ language }) => language === "sql", ({ text }) => checkSql(text)],
  [({ language }) => language === "yaml", ({ text }) => checkYaml(text)],
  [({ language, options }) => language === "text" || options.has("file"), () => undefined],
];

/** Does with the code blocks of every document what their fences say; a block that no rule is for is a finding. */
export async function checkReadmeBlocks(root: string): Promise<Finding[]> {
  const documents = await listDocuments(root);
  // Ignored by Git and the other checks.
  const work = join(root, ".skerry", "doc-blocks");
  const scripts = join(root, ".skerry", "doc-scripts");
  for (const folder of [work, scripts]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  await writeFile(join(scripts, "skerry.d.ts"), createDeclarations(UNKNOWN_OF_SCRIPTS));

  await using stack = new AsyncDisposableStack();
  let platform: Promise<DocPlatform> | undefined;
  async function getPlatform(): Promise<DocPlatform> {
    platform ??= startDocPlatform();
    return platform;
  }
  stack.defer(async () => (await platform)?.[Symbol.asyncDispose]());

  const findings: Finding[] = [];
  const waiting = [...documents];
  async function checkWaiting(): Promise<void> {
    for (let document = waiting.shift(); document !== undefined; document = waiting.shift()) {
      findings.push(...(await checkDocument(root, document, { work, scripts }, getPlatform)));
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, checkWaiting));
  findings.push(...(await typecheckBlocks(work)), ...(await typecheckScripts(scripts)));
  for (const folder of [work, scripts]) await rm(folder, { recursive: true, force: true });
  return findings.toSorted((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0));
}

/** Takes the blocks of one document in order. */
async function checkDocument(
  root: string,
  document: string,
  folders: { readonly work: string; readonly scripts: string },
  getPlatform: () => Promise<DocPlatform>,
): Promise<Finding[]> {
  const blocks = readBlocks(await readFile(join(root, document), "utf8"));
  const folder = join(folders.work, document.replaceAll("/", "--"));
  const scripts = join(folders.scripts, document.replaceAll("/", "--"));
  for (const made of [folder, scripts]) await mkdir(made);
  let tenant: Promise<DocTenant> | undefined;
  const getTenant = (): Promise<DocTenant> =>
    (tenant ??= getPlatform().then((platform) => platform.createTenant(document)));
  const page: Page = { folder, scripts, getTenant, output: "", settings: undefined, script: undefined };

  const findings: Finding[] = [];
  for (const block of blocks) {
    const file = block.options.get("file");
    if (file !== undefined) {
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await writeFile(join(folder, file), block.text);
    }
    const message = await checkBlock(block, page);
    if (message !== undefined) findings.push({ file: document, line: block.line, message });
  }
  return findings;
}

function checkBlock(block: DocBlock, page: Page): ReturnType<Rule> {
  for (const [isFor, rule] of RULES) if (isFor(block)) return rule(block, page);
  const fence = [block.language, ...block.marks].join(" ");
  return `nothing checks a block "${fence}"; CONTRIBUTING.md lists what can be checked, and "sketch" says that it cannot`;
}

async function runBlock(block: DocBlock, page: Page): Promise<string | undefined> {
  if (block.language === "sh") return keepOutput(page, await runShell(block.text, { cwd: page.folder }));
  const file = join(page.folder, `line-${block.line}.${block.language}`);
  await writeFile(file, asModule(block.text));
  return keepOutput(page, await runModule(file, { cwd: page.folder }));
}

/** The platform of the documents has been started just so; the block is what a reader does for it. */
async function startPlatform(block: DocBlock, page: Page): Promise<string | undefined> {
  page.output = (await page.getTenant()).greeting;
  return checkShell(block.text);
}

/** Here curl fails when it is answered an error, as a reader would notice. */
async function runAtPlatform(block: DocBlock, page: Page): Promise<string | undefined> {
  const tenant = await page.getTenant();
  await writeFile(join(page.folder, ".curlrc"), "fail-with-body\n");
  const result = await runShell(tenant.toReal(block.text), {
    cwd: page.folder,
    env: { ...tenant.env, CURL_HOME: page.folder },
  });
  const problem = keepOutput(page, { ...result, stdout: tenant.toWritten(result.stdout) });
  if (!block.marks.has("fails")) return problem;
  return problem === undefined ? "does not fail" : undefined;
}

function keepOutput(page: Page, { exitCode, stdout, stderr }: ProgramResult): string | undefined {
  page.output = stdout;
  return exitCode === 0 ? undefined : `ends with exit code ${exitCode}: ${stderr.trim()}`;
}

function compareOutput({ language, text }: DocBlock, { output }: Page): string | undefined {
  const fits = language === "json" ? fitsValue(readJson(text), readJson(output)) : fitsText(text, output);
  return fits ? undefined : `the block before it writes instead: ${output.trim()}`;
}

async function publishScript(block: DocBlock, page: Page): Promise<string | undefined> {
  const type = block.options.get("type") ?? "oneoff";
  page.script = {
    name: block.options.get("name") ?? `line-${block.line}`,
    type,
    language: block.language === "ts" ? "ts" : "js",
    source: block.text,
    settings: page.settings ?? {},
  };
  page.settings = undefined;
  await writeFile(join(page.scripts, `line-${block.line}.ts`), asTypedScript(block.text, type));
  return (await page.getTenant()).publish(page.script);
}

async function runScript({ text }: DocBlock, page: Page): Promise<string | undefined> {
  if (page.script === undefined) return "there is no script before it";
  const { output, problem } = await (await page.getTenant()).run(page.script, readJson(text));
  page.output = JSON.stringify(output ?? null);
  return problem;
}

async function readJsonBlock(block: DocBlock, page: Page): Promise<string | undefined> {
  const problem = await checkJson(block);
  if (block.options.has("settings")) page.settings = readJson(block.text);
  return problem;
}

async function leaveForTypecheck({ line, text }: DocBlock, { folder }: Page): Promise<undefined> {
  await writeFile(join(folder, `line-${line}.ts`), asModule(text));
}

/** Without an import or export Node and TypeScript would take the block for a script. */
function asModule(text: string): string {
  return `${text}export {};\n`;
}
