import { SkerryError } from "../problems/errors.ts";
import type { ErrorDetail } from "../problems/errors.ts";

const MAX_DETAILS = 200;
const HTTP_UNPROCESSABLE = 422;

/** What is wrong with the scripts of a request, script by script, until all were looked at. */
export interface ErrorCollector {
  /** Does the work for one script. @returns undefined where that is at fault; whatever else is thrown passes through. */
  attempt<Result>(path: string, work: () => Result | Promise<Result>): Promise<Result | undefined>;
  /** @throws SkerryError that tells of all faults, with the code and the message of the first. */
  refuse(): void;
}

/** Lets a request that has many scripts be refused for all of their faults at once. */
export function createErrorCollector(): ErrorCollector {
  const found: SkerryError[] = [];
  return {
    async attempt(path, work) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof SkerryError) || error.status !== HTTP_UNPROCESSABLE) throw error;
        found.push(locateError(path, error));
        return undefined;
      }
    },

    refuse() {
      const [first] = found;
      if (first === undefined) return;
      const more = found.length > 1 ? ` And ${found.length - 1} more of the scripts cannot be taken.` : "";
      const details = found.flatMap((error) => error.details ?? []).slice(0, MAX_DETAILS);
      throw new SkerryError(first.code, `${first.message}${more}`, { details });
    },
  };
}

/** The same error, telling where in the request it is. */
export function locateError(path: string, { code, message, details }: SkerryError): SkerryError {
  const inside: readonly ErrorDetail[] = details ?? [{ path: "source", message }];
  const located = inside.map((detail) => ({ ...detail, path: `${path}.${detail.path}` }));
  return new SkerryError(code, `${path}: ${message}`, { details: located });
}
