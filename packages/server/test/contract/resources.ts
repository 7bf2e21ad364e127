import { randomUUIDv7 } from "node:crypto";
import type { AnswerBody, TestClient } from "../platform.ts";

/** In everything that the tests make of a tenant, so that it is found wherever it leaks to. */
export const MARK = "of-acme-alone";

/** What the parameters of paths name, by their names: ids and names of one tenant's things. */
export type Resources = Readonly<Record<string, string>>;

/** Makes one thing of each kind. A route whose parameter is none of these fails the tests that need it. */
export async function makeResources(tenantId: string, client: TestClient): Promise<Resources> {
  async function make(path: string, body: object = {}, method = "POST"): Promise<AnswerBody> {
    const answer = await client.request(method, `/api/v1${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
    return answer.body;
  }
  const source = `export default (input, ctx) => { ctx.log.info("${MARK}"); return "${MARK}"; };`;
  const { id: script } = await make("/scripts", { name: `script-${MARK}`, type: "oneoff", source });
  const { id: execution } = await make(`/scripts/${script}/execute`);
  await make(`/scripts/${script}/draft`, { source }, "PUT");
  const { apiKey } = await make("/api-keys", { name: `key ${MARK}` });
  const person = { email: `${MARK}@acme.example`, name: MARK, role: "viewer" };
  const { id: user } = await make("/users", person);
  const name = "SECRET_OF_ACME";
  await make(`/secrets/${name}`, { value: `value ${MARK}` }, "PUT");
  return {
    tenant: tenantId,
    script,
    execution,
    key: apiKey.id,
    user,
    name,
    version: "1",
    from: "1",
    to: "1",
  };
}

/** Names nothing. */
export const UNKNOWN_ID: string = randomUUIDv7();

/** Puts the values of parameters into a route's path. @throws Error for a parameter without one. */
export function fillPath(path: string, values: Resources): string {
  return `/api/v1${path.replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`resources.ts makes nothing for the parameter {${name}} of ${path}`);
    return encodeURIComponent(value);
  })}`;
}
