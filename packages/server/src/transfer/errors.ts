import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about imports and exports, in one place. */
export const TRANSFER_ERRORS = {
  IMPORT_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The import does not fit the tenant",
    help: "Scripts of the document cannot take the place of those of the same name; `errors` tells of each why. Nothing was changed. With `dryRun: true` an import tells beforehand.",
  },
  PUSH_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The push does not fit the tenant",
    help: "Scripts of the push cannot take the place of those of the same name; `errors` tells of each why. Nothing was changed. A script keeps its type for good, and an archived one has to be restored first.",
  },
  EXPORT_LIMIT: {
    status: 422,
    kind: "user",
    title: "The tenant is too large for one document",
    help: "An export or a pull has at most 2,000 scripts and 16 MiB. Leave the history out, or read the scripts one by one.",
  },
} as const satisfies Record<string, ErrorRow>;
