import { lstat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { createDeclarations } from "../../capabilities/declarations.ts";
import { parseArguments, refusePositionals, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { findProject } from "../project/manifest.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "../server/remote.ts";
import type { Remote, RemoteWishes } from "../server/remote.ts";
import { reportRemote } from "../server/remote-report.ts";
import { DECLARATIONS_FILE, writeEditorFiles } from "./editor-files.ts";

const HELP = `Usage: skerry types [options]

Writes what editors and compilers need to check scripts: ${DECLARATIONS_FILE} with the types of ctx, of the host's services and of
the libraries and packages that scripts can import, and a tsconfig.json where the project has none. Nothing has to be
installed. Say it again when the server offers something new.

  --out FILE             where to write the types (default: ${DECLARATIONS_FILE} beside skerry.json, else here)
  --offline              only what scripts of every tenant have, without asking a server
${REMOTE_HELP}
  --json                 print one object { status, output: { files }, error }
  -h, --help             print this text

Exit codes: 0 written, 1 refused or no answer, 2 wrong usage, 3 a limit was reached.
`;

const OPTIONS = {
  out: { type: "string" },
  offline: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** `skerry types`: what scripts find, for editors. */
export const types: Command = { help: HELP, options: OPTIONS, run: runTypes };

async function runTypes(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  const file = values.out === undefined ? undefined : resolve(values.out);
  if (file !== undefined) await requireFile(file);
  const project = await findProject(values.project ?? ".");
  const root = project?.root ?? (file === undefined ? resolve(".") : dirname(file));
  const scriptsFolder = project?.scriptsFolder ?? join(root, "scripts");
  const remote = values.offline ? undefined : await chooseServer(values);

  async function write(): Promise<{ readonly files: readonly string[] }> {
    const declarations =
      remote === undefined ? createDeclarations() : (await openRemote(remote).declarations.get()).text;
    const files = await writeEditorFiles({ root, scriptsFolder, declarations, file });
    return { files: files.map((written) => relative(".", written)) };
  }
  return await reportRemote(write, {
    asJson: values.json,
    describe: ({ files }) => files.map((written) => `wrote ${written}`).join("\n"),
  });
}

/** What is written takes the place of what is there: a device or a link must not go that way. @throws UsageError */
async function requireFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw new UsageError(`--out takes a file; ${path} is a link, a folder or a device`);
}

async function chooseServer(wishes: RemoteWishes): Promise<Remote> {
  try {
    return await chooseRemote(wishes);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}; or give --offline for what scripts of every tenant have`);
  }
}
