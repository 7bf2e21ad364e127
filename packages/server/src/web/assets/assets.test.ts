import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { createAssets } from "./assets.ts";
import type { AssetName, Assets } from "./assets.ts";
import { pickEncoding } from "./encoding.ts";

/** What a page without editor may weigh of scripts and styles. */
const MAX_PAGE_BYTES = 40 * 1024;

let assets: Assets;
beforeAll(async () => {
  assets = await createAssets({ basePath: "" });
});

async function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  const answer = await assets.answer(new Request(`https://skerry.example${path}`, { method, headers }));
  if (answer === undefined) throw new Error(`${path} is not an asset`);
  return answer;
}

async function readBytes(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe("answers", () => {
  test.each([
    ["main.js", "text/javascript; charset=utf-8"],
    ["main.css", "text/css; charset=utf-8"],
  ] as const)("%s is kept for a year, the same in every encoding", async (name, type) => {
    const [plain, gzip, brotli] = await Promise.all([
      get(assets.url(name)),
      get(assets.url(name), { "accept-encoding": "gzip, deflate" }),
      get(assets.url(name), { "accept-encoding": "gzip, deflate, br, zstd" }),
    ]);
    for (const { status, headers } of [plain, gzip, brotli]) {
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe(type);
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(headers.get("vary")).toBe("accept-encoding");
    }
    const encodings = [plain, gzip, brotli].map(({ headers }) => headers.get("content-encoding"));
    expect(encodings).toEqual([null, "gzip", "br"]);
    const text = await readBytes(plain);
    expect(gunzipSync(await readBytes(gzip))).toEqual(text);
    expect(brotliDecompressSync(await readBytes(brotli))).toEqual(text);
  });

  test("HEAD tells the size and sends nothing; other methods are refused", async () => {
    const head = await get(assets.url("main.js"), {}, "HEAD");
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(10_000);
    expect((await readBytes(head)).length).toBe(0);
    const post = await get(assets.url("main.js"), {}, "POST");
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("nothing but the files themselves is found", async () => {
    const folder = assets.url("main.js").replace("main.js", "");
    const paths = [
      "/assets/",
      folder,
      `${folder}main.js.br`,
      `${folder}main.js/`,
      `${folder}sub/main.js`,
      `${folder}..%2fmain.js`,
      `${folder}%2e%2e%2f${folder.split("/")[2]}/main.js`,
      `${folder}../../package.json`,
      `${folder}constructor`,
      "/assets/client-000000000000/main.js",
      "/assets/__proto__/main.js",
    ];
    for (const path of paths) {
      const answer = await Promise.resolve(assets.answer(new Request(`https://skerry.example${path}`)));
      expect([path, answer?.status ?? 404]).toEqual([path, 404]);
    }
    expect(assets.answer(new Request("https://skerry.example/assetsx"))).toBeUndefined();
  });
});

test.each([
  [null, "identity"],
  ["", "identity"],
  ["br;q=0, gzip;q=0.1", "gzip"],
  ["GZIP", "gzip"],
  ["gzip, BR;q=0.5", "br"],
  ["*", "identity"],
  [`${",".repeat(10_000)}br`, "br"],
  ["brotli, xgzip", "identity"],
])("Accept-Encoding %j is answered in %s", (accepted, encoding) => {
  expect(pickEncoding(accepted)).toBe(encoding);
});

test.each([
  ["of every page", ["main.js", "main.css"]],
  ["of pages with charts", ["main.js", "main.css", "chart.js"]],
  ["of embedded pages", ["embed.js", "main.css"]],
] as const)("scripts and styles %s weigh at most 40 KiB", async (_pages, names: readonly AssetName[]) => {
  const sizes = names.map(async (name) => {
    const { headers } = await get(assets.url(name), { "accept-encoding": "gzip" }, "HEAD");
    return Number(headers.get("content-length"));
  });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThanOrEqual(MAX_PAGE_BYTES);
});
