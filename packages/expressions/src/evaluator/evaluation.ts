import type { HostData } from "@skerry/sandbox/bridges";
import { UNSURE } from "../direct/direct-program.ts";
import { ExpressionError } from "../errors.ts";
import type { Logger } from "../observability/observability.ts";
import type { Settings } from "../runtime/guest/settings.ts";
import { toExpressionError } from "./failure.ts";
import { withNested } from "./nested.ts";
import type { BeginTrace, Trace } from "./observer.ts";
import type { EvaluateOptions } from "./options.ts";
import type { Program } from "./program.ts";
import type { Programs } from "./programs.ts";
import { toSettings } from "./settings.ts";
import type { Site } from "./site.ts";

/** Finds the program of an evaluation, compiled now or before. */
export type FindProgram = (programs: Programs, trace: Trace | undefined) => Program;

/** An evaluation that only a guest can finish. */
interface GuestRun {
  readonly program: Program;
  readonly code: string;
  readonly data: HostData;
  readonly timeoutMs: number | undefined;
}

/** Takes evaluations through their stations: compile, evaluate directly, else in a guest. */
export class Evaluation {
  readonly #programs: Programs;
  readonly #beginTrace: BeginTrace | undefined;
  readonly #logger: Logger | undefined;

  constructor(programs: Programs, beginTrace: BeginTrace | undefined, logger: Logger | undefined) {
    this.#programs = programs;
    this.#beginTrace = beginTrace;
    this.#logger = logger;
  }

  /** @throws ExpressionError */
  async run(find: FindProgram, site: Site, options: EvaluateOptions | undefined): Promise<unknown> {
    const trace = this.#beginTrace?.();
    try {
      const begun = this.#begin(find, site, options, trace);
      const value = "value" in begun ? begun.value : await runInGuest(begun.guestRun, site);
      this.#finish(site, trace);
      return value;
    } catch (error) {
      this.#noteFailure(error, trace);
      throw error;
    }
  }

  /** The same, at once. @throws ExpressionError */
  runSync(find: FindProgram, site: Site, options: EvaluateOptions | undefined): unknown {
    const trace = this.#beginTrace?.();
    try {
      const begun = this.#begin(find, site, options, trace);
      const value = "value" in begun ? begun.value : runInGuestSync(begun.guestRun, site);
      this.#finish(site, trace);
      return value;
    } catch (error) {
      this.#noteFailure(error, trace);
      throw error;
    }
  }

  #begin(
    find: FindProgram,
    site: Site,
    options: EvaluateOptions | undefined,
    trace: Trace | undefined,
  ): { readonly value: unknown } | { readonly guestRun: GuestRun } {
    site.requireUndisposed();
    const settings = toSettings(options);
    const program = find(this.#programs, trace);
    const value = program.evaluateDirect(site.data, settings);
    if (value !== UNSURE) return { value };
    trace?.executing();
    const data = program.hasNested ? this.#nest(site.data, settings) : site.dataFor(program);
    return { guestRun: { program, code: program.code(settings), data, timeoutMs: options?.timeoutMs } };
  }

  #nest(data: HostData, settings: Settings): HostData {
    return withNested(data, (template) => this.#programs.ofTemplate(template).code(settings));
  }

  #noteFailure(error: unknown, trace: Trace | undefined): void {
    trace?.end(error);
    if (this.#logger) logFailure(this.#logger, error);
  }

  #finish(site: Site, trace: Trace | undefined): void {
    if (!trace) return;
    trace.executed(site.readMemoryMb());
    trace.end();
  }
}

async function runInGuest({ program, code, data, timeoutMs }: GuestRun, site: Site): Promise<unknown> {
  try {
    return await site.run(code, data, timeoutMs);
  } catch (error) {
    throw toExpressionError(error, program);
  }
}

function runInGuestSync({ program, code, data, timeoutMs }: GuestRun, site: Site): unknown {
  try {
    return site.runSync(code, data, timeoutMs);
  } catch (error) {
    throw toExpressionError(error, program);
  }
}

/** Tells what failed by its code alone: messages may quote the template, and with it a secret. */
function logFailure(logger: Logger, error: unknown): void {
  const code = error instanceof ExpressionError ? error.code : "unexpected";
  if (code === "EXPRESSION_MEMORY") logger.warn("an expression used up its memory", { code });
  else if (error instanceof ExpressionError && error.kind === "user")
    logger.debug("an expression failed", { code });
  else logger.error("an expression could not be evaluated", { code });
}
