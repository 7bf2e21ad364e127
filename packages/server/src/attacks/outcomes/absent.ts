import { throws } from "../outcome.ts";

/** Scripts have no `ctx.db` yet. */
export const hasNoDb = throws(/^TypeError: Cannot read properties of undefined \(reading 'query'\)$/);
