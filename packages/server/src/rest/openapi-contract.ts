import type { JsonObject } from "@skerry/sandbox";
import { z } from "zod";
import { defineRoute } from "./route.ts";

export const describeApi = defineRoute({
  operation: "api.describe",
  method: "GET",
  path: "/openapi.json",
  summary: "Gives this description.",
  access: "public",
  answers: { 200: z.custom<JsonObject>() },
});

export const OPENAPI_ROUTES = [describeApi] as const;
