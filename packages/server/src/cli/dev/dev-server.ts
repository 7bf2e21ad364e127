import { createHash } from "node:crypto";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient, SkerryClientError } from "@skerry/client";
import type { Client } from "@skerry/client";
import { actAsHost } from "../../auth/host.ts";
import type { HostActor } from "../../auth/host.ts";
import { readConfig } from "../../config.ts";
import type { Config } from "../../config.ts";
import { readKeyFile, writeKeyFile } from "../../main/key-file.ts";
import { createLogger } from "../../main/logger.ts";
import { startServer } from "../../main/server.ts";
import type { RunningServer } from "../../main/server.ts";

/** Whose scripts a local server has. */
export const DEV_TENANT = "dev";

const DEVELOPER = { email: "developer@dev.example", name: "Developer", role: "admin" } as const;

/** A server of this process, with its own database, for one developer. */
export interface DevServer extends AsyncDisposable {
  readonly url: string;
  /** Acts as the tenant. */
  readonly client: Client;
  readonly isolationLevel: string;
  /** Signs the developer in, once and within 15 minutes. */
  readonly signInUrl: string;
  /** The file with an API key of the tenant, readable by this user alone. */
  readonly keyFile: string;
}

/** Others learn no names in it. As root, PostgreSQL runs as another user, who passes through it to its data. */
const PASSABLE_FOLDER = 0o711;
const NAME_CHARACTERS = 16;

/**
 * Where the data of a project's server is: in the user's own folder. Whoever made the project could have put a database
 * into it, and the settings of a PostgreSQL cluster name programs that PostgreSQL runs.
 *
 * @returns an absolute path, the same for every path that leads to the project.
 */
export async function chooseDevFolder(projectRoot: string): Promise<string> {
  const hash = createHash("sha256").update(await realpath(projectRoot));
  return join(readConfig().userFolder, "dev", hash.digest("hex").slice(0, NAME_CHARACTERS));
}

/**
 * Starts the platform on this machine alone, with a tenant and nothing else. What the environment says of installations
 * (database, keys, how people sign in) does not count here.
 *
 * @param dataDir Keeps database and keys from one start to the next, and is run: nobody but this user may have made what is in
 * it. Git ignores it.
 */
export async function startDevServer(dataDir: string, port: number): Promise<DevServer> {
  await mkdir(dataDir, { recursive: true, mode: PASSABLE_FOLDER });
  await writeFile(join(dataDir, ".gitignore"), "*\n");
  await using starting = new AsyncDisposableStack();
  const config = describeDevConfig(dataDir, port);
  const server = starting.use(await startServer(config, createLogger("warn")));
  const client = openInside(server, { tenant: DEV_TENANT });
  await ensureTenant(openInside(server, { operator: true }));
  const signInUrl = await createSignInLink(server, client);
  const keyFile = join(dataDir, "dev.key");
  await ensureKey(client, keyFile);
  const parts = starting.move();
  return {
    url: server.url,
    client,
    isolationLevel: server.assembly.pool.isolation.level,
    signInUrl,
    keyFile,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function describeDevConfig(dataDir: string, port: number): Config {
  return {
    ...readConfig(),
    host: "127.0.0.1",
    port,
    dataDir,
    isDataDirNamed: true,
    databaseUrl: undefined,
    operatorKey: undefined,
    masterKey: undefined,
    baseUrl: undefined,
    basePath: "/",
    baseDomain: undefined,
    oidc: undefined,
    tokens: undefined,
    role: "all",
    drainMs: 0,
  };
}

/** Without a connection and a key: the requests stay in this process. */
function openInside({ assembly: { platform }, url }: RunningServer, actor: HostActor): Client {
  const principal = actAsHost(actor);
  return createClient({ url, fetch: (request) => platform.fetch(request, { principal }) });
}

async function ensureTenant(operator: Client): Promise<void> {
  await unlessThere("TENANT_EXISTS", () => operator.tenants.create({ id: DEV_TENANT, name: "Development" }));
}

async function createSignInLink({ url }: RunningServer, client: Client): Promise<string> {
  await unlessThere("USER_EXISTS", () => client.users.create(DEVELOPER));
  const { items } = await client.users.list({ email: DEVELOPER.email });
  const [developer] = items;
  if (developer === undefined) return url;
  const link = await client.users.createSignInLink(developer.id);
  return new URL(link.url, url).href;
}

async function ensureKey(client: Client, file: string): Promise<void> {
  if ((await readKeyFile(file)) !== undefined) return;
  const { key } = await client.apiKeys.create({ name: "skerry dev" });
  await writeKeyFile(file, key);
}

async function unlessThere(code: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof SkerryClientError) || error.code !== code) throw error;
  }
}
