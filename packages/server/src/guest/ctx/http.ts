import { createHttpClient } from "../http-client.ts";
import { freezeNamespace } from "./namespace.ts";

/** `ctx.http` */
export const HTTP = freezeNamespace(createHttpClient());
