import { glob, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SERVER_ERRORS } from "../../src/problems/error-table.ts";
import type { ServerErrorCode } from "../../src/problems/error-table.ts";
import { API_ROUTES } from "../../src/rest/api.ts";
import { errorsOf } from "../../src/rest/route-errors.ts";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** Codes that no test provokes, and why none can. */
const UNPROVOKED: Partial<Record<ServerErrorCode, string>> = {};

/** Codes that no route of `/api/v1` answers, and who does. */
const NOT_OF_ROUTES: Partial<Record<ServerErrorCode, string>> = {
  ROUTE_NOT_FOUND: "paths that are no route",
  METHOD_NOT_ALLOWED: "paths that are no route",
  BATCH_NOT_FOUND: "pages",
  REQUEST_UNPROVEN: "endpoints of scripts",
  ENDPOINT_NOT_FOUND: "endpoints of scripts",
  ENDPOINT_SECRET_UNUSABLE: "endpoints of scripts",
  RESPONSE_INVALID: "endpoints of scripts",
  CALL_DEPTH: "scripts that call others",
  EVENT_DEPTH: "scripts that publish",
  EVENT_FILTER_FAILED: "executions in their `error`",
  EVENT_FILTERED: "executions in their `error`",
  NODE_LOST: "executions in their `error`",
  SECRET_KEY_MISSING: "scripts that ask for a secret",
};

const codes = Object.keys(SERVER_ERRORS) as ServerErrorCode[];

test("each code is named by a test that provokes it, or there is a reason why not", async () => {
  const texts: string[] = [];
  for await (const file of glob("{src,test}/**/*.test.ts", { cwd: PACKAGE })) {
    if (!file.endsWith("error-table.test.ts")) texts.push(await readFile(`${PACKAGE}/${file}`, "utf8"));
  }
  const provoked = codes.filter((code) => texts.some((text) => text.includes(`"${code}"`)));
  expect(codes.filter((code) => !provoked.includes(code) && UNPROVOKED[code] === undefined)).toEqual([]);
  expect(Object.keys(UNPROVOKED).filter((code) => provoked.includes(code as ServerErrorCode))).toEqual([]);
});

test("each code is declared by a route, or is none of theirs", () => {
  const declared = new Set(API_ROUTES.flatMap(errorsOf));
  expect(codes.filter((code) => !declared.has(code))).toEqual(
    codes.filter((code) => NOT_OF_ROUTES[code] !== undefined),
  );
});
