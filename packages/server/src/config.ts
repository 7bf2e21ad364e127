import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import type { MailOptions } from "./alerts/mailer.ts";
import { MAIL_ADDRESS } from "./alerts/settings.ts";
import type { OidcOptions } from "./auth/oidc/provider.ts";
import type { TokenOptions } from "./auth/token.ts";
import { internalHosts } from "./capabilities/http/internal-hosts.ts";
import type { InternalHost } from "./capabilities/http/internal-hosts.ts";
import { StartError } from "./main/errors.ts";
import type { PackageSource } from "./modules/packages.ts";
import type { PlanSource } from "./plans/plan-file.ts";
import type { NodeRole } from "./platform.ts";
import { baseDomainText, basePathText, locateSite } from "./rest/site-address.ts";
import { embedOriginList } from "./web/embed/origins.ts";
import type { EmbedOptions } from "./web/embed/origins.ts";
import { parseMasterKeys } from "./secrets/master-keys.ts";

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

/** Every environment variable that Skerry reads, with its rule, default and meaning. */
const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000).describe("TCP port to listen on; 0 takes a free one."),
  HOST: z.string().default("127.0.0.1").describe("Address to listen on; 0.0.0.0 is reachable from outside."),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: "must be a URL such as postgres://user:password@host:5432/name",
    })
    .optional()
    .describe("PostgreSQL to use; unset starts the embedded one."),
  SKERRY_DATA_DIR: z
    .string()
    .default(".skerry")
    .describe("Folder for the embedded database and for keys that Skerry makes itself."),
  SKERRY_ADMIN_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, "must be 16 to 256 visible ASCII characters")
    .optional()
    .describe("Operator API key; unset makes one on first start and keeps it in the data folder."),
  SKERRY_MASTER_KEY: z
    .string()
    .refine(
      (text) => parseMasterKeys(text) !== undefined,
      "must be id:key, the key being 32 bytes in base64, or several of them with commas between",
    )
    .optional()
    .describe(
      "Keys that secrets are encrypted under, of which the first encrypts; unset makes one and keeps it in the data folder.",
    ),
  SKERRY_PLANS: z
    .string()
    .optional()
    .describe("JSON file with the plans that tenants can have; unset leaves the plan `default` alone."),
  SKERRY_MODULES: z
    .string()
    .optional()
    .describe("JSON file with the npm packages that scripts may import; unset lets them import none."),
  SKERRY_BASE_URL: z
    .url({ protocol: /^https?$/, error: "must be a URL such as https://scripts.example.com" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional()
    .describe("Where the platform is reached from outside; unset takes each request's own address."),
  SKERRY_BASE_PATH: basePathText
    .default("/")
    .describe(
      "Path that everything is below, such as /skerry, for a place within another product; what stands before Skerry leaves it in the path.",
    ),
  SKERRY_BASE_DOMAIN: baseDomainText
    .optional()
    .describe(
      "Domain below which each tenant has a host of its own for its endpoints, such as run.example.com for acme.run.example.com; wants SKERRY_BASE_URL. Unset leaves them at /run alone.",
    ),
  SKERRY_EMBED_ORIGINS: embedOriginList
    .optional()
    .describe(
      "Origins whose pages may embed the editor, such as https://app.example.com or https://*.example.com, with spaces between; unset lets nobody's.",
    ),
  SKERRY_TOKEN_KEYS: z
    .string()
    .optional()
    .describe("Keys of the tokens that the host signs for its users: the URL or file of a JSON Web Key Set."),
  SKERRY_TOKEN_ISSUER: z.string().optional().describe("What such a token must name as its issuer."),
  SKERRY_TOKEN_AUDIENCE: z.string().optional().describe("Whom such a token must be for."),
  SKERRY_OIDC_ISSUER: z.url().optional().describe("OpenID Connect provider that users may sign in at."),
  SKERRY_OIDC_CLIENT_ID: z.string().optional().describe("What the provider calls this installation."),
  SKERRY_OIDC_CLIENT_SECRET: z.string().optional().describe("The secret shared with the provider."),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "must be a URL such as smtps://user:password@mail.example.com" })
    .optional()
    .describe("Mail server that alerts are sent by; unset sends no e-mail."),
  SKERRY_MAIL_FROM: z
    .string()
    .regex(MAIL_ADDRESS, "must be an e-mail address such as skerry@example.com")
    .optional()
    .describe("Address that such e-mail comes from."),
  SKERRY_HTTP_INTERNAL: z
    .string()
    .transform(parseJson)
    .pipe(internalHosts)
    .optional()
    .describe(
      'Hosts that scripts may reach although they are not public, as JSON: [{"name": "billing.internal", "port": 8080, "address": "10.0.0.5", "tenants": ["acme"]}]; unset allows none.',
    ),
  SKERRY_ISOLATION: z
    .enum(["full", "strict", "none"])
    .default("full")
    .describe(
      "full: the best this machine allows; strict: refuse to start below full; none: trusted scripts only.",
    ),
  SKERRY_ROLE: z
    .enum(["all", "web", "worker"])
    .default("all")
    .describe(
      "web: answers requests and queues; worker: runs what is queued, and answers probes only; all: both.",
    ),
  SKERRY_RUNNERS_MAX: wholeNumber(1, 10_000)
    .optional()
    .describe("Most runner processes at a time; unset lets the pool choose."),
  SKERRY_RUNNERS_SPARE: wholeNumber(0, 1_000)
    .optional()
    .describe("Runner processes kept ready for a tenant that has none; unset lets the pool choose."),
  SKERRY_DRAIN_MS: wholeNumber(0, 600_000)
    .optional()
    .describe(
      "How long a node that is told to stop still answers new requests while /ready answers 503, so that load balancers turn to others; unset: 5000 with DATABASE_URL, else and on workers 0.",
    ),
  SKERRY_URL: z
    .url({ protocol: /^https?$/, error: "must be a URL such as https://scripts.example.com" })
    .optional()
    .describe(
      "Server that remote verbs of the command line talk to; unset leaves it to skerry.json and skerry login.",
    ),
  SKERRY_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, "must be visible ASCII characters")
    .optional()
    .describe("API key that these verbs use there; unset takes what skerry login has kept."),
  XDG_CONFIG_HOME: z
    .string()
    .optional()
    .describe(
      "Folder of a user's own settings, where skerry login keeps keys and skerry dev its data; unset takes ~/.config.",
    ),
  SKERRY_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, "must be 16 to 256 visible ASCII characters")
    .optional()
    .describe(
      "What GET /metrics asks for as a bearer token; unset lets everybody read it who reaches the port.",
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be a URL such as http://collector:4318" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional()
    .describe(
      "OpenTelemetry collector that `skerry start` sends traces and metrics to, by OTLP over HTTP; unset sends none.",
    ),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .transform(parseHeaders)
    .pipe(z.record(z.string(), z.string(), "must be name=value, or several with commas between"))
    .optional()
    .describe(
      "Headers of these requests, such as a key: name=value with commas between, values percent-encoded.",
    ),
  OTEL_SERVICE_NAME: z.string().default("skerry").describe("Service that these tell of."),
  OTEL_TRACES_SAMPLER: z
    .enum([
      "always_on",
      "always_off",
      "traceidratio",
      "parentbased_always_on",
      "parentbased_always_off",
      "parentbased_traceidratio",
    ])
    .default("parentbased_always_on")
    .describe("Which traces are recorded, drawn once where a trace enters Skerry; parentbased_ is implied."),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0(?:\.\d+)?|1(?:\.0+)?)$/, "must be from 0 to 1, such as 0.05")
    .transform(Number)
    .default(1)
    .describe("How many traces traceidratio records, from 0 to 1."),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info")
    .describe("Least severe log line to write."),
});

