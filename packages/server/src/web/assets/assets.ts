import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { findAssetGroup } from "#bundles";
import { linkTo } from "../../rest/site-address.ts";
import type { SiteAddress } from "../../rest/site-address.ts";
import { pickEncoding } from "./encoding.ts";
import { isCompressed, typeOf } from "./file-types.ts";
import { ASSET_GROUPS } from "./groups.ts";
import type { AssetGroup, AssetGroupName } from "./groups.ts";

/** What pages link to, by the group that it is part of. */
const ENTRIES = {
  "main.js": "client",
  "chart.js": "client",
  "embed.js": "client",
  "main.css": "styles",
  "editor.js": "editor",
  "editor.css": "editor",
} as const satisfies Record<string, AssetGroupName>;

/**
 * A script or style sheet that pages link to. `editor.js` and `chart.js` define their custom elements themselves: a
 * page that has such an element loads the script as a module. Embedded pages load `embed.js` in place of `main.js`.
 */
export type AssetName = keyof typeof ENTRIES;

/** Scripts, style sheets and fonts of the pages. What they are called changes with them, so browsers keep them. */
export interface Assets {
  /** What pages link to. */
  url(name: AssetName): string;
  /**
   * Answers what lies below `/assets/`: GET and HEAD of a file that there is, in the encoding that the browser
   * likes best; 405 for other methods, 404 for all else. `undefined`, at once, for other paths.
   */
  answer(request: Request): Promise<Response> | undefined;
}

const PREFIX = "/assets/";

const SUFFIXES = { br: ".br", gzip: ".gz", identity: "" } as const;

/** Opens the assets. In development each group is built when something of it is first asked for. */
export async function createAssets(site: Pick<SiteAddress, "basePath">): Promise<Assets> {
  const groups = await Promise.all(
    ASSET_GROUPS.map(async (name) => [name, openOnce(await findAssetGroup(name))] as const),
  );
  const byName = Object.fromEntries(groups) as Record<AssetGroupName, OpenGroup>;
  const byFolder = new Map(groups.map(([name, { key }]) => [`${name}-${key}`, byName[name]]));

  async function answerBelow(request: Request, path: string): Promise<Response> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const [folder = "", file = ""] = path.split("/", 2);
    const files = await byFolder.get(folder)?.files();
    const filePath = path === `${folder}/${file}` ? files?.get(file) : undefined;
    if (filePath === undefined) return new Response("Not found\n", { status: 404 });
    const encoding = isCompressed(file) ? pickEncoding(request.headers.get("accept-encoding")) : "identity";
    const content = await readFile(filePath + SUFFIXES[encoding]);
    return new Response(request.method === "HEAD" ? null : content, {
      headers: {
        "content-type": typeOf(file) ?? "",
        "content-length": String(content.byteLength),
        "cache-control": "public, max-age=31536000, immutable",
        vary: "accept-encoding",
        "x-content-type-options": "nosniff",
        ...(encoding !== "identity" && { "content-encoding": encoding }),
      },
    });
  }

  return {
    url(name) {
      const group = ENTRIES[name];
      return linkTo(site, `${PREFIX}${group}-${byName[group].key}/${name}`);
    },
    answer(request) {
      const { pathname } = new URL(request.url);
      return pathname.startsWith(PREFIX) ? answerBelow(request, pathname.slice(PREFIX.length)) : undefined;
    },
  };
}

interface OpenGroup {
  readonly key: string;
  /** Paths by file name: nothing but these is ever read. */
  files(): Promise<ReadonlyMap<string, string>>;
}

function openOnce(group: AssetGroup): OpenGroup {
  let files: Promise<ReadonlyMap<string, string>> | undefined;
  return {
    key: group.key,
    files() {
      files ??= listFiles(group).catch((error: unknown) => {
        files = undefined;
        throw error;
      });
      return files;
    },
  };
}

async function listFiles(group: AssetGroup): Promise<ReadonlyMap<string, string>> {
  const folder = await group.open();
  const names = await readdir(folder);
  return new Map(
    names.filter((name) => typeOf(name) !== undefined).map((name) => [name, join(folder, name)]),
  );
}
