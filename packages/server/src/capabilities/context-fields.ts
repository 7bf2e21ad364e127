/** A member of `ctx` that is data of this execution. */
export interface ContextField {
  readonly name: string;
  /** One of {@link CONTEXT_TYPES}. */
  readonly type: string;
  /** In whole sentences of Markdown. */
  readonly summary: string;
}

/** Who, what and why, as the host tells it. */
export const CONTEXT_FIELDS: readonly ContextField[] = [
  { name: "tenant", type: "Tenant", summary: "Whom the script belongs to." },
  { name: "user", type: "User | null", summary: "Who started the execution, where the host tells that." },
  { name: "script", type: "Script", summary: "The script that runs, and which version of it." },
  { name: "execution", type: "Execution", summary: "This run of it." },
  {
    name: "trigger",
    type: "Extract<Trigger, { readonly type: Type }>",
    summary: "What started the execution; `type` tells which.",
  },
];

/** TypeScript declarations of what the fields hold. */
export const CONTEXT_TYPES = `interface Tenant {
  readonly id: string;
}

interface User {
  readonly id: string;
}

interface Script {
  readonly id: string;
  readonly name: string;
  /** 0 for a draft. */
  readonly version: number;
}

interface Execution {
  readonly id: string;
  /** Counts from 1. */
  readonly attempt: number;
}

type TriggerType = Trigger["type"];

type Trigger =
  CronTrigger | HttpTrigger | EventTrigger | DirectTrigger<"manual"> | DirectTrigger<"api"> | DirectTrigger<"call">;

/** A person, a program by the API, or the host's own code by a call. */
interface DirectTrigger<Type extends "manual" | "api" | "call"> {
  readonly type: Type;
}

/** A schedule; times are RFC 3339. */
interface CronTrigger {
  readonly type: "cron";
  readonly cron: string;
  readonly timezone: string;
  readonly scheduledAt: string;
  /** The tick that ran before; null for the first. */
  readonly previousAt: string | null;
  readonly nextAt: string | null;
}

interface HttpTrigger {
  readonly type: "http";
  /** The pattern that matched. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
  /** What the request proved. */
  readonly auth?: { readonly type: string; readonly [name: string]: any };
}

interface EventTrigger {
  readonly type: "event";
  readonly event: {
    readonly id: string;
    readonly type: string;
    /** RFC 3339. */
    readonly publishedAt: string;
    /** How many events led to it. */
    readonly depth: number;
  };
}

/** The default export of a script: \`export default (async (input, ctx) => { … }) satisfies Skerry.Handler;\` */
type Handler<Input = any, Output = unknown> = (input: Input, ctx: Context) => Output | Promise<Output>;

/**
 * The default export of a script of type \`http\`. It gives a Response, a text, bytes, \`{ status, headers?, body? }\`,
 * nothing (204), or other data, which is sent as JSON.
 */
type HttpHandler = (request: Request, ctx: Context<"http">) => unknown;`;
