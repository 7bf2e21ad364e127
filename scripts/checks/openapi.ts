import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { writeClientTypes, writeOperationTable } from "../openapi/client-sources.ts";
import type { OpenApiDocument } from "../openapi/document.ts";
import type { Finding } from "./finding.ts";

/** The description of the REST API, and what the client has of it. */
export const OPENAPI_FILES = {
  document: "openapi.json",
  types: "packages/client/src/generated/types.ts",
  operations: "packages/client/src/generated/operations.ts",
} as const;

/** Tells whether `openapi.json` and the client's sources that are made of it say what the routes in the code say. */
export async function checkOpenApi(root: string): Promise<Finding[]> {
  const files = await renderFiles(root);
  const findings = await Promise.all(
    Object.entries(files).map(async ([file, text]): Promise<Finding[]> => {
      const found = await readFile(join(root, file), "utf8").catch(() => "");
      const message = 'differs from the routes in the code; run "npm run check -- --only=openapi --write"';
      return found === text ? [] : [{ file, message }];
    }),
  );
  return findings.flat();
}

/** Writes `openapi.json` and the client's generated sources anew. */
export async function writeOpenApi(root: string): Promise<void> {
  for (const [file, text] of Object.entries(await renderFiles(root))) await writeFile(join(root, file), text);
}

async function renderFiles(root: string): Promise<Record<string, string>> {
  // Loaded when it is asked for: routes that do not load must not keep the other checks from running.
  const { API_ROUTES } = await import("../../packages/server/src/rest/api.ts");
  const { createOpenApiDocument } = await import("../../packages/server/src/rest/openapi.ts");
  const json = JSON.stringify(createOpenApiDocument(API_ROUTES), undefined, 2);
  const document = JSON.parse(json) as OpenApiDocument;
  const sources = {
    [OPENAPI_FILES.types]: writeClientTypes(document),
    [OPENAPI_FILES.operations]: writeOperationTable(document),
  };
  const formatted = Object.entries(sources).map(async ([file, text]) => {
    const filepath = join(root, file);
    return [file, await format(text, { ...(await resolveConfig(filepath)), filepath })] as const;
  });
  return { [OPENAPI_FILES.document]: `${json}\n`, ...Object.fromEntries(await Promise.all(formatted)) };
}