/** `key=value,…` with percent-encoded values, as OpenTelemetry has it; undefined, which no schema takes, for other text. */
function parseHeaders(text: string): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      text.split(",").map((pair) => {
        const [, name = "", value = ""] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=(.*)$/.exec(pair) ?? [];
        if (name === "") throw new URIError("a pair without a name");
        return [name, decodeURIComponent(value.trim())];
      }),
    );
  } catch {
    return undefined;
  }
}

/** Text that is no JSON stays as it is, and no schema behind takes it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type Environment = z.infer<typeof environmentSchema>;
type VariableName = keyof Environment;

const VARIABLE_NAMES = Object.keys(environmentSchema.shape) as VariableName[];

/** What an identity provider needs: all of it, or none. */
const OIDC_VARIABLES = ["SKERRY_OIDC_ISSUER", "SKERRY_OIDC_CLIENT_ID", "SKERRY_OIDC_CLIENT_SECRET"] as const;

/** What the environment says, checked, with defaults filled in. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  /** Whether somebody chose the data folder; else it is in whatever folder this process was started in. */
  readonly isDataDirNamed: boolean;
  readonly operatorKey: string | undefined;
  readonly masterKey: string | undefined;
  /** The plans that tenants can have, or the path of a JSON file with them. */
  readonly plans: PlanSource | undefined;
  /** The npm packages that scripts may import, or the path of a JSON file with them. */
  readonly modules: PackageSource | undefined;
  /** Without a trailing slash. */
  readonly baseUrl: string | undefined;
  /** `/`, or such as `/skerry`: requests come with it, and links begin with it. */
  readonly basePath: string;
  /** Each tenant's endpoints answer at a host of its own below it, besides `/run`. */
  readonly baseDomain: string | undefined;
  /** Whose pages may embed the editor. */
  readonly embed: EmbedOptions | undefined;
  /** Keys of the tokens that the host signs for its users. */
  readonly tokens: TokenOptions | undefined;
  /** The identity provider that users may sign in at. */
  readonly oidc: OidcOptions | undefined;
  /** How e-mail is sent, if it is. */
  readonly mail: MailOptions | undefined;
  /** What scripts may reach by HTTP beside public hosts. */
  readonly http: HttpConfig | undefined;
  readonly isolation: Environment["SKERRY_ISOLATION"];
  readonly role: NodeRole;
  readonly maxRunners: number | undefined;
  readonly spareRunners: number | undefined;
  /** How long a node that is told to stop still answers new requests, in ms. */
  readonly drainMs: number;
  /** The server that remote verbs of the command line talk to, and their key. */
  readonly remote: { readonly url: string | undefined; readonly apiKey: string | undefined };
  /** Absolute; where the command line keeps what belongs to the user. */
  readonly userFolder: string;
  /** What `GET /metrics` asks for. */
  readonly metricsToken: string | undefined;
  readonly telemetry: TelemetryConfig;
  readonly logLevel: Environment["LOG_LEVEL"];
}

