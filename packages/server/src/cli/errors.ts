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
