import { type Assembly, assembleSkerry, createLogger, readConfig } from "skerry/jobs";

const OPERATOR_KEY = "sk_bench_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/** One node that does everything, with the embedded database, in this process. */
export async function assembleNode(dataDir: string): Promise<Assembly> {
  const config = readConfig({ SKERRY_DATA_DIR: dataDir, LOG_LEVEL: "error" });
  return await assembleSkerry(config, OPERATOR_KEY, createLogger("error"));
}

/** Posts to the REST API, as the operator or on behalf of a tenant. @throws Error when the answer is no success. */
export async function post<Answer>(
  { platform }: Assembly,
  path: string,
  body: unknown,
  tenantId?: string,
): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${OPERATOR_KEY}`,
    "content-type": "application/json",
    ...(tenantId === undefined ? {} : { "skerry-tenant": tenantId }),
  };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await platform.fetch(new Request(`http://skerry/api/v1${path}`, init));
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

interface NewScript {
  readonly name: string;
  readonly type: "oneoff" | "event";
  readonly source: string;
  readonly settings?: object;
}

/** Makes a tenant with one script. @returns the id of the script. */
export async function createTenant(assembly: Assembly, tenantId: string, script: NewScript): Promise<string> {
  await post(assembly, "/tenants", { id: tenantId, name: tenantId });
  return (await post<{ readonly id: string }>(assembly, "/scripts", script, tenantId)).id;
}