/** What `skerry start` tells by OpenTelemetry. Where a host embeds Skerry, the host's own providers count. */
export interface TelemetryConfig {
  /** Without a trailing slash; undefined sends nothing. */
  readonly endpoint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** How many traces are recorded, from 0 to 1. */
  readonly sampleRatio: number;
}

/** What the host product says of its scripts' requests. */
export interface HttpConfig {
  /** Hosts that scripts may reach although they are not public. */
  readonly internal?: readonly InternalHost[];
}

/** One variable as `skerry doctor` and the help text show it. */
export interface ConfigRow {
  readonly name: string;
  /** Effective value with secrets masked; undefined when unset without a default. */
  readonly value: string | undefined;
  readonly source: "environment" | "default";
  readonly help: string;
}

/**
 * Reads the configuration. An empty variable counts as unset, because that is how compose files and CI forms
 * leave one out.
 *
 * @throws StartError `CONFIG_INVALID` naming every wrong variable and its rule.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const values = parseEnvironment(env);
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    dataDir: resolve(values.SKERRY_DATA_DIR),
    isDataDirNamed: (env["SKERRY_DATA_DIR"] ?? "") !== "",
    operatorKey: values.SKERRY_ADMIN_KEY,
    masterKey: values.SKERRY_MASTER_KEY,
    plans: values.SKERRY_PLANS === undefined ? undefined : resolve(values.SKERRY_PLANS),
    modules: values.SKERRY_MODULES === undefined ? undefined : resolve(values.SKERRY_MODULES),
    ...readSiteOptions(values),
    embed: values.SKERRY_EMBED_ORIGINS && { origins: values.SKERRY_EMBED_ORIGINS },
    tokens: readTokenOptions(values),
    oidc: readOidcOptions(values),
    mail: readMailOptions(values),
    http: values.SKERRY_HTTP_INTERNAL && { internal: values.SKERRY_HTTP_INTERNAL },
    isolation: values.SKERRY_ISOLATION,
    role: values.SKERRY_ROLE,
    maxRunners: values.SKERRY_RUNNERS_MAX,
    spareRunners: values.SKERRY_RUNNERS_SPARE,
    drainMs: values.SKERRY_DRAIN_MS ?? chooseDrainMs(values),
    remote: { url: values.SKERRY_URL, apiKey: values.SKERRY_API_KEY },
    userFolder: chooseUserFolder(values),
    metricsToken: values.SKERRY_METRICS_TOKEN,
    telemetry: {
      endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
      serviceName: values.OTEL_SERVICE_NAME,
      sampleRatio: chooseSampleRatio(values),
    },
    logLevel: values.LOG_LEVEL,
  };
}

function chooseSampleRatio(values: Environment): number {
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio } = values;
  if (sampler.endsWith("traceidratio")) return ratio;
  return sampler.endsWith("always_on") ? 1 : 0;
}

/** Twice the 2 s after which usual load balancers have asked a node again, and a little. */
const NOTICE_MS = 5_000;

/** Nobody balances requests between nodes of a database of their own, or sends any to a worker. */
function chooseDrainMs({ DATABASE_URL: url, SKERRY_ROLE: role }: Environment): number {
  return url === undefined || role === "worker" ? 0 : NOTICE_MS;
}

