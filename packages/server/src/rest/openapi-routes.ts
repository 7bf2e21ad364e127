import { API_ROUTES } from "./api.ts";
import { createOpenApiDocument } from "./openapi.ts";
import { describeApi } from "./openapi-contract.ts";
import { bindRoute } from "./router.ts";
import type { BoundRoute } from "./router.ts";
import type { SiteAddress } from "./site-address.ts";

/** `/openapi.json`: all routes in the words of OpenAPI. */
export function createOpenApiRoutes({ basePath }: Pick<SiteAddress, "basePath">): BoundRoute[] {
  let document: ReturnType<typeof createOpenApiDocument> | undefined;
  return [bindRoute(describeApi, () => (document ??= createOpenApiDocument(API_ROUTES, basePath)))];
}
