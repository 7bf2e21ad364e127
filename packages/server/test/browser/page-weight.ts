import { gzipSync } from "node:zlib";
import type { Page, Response } from "playwright-core";

/** What a page loads of code and style. */
export interface PageWeight {
  /** Bytes of scripts and style sheets, as if each was sent with gzip. */
  readonly bytes: number;
  /** Whether the code editor is among them, for which other bounds hold. */
  readonly hasEditor: boolean;
}

/** Begins to note what a page loads. @returns what gives the sum up to then. */
export function watchWeight(page: Page): () => Promise<PageWeight> {
  const loaded: Response[] = [];
  page.on("response", (response) => {
    if (["script", "stylesheet"].includes(response.request().resourceType())) loaded.push(response);
  });
  return async () => {
    const bodies = await Promise.all(loaded.map((response) => response.body()));
    return {
      bytes: bodies.reduce((sum, body) => sum + gzipSync(body).length, 0),
      hasEditor: loaded.some((response) => /\/editor[^/]*\.js/.test(response.url())),
    };
  };
}
