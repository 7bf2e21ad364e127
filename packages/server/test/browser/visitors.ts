import { SESSION_COOKIE } from "../../src/auth/sessions/cookie.ts";
import type { TestClient, TestPlatform } from "../platform.ts";

/** The tenant that pages are looked at. */
export const TENANT = "acme";

/** Whose pages they must never be. */
export const OTHER_TENANT = "rival";

/** Users of the tenant by their role, an admin of another tenant, a superadmin, and somebody without a session. */
export type Visitor = "admin" | "developer" | "viewer" | "stranger" | "operator" | "nobody";

/** Those who look at pages, with a session each that was begun by a sign-in link. */
export interface Visitors {
  /** A client with an API key of the tenant. */
  readonly acme: TestClient;
  /** Value of the session cookie; undefined for nobody. */
  readonly sessionOf: (visitor: Visitor) => string | undefined;
  /** Asks for a page as that visitor's browser does, without following redirects. */
  readonly ask: (visitor: Visitor, path: string, init?: RequestInit) => Promise<Response>;
}

interface Made {
  readonly id: string;
  readonly link: string;
  readonly token: string;
}

/** Makes the tenants and their users, and signs each of them in. */
export async function createVisitors(skerry: TestPlatform): Promise<Visitors> {
  const [acme, rival] = await Promise.all([skerry.createTenant(TENANT), skerry.createTenant(OTHER_TENANT)]);

  async function make(client: TestClient, path: string, body?: object): Promise<Made> {
    const answer = await client.request<Made>("POST", `/api/v1${path}`, body);
    if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status} ${answer.text}`);
    return answer.body;
  }

  async function signIn(client: TestClient, path: string, name: string, role?: string): Promise<string> {
    const email = `${name.toLowerCase()}@example.com`;
    const { id } = await make(client, path, { email, name, ...(role !== undefined && { role }) });
    const { link } = await make(client, `${path}/${id}/sign-in-link`);
    return (await make(skerry.client(), "/session", { link })).token;
  }

  const [admin, developer, viewer, stranger, operator] = await Promise.all([
    signIn(acme, "/users", "Ada", "admin"),
    signIn(acme, "/users", "Dorothy", "developer"),
    signIn(acme, "/users", "Vera", "viewer"),
    signIn(rival, "/users", "Rosa", "admin"),
    signIn(skerry.operator, "/operators", "Olga"),
  ]);
  const sessions = { admin, developer, viewer, stranger, operator, nobody: undefined };

  return {
    acme,
    sessionOf: (visitor) => sessions[visitor],
    async ask(visitor, path, init = {}) {
      const headers = new Headers(init.headers);
      const session = sessions[visitor];
      if (session !== undefined) headers.set("cookie", `${SESSION_COOKIE}=${session}`);
      return await fetch(skerry.url + path, { redirect: "manual", ...init, headers });
    },
  };
}
