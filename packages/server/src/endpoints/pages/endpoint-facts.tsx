import type { View } from "../../web/view.ts";
import type { Endpoint, EndpointResponse } from "../endpoint.ts";
import { HTTP_METHODS } from "../path-pattern.ts";
import type { EndpointAuth } from "../settings.ts";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { HttpStatus } from "./http-status.tsx";

/** The methods of an endpoint, as tags. */
export function Methods({ view, methods }: { readonly view: View; readonly methods: Endpoint["methods"] }) {
  const isAny = methods.length === HTTP_METHODS.length;
  return (
    <span class="methods">
      {(isAny ? [view.t.endpoints.anyMethod] : methods).map((method) => (
        <span class="tag mono">{method}</span>
      ))}
    </span>
  );
}

/** What a request has to prove, in words. */
export function describeAuth({ t: { endpoints } }: View, auth: EndpointAuth): string {
  const name = endpoints.auths[auth.type];
  return auth.type === "hmac" ? `${name}, ${endpoints.hmacSchemes[auth.scheme]}` : name;
}

/** What was answered: the status of HTTP, or the execution's while there is none. */
export function ResponseStatus({
  view,
  response,
}: {
  readonly view: View;
  readonly response: EndpointResponse;
}) {
  const { status, state } = response;
  return status === null ? <StatusBadge status={state} view={view} /> : <HttpStatus status={status} />;
}
