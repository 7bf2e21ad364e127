import { defineRoute } from "../../rest/route.ts";
import { presentIdentity, sessionInput, startedSession } from "./session.ts";

export const startSession = defineRoute({
  operation: "session.start",
  method: "POST",
  path: "/session",
  summary: "Signs in by password or one-time link; browsers get a cookie.",
  access: "public",
  body: sessionInput,
  answers: { 201: startedSession },
  errors: ["SIGN_IN_FAILED", "SIGN_IN_THROTTLED", "CONCURRENCY_LIMIT", "TENANT_SUSPENDED", "CROSS_ORIGIN"],
});

export const getSession = defineRoute({
  operation: "session.get",
  method: "GET",
  path: "/session",
  summary: "Tells who asks and what they may do.",
  access: "known",
  answers: { 200: presentIdentity },
});

export const endSession = defineRoute({
  operation: "session.end",
  method: "DELETE",
  path: "/session",
  summary: "Signs out: ends the session of this request, if it has one.",
  access: "known",
  answers: { 204: null },
});

export const SESSION_ROUTES = [startSession, getSession, endSession] as const;
