import type { RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { ApiKeyService } from "./auth/service.ts";
import type { Database } from "./db/open.ts";
import type { ExecutionService } from "./executions/service.ts";
import type { ScriptService } from "./scripts/service.ts";
import type { TenantService } from "./tenants/service.ts";

/** How large what comes from outside may be, in bytes. */
export interface PlatformLimits {
  /** Body of a REST request. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Body of a REST request that carries a script's source, which may itself have 1 MiB. Default 2 MiB. */
  readonly scriptBodyBytes: number;
  /** Body of a request to an endpoint. Default 1 MiB. */
  readonly endpointBodyBytes: number;
}

export interface PlatformOptions {
  /** Stays the caller's: it is closed after the platform. */
  readonly database: Database;
  /** Stays the caller's: it is closed after the platform. */
  readonly pool: RunnerPool;
  readonly logger: Logger;
  readonly limits?: Partial<PlatformLimits>;
  /** The API key that acts for the operator, at least 16 characters. Operator keys in the database act too. */
  readonly operatorKey?: string;
  /** Where the platform is reached from outside, without a trailing slash; endpoint addresses begin with it. */
  readonly baseUrl?: string;
}

export interface PlatformServices {
  readonly tenants: TenantService;
  readonly apiKeys: ApiKeyService;
  readonly scripts: ScriptService;
  readonly executions: ExecutionService;
}

/** Scripts, their executions and everything that is asked of them over HTTP, without a port of its own. */
export interface Platform extends AsyncDisposable {
  /** Answers `/api/v1/…` and `/run/…`; everything else gets a 404 problem. Never rejects. */
  fetch(request: Request, info?: { readonly remoteAddress?: string }): Promise<Response>;
  readonly services: PlatformServices;
  /**
   * Takes no new executions, waits up to `deadlineMs` for the running ones, cancels what is left and writes the
   * history that is still in memory.
   */
  drain(deadlineMs: number): Promise<void>;
}

/** Puts the features together. Executions that a crash left unfinished are ended with `NODE_LOST` first. */
export declare function createPlatform(options: PlatformOptions): Promise<Platform>;
