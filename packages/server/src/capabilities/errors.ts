import type { ErrorKind } from "@skerry/sandbox";

/** The codes that every capability can give beside its own and those of the sandbox, in one place. */
export const CAPABILITY_ERRORS = {
  CAPABILITY_DENIED: {
    kind: "user",
    help: "The tenant's plan does not grant this call: its `capabilities` leave the name out, or its `grants` the permission that the service asks for. An operator can change both.",
  },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly help: string }>;
