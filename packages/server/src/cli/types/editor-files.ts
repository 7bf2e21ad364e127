import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { replaceFile } from "../files/replacement.ts";

/** Where editors look for what scripts find. */
export interface EditorFilesOptions {
  /** Folder of the project; absolute. */
  readonly root: string;
  /** Absolute. */
  readonly scriptsFolder: string;
  /** The declarations, as `GET /api/v1/declarations` gives them. */
  readonly declarations: string;
  /** The file for them; absolute. Default: `skerry.d.ts` in the root. */
  readonly file?: string | undefined;
}

export const DECLARATIONS_FILE = "skerry.d.ts";
const CONFIG_FILE = "tsconfig.json";

/**
 * Writes the declarations, and a `tsconfig.json` where the project has none: with both, an editor checks the scripts without
 * anything being installed. Links in their places are not followed.
 *
 * @returns the files that were written, absolute.
 */
export async function writeEditorFiles(options: EditorFilesOptions): Promise<string[]> {
  const { root, declarations, file = join(root, DECLARATIONS_FILE) } = options;
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, declarations);
  const config = join(root, CONFIG_FILE);
  const isNew = await createFile(config, `${JSON.stringify(composeConfig(options, file), null, 2)}\n`);
  return isNew ? [file, config] : [file];
}

/** @returns false, with nothing written, where something is already, be it a link that leads nowhere. */
async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** What scripts run in: ECMAScript and what the declarations add to it, and nothing of browsers or Node. */
function composeConfig({ root, scriptsFolder }: EditorFilesOptions, declarationsFile: string) {
  const pathTo = (path: string): string => relative(root, path).replaceAll(sep, "/");
  const scripts = pathTo(scriptsFolder);
  return {
    compilerOptions: {
      target: "es2024",
      lib: ["es2024"],
      types: [],
      module: "esnext",
      moduleResolution: "bundler",
      moduleDetection: "force",
      strict: true,
      noEmit: true,
      allowJs: true,
      // Libraries of the tenant that lie here and are not at the server yet.
      paths: { "@tenant/*": [`./${scripts}/*`] },
    },
    include: [pathTo(declarationsFile), scripts],
  };
}
