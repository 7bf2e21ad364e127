import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about what scripts import, in one place. */
export const MODULE_ERRORS = {
  MODULE_NOT_ALLOWED: {
    status: 422,
    kind: "user",
    title: "The module is not allowed",
    help: "Scripts import libraries of their tenant as `@tenant/NAME` and packages that the host vetted; `GET /api/v1/modules` lists both. `errors` has each place. An `import()` names its module by a text, and there is no `require`.",
  },
  MODULE_NOT_FOUND: {
    status: 422,
    kind: "user",
    title: "No such library",
    help: "The tenant has no published script of type `library` with this name. Publish it first.",
  },
  MODULE_CYCLE: {
    status: 422,
    kind: "user",
    title: "Libraries import each other in a circle",
    help: "The detail names the circle. Move what both need into a library of its own.",
  },
  MODULE_LIMIT: {
    status: 422,
    kind: "user",
    title: "Too many modules",
    help: "Libraries may import each other 8 levels deep; one script may import 50 of them with 4 MiB of source together.",
  },
} as const satisfies Record<string, ErrorRow>;
