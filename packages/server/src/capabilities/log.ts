import { defineNamespace } from "./namespace.ts";
import type { MemberDefinition } from "./namespace.ts";

export const LOG = defineNamespace({
  name: "log",
  summary:
    "Lines that whoever looks at the execution can read, live too. `console` writes to the same place. Values of secrets are blotted out.",
  calls: {},
  members: {
    debug: describeLevel(
      "What helps to find a mistake.",
      'ctx.log.debug("asked for rates", { attempt: 2 });',
    ),
    info: describeLevel("What happened.", 'ctx.log.info("order is paid", { order: 7, total: 12.5 });'),
    warn: describeLevel("What may need a look.", 'ctx.log.warn("stock is low", { sku: "A1", left: 3 });'),
    error: describeLevel("What went wrong.", 'ctx.log.error("payment was refused", { order: 7 });'),
  },
  limits: [
    { name: "lines of a second", value: "2,000; further ones are counted and left out" },
    { name: "message", value: "8,192 characters; the rest is cut off" },
    { name: "fields", value: "16,384 characters of JSON text" },
    {
      name: "all lines of an execution",
      value: "`ctx.limits.logBytes`; further ones are counted and left out",
    },
  ],
  errors: {},
});

function describeLevel(summary: string, example: string): MemberDefinition {
  return {
    signature: "(message: unknown, fields?: unknown): void",
    summary: `${summary} Fields stand beside the message as data. Logging never throws: what cannot be written is replaced by the reason.`,
    calls: [],
    errors: [],
    example,
  };
}
