import { SkerryError } from "./errors.ts";

/** SQLSTATEs of class 23 (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const VIOLATION = /^23(?:503|505)$/;

/** Tells whether Postgres refused a statement because of this unique or foreign key. */
export function violates(error: unknown, constraint: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("constraint" in error)) return false;
  return VIOLATION.test(String(error.code)) && error.constraint === constraint;
}

/** What Postgres calls the foreign key of a column `tenant_id` where nobody gave it a name. */
const TENANT_KEY = /_tenant_id_fkey$/;

/** Tells whether something failed because its tenant was deleted while somebody still worked for it. */
export function isOfDeletedTenant(error: unknown): boolean {
  if (error instanceof SkerryError) return error.code === "TENANT_NOT_FOUND";
  return (
    error instanceof Error &&
    "constraint" in error &&
    TENANT_KEY.test(String(error.constraint)) &&
    violates(error, String(error.constraint))
  );
}
