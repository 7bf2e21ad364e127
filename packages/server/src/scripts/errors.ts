import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about scripts, their versions and drafts, in one place. */
export const SCRIPT_ERRORS = {
  SCRIPT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such script",
    help: "The tenant has no script with this id or name.",
  },
  VERSION_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such version",
    help: "The script has no version with this number. `GET /api/v1/scripts/{id}/versions` lists them.",
  },
  DRAFT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No draft",
    help: "The script has no draft. `PUT /api/v1/scripts/{id}/draft` saves one.",
  },
  SCRIPT_NAME_TAKEN: {
    status: 409,
    kind: "user",
    title: "The script's name is taken",
    help: "The tenant has another script with this name. Names are unique within a tenant.",
  },
  VERSION_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The script has changed meanwhile",
    help: "`baseVersion` is not the script's latest version, or `draftRevision` is not its draft's, or the `baseRevision` of a push is an older one. Read the script or the draft again and repeat the change upon it; for a folder, pull before you push.",
  },
  SCRIPT_NOT_PUBLISHED: {
    status: 409,
    kind: "user",
    title: "The script is not published",
    help: "The script is a draft. Publish it with `POST /api/v1/scripts/{id}/publish`.",
  },
  SCRIPT_DISABLED: {
    status: 409,
    kind: "user",
    title: "The script is disabled",
    help: 'A disabled or archived script does not run. Enable it with `PATCH /api/v1/scripts/{id}` and `status: "active"`; restore an archived one first, with `status: "disabled"`.',
  },
  SCRIPT_STATUS_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The script's status does not allow it",
    help: "A script gets from its status to some others only, which the detail names, and an archived one does not change until it is restored.",
  },
  SCRIPT_NOT_EXECUTABLE: {
    status: 409,
    kind: "user",
    title: "The script is not run this way",
    help: "A script of type `http` is run by a request to its `/run/…` address, which the detail names; one of type `library` is imported by others.",
  },
  SCRIPT_NOT_CALLABLE: {
    status: 409,
    kind: "user",
    title: "The script is not called this way",
    help: "Only scripts of type `embedded` are called. Run others with `POST /api/v1/scripts/{id}/execute`.",
  },
  SCRIPT_COMPILE: {
    status: 422,
    kind: "user",
    title: "The script does not compile",
    help: "`errors` lists each place with line, column and a code frame. A script is a module without a top-level `await`, and its `export const config` is written out.",
  },
  SCRIPT_TOO_COMPLEX: {
    status: 422,
    kind: "user",
    title: "The script is too complex to compile",
    help: "Compiling the source takes too long or makes too much code, which happens with extremely deep nesting. Split it up.",
  },
} as const satisfies Record<string, ErrorRow>;
