/** SQLSTATEs of class 23 (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const VIOLATION = /^23(?:503|505)$/;

/** Tells whether Postgres refused a statement because of this unique or foreign key. */
export function violates(error: unknown, constraint: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("constraint" in error)) return false;
  return VIOLATION.test(String(error.code)) && error.constraint === constraint;
}
