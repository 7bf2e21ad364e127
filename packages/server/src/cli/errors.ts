/** Every code with which a verb that talks to a server fails by itself; all others are the server's. */
export const REMOTE_ERRORS = {
  REMOTE_UNREACHABLE: {
    kind: "system",
    help: "The server gave no answer. Look at `--url` or SKERRY_URL, and whether it runs there.",
  },
  REMOTE_ANSWER: {
    kind: "system",
    help: "What answered is no Skerry, or one of a version with other answers. Look at `--url` or SKERRY_URL.",
  },
} as const satisfies Record<string, { readonly kind: "user" | "system"; readonly help: string }>;

/** A stable code of {@link REMOTE_ERRORS}. */
export type RemoteErrorCode = keyof typeof REMOTE_ERRORS;

/** Every code with which a verb refuses the files of a project. */
export const PROJECT_ERRORS = {
  PROJECT_NOT_FOUND: {
    kind: "user",
    help: "A project is a folder with a `skerry.json`. `skerry init` makes one; `--project` names one that is elsewhere.",
  },
  PROJECT_INVALID: {
    kind: "user",
    help: "Files of the project cannot be used; each is listed with its place. Nothing was sent or written.",
  },
  PROJECT_CONFLICT: {
    kind: "user",
    help: "The project and the server both changed the same scripts since the last pull or push, or never met. Nothing was written. Look at `skerry diff`; then `--force` lets the side win that you push or pull from.",
  },
} as const satisfies Record<string, { readonly kind: "user" | "system"; readonly help: string }>;

/** A stable code of {@link PROJECT_ERRORS}. */
export type ProjectErrorCode = keyof typeof PROJECT_ERRORS;
