/** Every code with which a node refuses to start, in one place: how to mend it. */
export const START_ERRORS = {
  CONFIG_INVALID: {
    kind: "user",
    help: "Environment variables hold values that Skerry cannot use. The message names each; `skerry doctor` lists all.",
  },
  DATA_FOLDER_FOREIGN: {
    kind: "user",
    help: "The folder `.skerry` where Skerry was started holds an installation that was made elsewhere. If it is yours, set SKERRY_DATA_DIR to it once; a folder that came with a clone or an archive can run programs as you, so remove it.",
  },
  ADDRESS_IN_USE: {
    kind: "user",
    help: "Another process listens on this address. Stop it, or choose another port with PORT (0 takes a free one).",
  },
  ADDRESS_UNAVAILABLE: {
    kind: "user",
    help: "This machine does not let Skerry listen on HOST and PORT. Choose others.",
  },
  TABLE_INVALID: {
    kind: "user",
    help: "A table cannot be exposed to scripts as it was declared: it or one of its columns does not exist, or it is no ordinary table.",
  },
  TABLE_SETUP_NEEDED: {
    kind: "system",
    help: "The user of DATABASE_URL may not set up the tables that are exposed to scripts. Let an administrator run what `skerry db setup --print` prints.",
  },
} as const satisfies Record<string, { readonly kind: "user" | "system"; readonly help: string }>;

/** A stable code of {@link START_ERRORS}. */
export type StartErrorCode = keyof typeof START_ERRORS;

/** Why a node does not start, as far as its own settings are to blame. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly code: StartErrorCode;
  readonly kind: "user" | "system";

  constructor(code: StartErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = START_ERRORS[code].kind;
  }
}
