import { z } from "zod";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";
import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { COMPILE_REFUSALS } from "../scripts/contract.ts";
import { language } from "../scripts/fields.ts";
import { scriptDetail } from "../scripts/script.ts";

/** A published script of type `library`; its source is the script's. */
const libraryModule = z
  .object({
    name: z.string().describe("As imports write it."),
    script: z.string(),
    version: z.int(),
    checksum: z.string(),
    language,
    description: z.string(),
  })
  .meta({ id: "LibraryModule" });
export type LibraryModule = Readonly<z.output<typeof libraryModule>>;

/** A package that the host vetted. */
const packageModule = z
  .object({
    name: z.string().describe("As imports write it."),
    version: z.string(),
    checksum: z.string().describe("SHA-256 of its bundle, hexadecimal."),
    integrity: z.string().nullable().describe("What the host's lockfile says of it."),
  })
  .meta({ id: "PackageModule" });
export type PackageModule = Readonly<z.output<typeof packageModule>>;

const moduleList = pageOf(libraryModule)
  .extend({ packages: z.array(packageModule).readonly().describe("All, on every page.") })
  .meta({ id: "ModuleList" });
export type ModuleList = Readonly<z.output<typeof moduleList>>;

const republication = z
  .object({
    items: z
      .array(
        z.object({
          script: z.string(),
          version: z.int().nullable().describe("The new one; null where it was not published."),
          error: z.object({ code: z.string(), message: z.string() }).nullable(),
        }),
      )
      .readonly(),
    more: z.boolean().describe("Whether there are others; ask again."),
  })
  .meta({ id: "Republication" });
export type Republication = Readonly<z.output<typeof republication>>;

export const listModules = defineRoute({
  operation: "modules.list",
  method: "GET",
  path: "/modules",
  summary:
    "Lists what scripts may import: published libraries of the tenant, and packages that the host vetted.",
  access: "scripts.read",
  query: z.strictObject(createPageQuery(isUuid)),
  answers: { 200: moduleList },
});

export const republishScript = defineRoute({
  operation: "scripts.republish",
  method: "POST",
  path: "/scripts/{script}/republish",
  summary:
    "Publishes what is published once more, with the modules as they are now; makes no version where none changed.",
  access: "scripts.update",
  params: pathParameters("script"),
  answers: { 200: scriptDetail },
  errors: [
    "SCRIPT_NOT_FOUND",
    "SCRIPT_NOT_PUBLISHED",
    ...COMPILE_REFUSALS,
    "SCRIPT_STATUS_CONFLICT",
    "VERSION_CONFLICT",
    "ENDPOINT_CONFLICT",
  ],
});

export const republishDependants = defineRoute({
  operation: "scripts.republishDependants",
  method: "POST",
  path: "/scripts/{script}/republish-dependants",
  summary: "Publishes those scripts once more whose published version has another version of this library.",
  access: "scripts.update",
  params: pathParameters("script"),
  answers: { 200: republication },
  errors: ["SCRIPT_NOT_FOUND"],
});

export const MODULE_ROUTES = [listModules, republishScript, republishDependants] as const;
