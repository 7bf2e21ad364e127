import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { callScript } from "./contract.ts";
import type { CallService } from "./service.ts";

export function createCallRoutes(calls: CallService): BoundRoute[] {
  return [
    bindRoute(callScript, ({ caller, params, body: { input, deadlineMs } }) =>
      calls.call(caller, params.script, input, { deadlineMs }),
    ),
  ];
}
