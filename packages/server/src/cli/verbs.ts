import type { Command } from "./command.ts";

/** In the order of `skerry --help`. */
export const VERB_GROUPS = [
  "On this machine, without a server",
  "A folder of scripts",
  "Scripts at a server",
  "An installation",
] as const;

export type VerbGroup = (typeof VERB_GROUPS)[number];

/** One word after `skerry`. */
export interface Verb {
  readonly group: VerbGroup;
  /** One line of `skerry --help`. */
  readonly summary: string;
  /** Its file is loaded only when asked for. */
  readonly load: () => Promise<Command>;
}

const [LOCAL, FOLDER, REMOTE, INSTALLATION] = VERB_GROUPS;

/** Every verb; help, completion and the command line itself are made of this table. */
export const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  [
    "exec",
    {
      group: LOCAL,
      summary: "run one script file in a full sandbox",
      load: async () => (await import("./exec/exec.ts")).exec,
    },
  ],
  [
    "eval",
    {
      group: LOCAL,
      summary: "evaluate one {{ template }}",
      load: async () => (await import("./eval/eval.ts")).evaluate,
    },
  ],
  [
    "init",
    {
      group: FOLDER,
      summary: "make a folder of scripts, with an example",
      load: async () => (await import("./project/init.ts")).init,
    },
  ],
  [
    "dev",
    {
      group: FOLDER,
      summary: "run the folder's scripts on this machine, again after each change",
      load: async () => (await import("./dev/dev.ts")).dev,
    },
  ],
  [
    "types",
    {
      group: FOLDER,
      summary: "write the types of ctx, for editors",
      load: async () => (await import("./types/types.ts")).types,
    },
  ],
  [
    "pull",
    {
      group: FOLDER,
      summary: "write the published scripts of a tenant into the folder",
      load: async () => (await import("./project/pull-command.ts")).pull,
    },
  ],
  [
    "diff",
    {
      group: FOLDER,
      summary: "compare the folder with a server",
      load: async () => (await import("./project/diff-command.ts")).diff,
    },
  ],
  [
    "push",
    {
      group: FOLDER,
      summary: "publish the scripts of the folder, all or none",
      load: async () => (await import("./project/push-command.ts")).push,
    },
  ],
  [
    "login",
    {
      group: REMOTE,
      summary: "keep an API key for a server",
      load: async () => (await import("./sign-in/login.ts")).login,
    },
  ],
  [
    "logout",
    {
      group: REMOTE,
      summary: "forget an API key",
      load: async () => (await import("./sign-in/logout.ts")).logout,
    },
  ],
  [
    "whoami",
    {
      group: REMOTE,
      summary: "tell which server is meant, and whom it takes you for",
      load: async () => (await import("./sign-in/whoami.ts")).whoami,
    },
  ],
  [
    "run",
    {
      group: REMOTE,
      summary: "run a script, with its logs",
      load: async () => (await import("./server/run.ts")).run,
    },
  ],
  [
    "logs",
    {
      group: REMOTE,
      summary: "show what executions logged, and follow it",
      load: async () => (await import("./server/logs.ts")).logs,
    },
  ],
  [
    "scripts",
    {
      group: REMOTE,
      summary: "list scripts",
      load: async () => (await import("./server/scripts.ts")).scripts,
    },
  ],
  [
    "versions",
    {
      group: REMOTE,
      summary: "list the versions of a script",
      load: async () => (await import("./server/versions.ts")).versions,
    },
  ],
  [
    "publish",
    {
      group: REMOTE,
      summary: "publish a version or the draft of a script",
      load: async () => (await import("./server/publish.ts")).publish,
    },
  ],
  [
    "rollback",
    {
      group: REMOTE,
      summary: "publish an older version of a script again",
      load: async () => (await import("./server/rollback.ts")).rollback,
    },
  ],
  [
    "events",
    {
      group: REMOTE,
      summary: "publish an event",
      load: async () => (await import("./server/events-publish.ts")).events,
    },
  ],
  [
    "secrets",
    {
      group: REMOTE,
      summary: "list, set and delete secrets; encrypt all under another master key",
      load: async () => (await import("./server/secrets.ts")).secrets,
    },
  ],
  [
    "start",
    {
      group: INSTALLATION,
      summary: "run the platform: HTTP server, database, runners",
      load: async () => (await import("./installation/start.ts")).start,
    },
  ],
  [
    "doctor",
    {
      group: INSTALLATION,
      summary: "tell which isolation this machine allows, and the settings",
      load: async () => (await import("./doctor/doctor.ts")).doctor,
    },
  ],
  [
    "db",
    {
      group: INSTALLATION,
      summary: "set up the host's tables that scripts can use",
      load: async () => (await import("./installation/db-setup.ts")).db,
    },
  ],
  [
    "audit",
    {
      group: INSTALLATION,
      summary: "verify that nobody changed the audit log",
      load: async () => (await import("./installation/audit-verify.ts")).audit,
    },
  ],
  [
    "backup",
    {
      group: INSTALLATION,
      summary: "write the embedded database and its keys into one file",
      load: async () => (await import("./installation/backup.ts")).backup,
    },
  ],
  [
    "restore",
    {
      group: INSTALLATION,
      summary: "put such a file into an empty data folder",
      load: async () => (await import("./installation/restore.ts")).restore,
    },
  ],
  [
    "completion",
    {
      group: LOCAL,
      summary: "print what makes a shell complete verbs and options",
      load: async () => (await import("./completion/completion.ts")).createCompletion(VERBS),
    },
  ],
]);
