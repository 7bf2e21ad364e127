import { z } from "zod";
import type { Platform } from "../platform.ts";
import { DEMO_ADMIN } from "./demo-admin.ts";
import { DEMO_SCRIPTS, DEMO_TENANT } from "./demo-scripts.ts";

/** What seeding needs of the platform. */
export interface SeedingPlatform extends Pick<Platform, "fetch"> {
  readonly services: { readonly tenants: Pick<Platform["services"]["tenants"], "count"> };
}

export interface SeedOptions {
  readonly operatorKey: string;
  /** Where the platform is reached, without a trailing slash: for its path, nothing is sent there. Default the root of a host. */
  readonly url?: string;
  /** Keeps the tenant's API key where the next start finds it. */
  readonly keepKey: (key: string) => Promise<void>;
}

const FINISHED_NAME = "Demo";
/** The demo tenant's name until everything of it is there; a start that finds it goes on where another one ended. */
const UNFINISHED_NAME = "Demo, being made";

const someTenant = z.object({ name: z.string() });
const createdKey = z.object({ key: z.string() });

/**
 * Makes the demo tenant, its scripts, its admin and its API key on an empty installation, or completes them where an earlier start
 * was interrupted, through the platform's own REST routes, so that a first start also proves them.
 *
 * @returns the tenant's API key, or undefined where there is nothing to make.
 */
export async function seedDemoTenant(
  platform: SeedingPlatform,
  { operatorKey, url = "http://localhost", keepKey }: SeedOptions,
): Promise<string | undefined> {
  const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
    platform.fetch(createRequest(method, `${url}/api/v1${path}`, operatorKey, body));

  if ((await platform.services.tenants.count()) === 0) {
    const tenant = { id: DEMO_TENANT, name: UNFINISHED_NAME };
    await requireDone(await ask("POST", "/tenants", tenant), "TENANT_EXISTS");
  }
  if (!(await isUnfinished(await ask("GET", `/tenants/${DEMO_TENANT}`)))) return undefined;

  for (const script of DEMO_SCRIPTS) {
    await requireDone(await ask("POST", "/scripts", script), "SCRIPT_NAME_TAKEN");
  }
  await requireDone(await ask("POST", "/users", DEMO_ADMIN), "USER_EXISTS");
  const { key } = createdKey.parse(await requireDone(await ask("POST", "/api-keys", { name: "demo" })));
  await keepKey(key);
  await requireDone(await ask("PATCH", `/tenants/${DEMO_TENANT}`, { name: FINISHED_NAME }));
  return key;
}

async function isUnfinished(answer: Response): Promise<boolean> {
  if (answer.status === 404) return false;
  return someTenant.parse(await requireDone(answer)).name === UNFINISHED_NAME;
}

/** The host in the address is never dialled: the request goes straight to the platform. */
function createRequest(method: string, url: string, operatorKey: string, body: unknown): Request {
  const headers = {
    authorization: `Bearer ${operatorKey}`,
    "content-type": "application/json",
    "skerry-tenant": DEMO_TENANT,
  };
  return new Request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
}

/** Reads the answer; `done` is the code of the problem that says the thing is there already. */
async function requireDone(answer: Response, done?: string): Promise<unknown> {
  const text = await answer.text();
  const body: unknown = JSON.parse(text);
  if (answer.ok || (body as { readonly code?: string }).code === done) return body;
  throw new Error(`the demo tenant could not be made: ${answer.status} ${text}`);
}