/** By the XDG Base Directory Specification 0.8, which has relative paths ignored. */
function chooseUserFolder({ XDG_CONFIG_HOME: configured }: Environment): string {
  const folder = configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), ".config");
  return join(folder, "skerry");
}

/** @throws StartError `CONFIG_INVALID` when they do not fit together. */
function readSiteOptions(values: Environment): Pick<Config, "baseUrl" | "basePath" | "baseDomain"> {
  const { SKERRY_BASE_URL: baseUrl, SKERRY_BASE_PATH: basePath, SKERRY_BASE_DOMAIN: baseDomain } = values;
  locateSite({ baseUrl, basePath, baseDomain });
  return { baseUrl, basePath, baseDomain };
}

function readTokenOptions(values: Environment): TokenOptions | undefined {
  const { SKERRY_TOKEN_KEYS: keys, SKERRY_TOKEN_ISSUER: issuer, SKERRY_TOKEN_AUDIENCE: audience } = values;
  if (keys === undefined) return undefined;
  return {
    ...(/^https?:/.test(keys) ? { jwksUrl: keys } : { jwksFile: resolve(keys) }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
}

/** @throws StartError `CONFIG_INVALID` when some of it is missing. */
function readOidcOptions(values: Environment): OidcOptions | undefined {
  const [issuer, clientId, clientSecret] = OIDC_VARIABLES.map((name) => values[name]);
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    throw new StartError("CONFIG_INVALID", `Set ${OIDC_VARIABLES.join(", ")} together, or none of them.`);
  }
  return { issuer, clientId, clientSecret };
}

/** @throws StartError `CONFIG_INVALID` when one of the two is missing. */
function readMailOptions({
  SMTP_URL: smtpUrl,
  SKERRY_MAIL_FROM: from,
}: Environment): MailOptions | undefined {
  if (smtpUrl === undefined && from === undefined) return undefined;
  if (smtpUrl === undefined || from === undefined) {
    throw new StartError("CONFIG_INVALID", "Set SMTP_URL and SKERRY_MAIL_FROM together, or neither of them.");
  }
  return { smtpUrl, from };
}

/**
 * Lists every variable with its effective value, in the order of the documentation. Secrets are masked, the
 * passwords in URLs included.
 *
 * @throws StartError as {@link readConfig} does.
 */
export function listConfig(env: NodeJS.ProcessEnv = process.env): ConfigRow[] {
  const values = parseEnvironment(env);
  const set = presentVariables(env);
  return VARIABLE_NAMES.map((name) => ({
    name,
    value: maskSecret(name, values[name]),
    source: set.has(name) ? "environment" : "default",
    help: environmentSchema.shape[name].description ?? "",
  }));
}

function parseEnvironment(env: NodeJS.ProcessEnv): Environment {
  const present = presentVariables(env);
  const result = environmentSchema.safeParse(Object.fromEntries(present));
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]) as VariableName;
    return `${name}=${maskSecret(name, present.get(name))}: ${issue.message}`;
  });
  throw new StartError(
    "CONFIG_INVALID",
    `The environment cannot be used:\n${lines.map((line) => `  ${line}`).join("\n")}`,
  );
}

function presentVariables(env: NodeJS.ProcessEnv): Map<VariableName, string> {
  const present = new Map<VariableName, string>();
  for (const name of VARIABLE_NAMES) {
    const value = env[name];
    if (value !== undefined && value !== "") present.set(name, value);
  }
  return present;
}

const MASK = "********";

const SECRET_VARIABLES: ReadonlySet<VariableName> = new Set([
  "SKERRY_ADMIN_KEY",
  "SKERRY_API_KEY",
  "SKERRY_MASTER_KEY",
  "SKERRY_METRICS_TOKEN",
  "SKERRY_OIDC_CLIENT_SECRET",
  "OTEL_EXPORTER_OTLP_HEADERS",
]);

const URLS_WITH_PASSWORDS: ReadonlySet<VariableName> = new Set([
  "DATABASE_URL",
  "SMTP_URL",
  "SKERRY_URL",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
]);

function maskSecret(name: VariableName, value: Environment[VariableName]): string | undefined {
  if (value === undefined) return undefined;
  if (SECRET_VARIABLES.has(name)) return MASK;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return URLS_WITH_PASSWORDS.has(name) ? maskPassword(text) : text;
}

function maskPassword(url: string): string {
  if (!URL.canParse(url)) return MASK;
  const masked = new URL(url);
  if (masked.password !== "") masked.password = MASK;
  if (masked.searchParams.has("password")) masked.searchParams.set("password", MASK);
  return masked.href;
}
