/** Every code with which a backup of the data folder, or its return, fails. */
export const BACKUP_ERRORS = {
  BACKUP_EMPTY: {
    kind: "user",
    help: "There is no embedded database to back up. Look at SKERRY_DATA_DIR, and run as the user that Skerry runs as.",
  },
  BACKUP_FILE_EXISTS: {
    kind: "user",
    help: "A backup never replaces a file. Choose another name.",
  },
  BACKUP_UNREADABLE: {
    kind: "user",
    help: "The file is no backup that `skerry backup` made, or not all of it. Nothing was restored.",
  },
  BACKUP_TARGET_TAKEN: {
    kind: "user",
    help: "A backup is restored into an empty data folder only. Move what is there away, or choose another SKERRY_DATA_DIR.",
  },
  BACKUP_FAILED: {
    kind: "system",
    help: "The program tar could not write or read the backup; the message ends with what it said.",
  },
} as const satisfies Record<string, { readonly kind: "user" | "system"; readonly help: string }>;

/** A stable code of {@link BACKUP_ERRORS}. */
export type BackupErrorCode = keyof typeof BACKUP_ERRORS;

/** Why there is no backup, or nothing was restored of one. */
export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly code: BackupErrorCode;
  readonly kind: "user" | "system";

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = BACKUP_ERRORS[code].kind;
  }
}
