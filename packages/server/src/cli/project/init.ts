import { access, mkdir, readdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { createDeclarations } from "../../capabilities/declarations.ts";
import { readConfig } from "../../config.ts";
import { isTenantId } from "../../tenants/tenant.ts";
import { EXIT_OK, parseArguments, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { readUrl, DEFAULT_URL } from "../server/remote.ts";
import { readProfiles } from "../sign-in/credentials.ts";
import { escapeControls } from "../terminal/text.ts";
import { writeEditorFiles } from "../types/editor-files.ts";
import { DEFAULT_SCRIPTS, MANIFEST_FILE, requireInside } from "./manifest.ts";

const HELP = `Usage: skerry init [FOLDER] [options]

Makes a folder of scripts: skerry.json, scripts/ with one example where it is empty, and what editors need to check
scripts. Nothing that is there already is changed.

  --url URL      the server (default: SKERRY_URL, the last skerry login, else ${DEFAULT_URL})
  --tenant ID    the tenant (default: that of the last skerry login at this server, if there is one)
  --json         print one object { status, output: { files }, error }
  -h, --help     print this text

Exit codes: 0 made, 1 failure, 2 wrong usage, or there is a ${MANIFEST_FILE} already.
`;

const OPTIONS = {
  url: { type: "string" },
  tenant: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** `skerry init`: an empty project with one example. */
export const init: Command = { help: HELP, options: OPTIONS, run: runInit };

const EXAMPLE_FILE = "hello.ts";
const EXAMPLE = `export const config = {
  type: "oneoff",
  description: "Greets by name.",
};

export default async function (input: { name?: string } | null, ctx: Skerry.Context) {
  ctx.log.info("greeting", { name: input?.name });
  return { greeting: \`Hello \${input?.name ?? "world"}\` };
}
`;

async function runInit(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const [folder = ".", extra] = positionals;
  if (extra !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(extra)}`);
  if (values.tenant !== undefined && !isTenantId(values.tenant)) {
    throw new UsageError(`--tenant takes the id of a tenant, not ${JSON.stringify(values.tenant)}`);
  }
  const root = resolve(folder);
  const manifestFile = join(root, MANIFEST_FILE);
  if (await exists(manifestFile)) throw new UsageError(`${manifestFile} is there already`);
  const scriptsFolder = join(root, DEFAULT_SCRIPTS);
  await requireInside(root, scriptsFolder);
  const { url, tenant } = await choosePeer(values);

  await mkdir(scriptsFolder, { recursive: true });
  const example = join(scriptsFolder, EXAMPLE_FILE);
  const isEmpty = (await readdir(scriptsFolder)).length === 0;
  if (isEmpty) await writeFile(example, EXAMPLE, { flag: "wx" });
  const editorFiles = await writeEditorFiles({ root, scriptsFolder, declarations: createDeclarations() });
  // Last, so that what makes it a project is there when all else is.
  const manifest = { url, ...(tenant === undefined ? {} : { tenant }), scripts: DEFAULT_SCRIPTS };
  await writeFile(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`, { flag: "wx" });

  const files = [manifestFile, ...(isEmpty ? [example] : []), ...editorFiles];
  print(
    files.map((file) => relative(".", file)),
    values.json,
  );
  return EXIT_OK;
}

/** The server and the tenant that the scripts are for. */
async function choosePeer(wishes: { readonly url?: string; readonly tenant?: string }) {
  const last = (await readProfiles()).at(-1);
  const url = readUrl(wishes.url ?? readConfig().remote.url ?? last?.url ?? DEFAULT_URL);
  return { url, tenant: wishes.tenant ?? (last?.url === url ? last.tenant : undefined) };
}

function print(files: readonly string[], asJson: boolean): void {
  const text = asJson
    ? JSON.stringify({ status: "completed", output: { files }, error: null })
    : [
        ...files.map((file) => `wrote ${file}`),
        "Next: skerry push, after skerry login at a server that is new to you.",
      ].join("\n");
  process.stdout.write(`${escapeControls(text)}\n`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
