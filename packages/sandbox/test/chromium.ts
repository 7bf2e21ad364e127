import { execFileSync, spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))));
const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/chromium", import.meta.url));

/** A sandbox needs rights that containers do not give; tests run our own pages only. */
const ARGS = ["--no-sandbox", "--headless=shell", "--site-per-process"];

/**
 * Starts a real Chromium without a window: the one of `@sparticuz/chromium` where that runs, else an installed Chrome.
 * Sites have processes of their own, as they do in Chrome on desktops.
 */
export async function launchChromium(): Promise<Browser> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return chromium.launch({ channel: "chrome", args: ARGS });
  }
  const folder = await unpack();
  const executablePath = join(folder, "chromium");
  // The package brings the few libraries that a bare system lacks.
  const isComplete = spawnSync(executablePath, ["--version"]).status === 0;
  const env = {
    ...process.env,
    FONTCONFIG_PATH: folder,
    ...(!isComplete && { LD_LIBRARY_PATH: join(folder, "lib") }),
  };
  return chromium.launch({ executablePath, args: ARGS, env });
}

/** The system's fonts as it wants them, and those of the package behind them: a bare system has none at all. */
const FONTS = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;

/** Several test files may start at once: what is there is whole, because it came by a rename. */
async function unpack(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8")) as {
    version: string;
  };
  const folder = join(CACHE, `${version}-with-fonts`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const made = await mkdtemp(join(CACHE, "unpacking-"));
  await inflate("chromium.br", join(made, "chromium"));
  await inflate("al2023.tar.br", join(made, "lib.tar"));
  await inflate("fonts.tar.br", join(made, "fonts.tar"));
  for (const archive of ["lib.tar", "fonts.tar"])
    execFileSync("tar", ["-xf", join(made, archive), "-C", made]);
  await writeFile(join(made, "fonts.conf"), FONTS(folder));
  await chmod(made, 0o755);
  await rename(made, folder).catch(() => rm(made, { recursive: true }));
  return folder;
}

function inflate(name: string, path: string): Promise<void> {
  const source = createReadStream(join(PACKAGE, "bin", name));
  return pipeline(source, createBrotliDecompress(), createWriteStream(path, { mode: 0o755 }));
}
