import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

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
 * anything being installed.
 *
 * @returns the files that were written, absolute.
 */
export async function writeEditorFiles(options: EditorFilesOptions): Promise<string[]> {
  const { root, declarations, file = join(root, DECLARATIONS_FILE) } = options;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, declarations);
  const config = join(root, CONFIG_FILE);
  if (await exists(config)) return [file];
  await writeFile(config, `${JSON.stringify(composeConfig(options, file), null, 2)}\n`);
  return [file, config];
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
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
