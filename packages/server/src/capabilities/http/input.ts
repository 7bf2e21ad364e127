import { z } from "zod";
import { credentials, headerValue } from "./credentials.ts";
import { allowsRetry, retryPolicy } from "./retry.ts";

/** Arguments of `http.request`. */
export const httpRequestInput = z
  .strictObject({
    url: z.string(),
    method: z
      .string()
      .regex(/^[A-Za-z-]{1,32}$/, "must be an HTTP method such as GET")
      .default("GET"),
    headers: z.array(z.tuple([z.string(), headerValue])).default([]),
    auth: credentials.optional(),
    timeoutMs: z.int().min(1).optional(),
    redirect: z.enum(["follow", "manual", "error"]).default("follow"),
    retry: retryPolicy.optional(),
  })
  .refine(({ method, retry }) => retry === undefined || allowsRetry(method, retry), {
    path: ["retry"],
    message: "needs unsafe: true for this method, which may do twice what was asked for once",
  });
