import { z } from "zod";
import { defineRoute } from "../rest/route.ts";

export const getDeclarations = defineRoute({
  operation: "declarations.get",
  method: "GET",
  path: "/declarations",
  summary: "Gives TypeScript declarations of all that the tenant's scripts find, for editors and compilers.",
  access: "scripts.read",
  answers: {
    200: z
      .object({
        text: z.string().describe("A file of declarations, to be read beside the library `es2024`."),
      })
      .meta({ id: "Declarations" }),
  },
});

export const CAPABILITY_ROUTES = [getDeclarations] as const;
