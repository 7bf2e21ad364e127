import { inspect, isDeepStrictEqual } from "node:util";
import { IsolatedVmBridge } from "@skerry/sandbox";
import type { HostData } from "@skerry/sandbox/bridges";
import { expressionRuntimeBundle } from "../../src/bundles/development.ts";
import type { Compiled } from "../../src/compiler/template-compilation.ts";
import type { Settings } from "../../src/runtime/guest/settings.ts";

/** What a guest makes of code: what direct evaluation has to equal. */
export type GuestAnswer = { readonly value: unknown } | { readonly error: string };

/** A guest of the real kind. */
export class Guest implements AsyncDisposable {
  readonly #bridge: IsolatedVmBridge;

  private constructor(bridge: IsolatedVmBridge) {
    this.#bridge = bridge;
  }

  static async start(): Promise<Guest> {
    const bridge = new IsolatedVmBridge({ timeoutMs: 10_000 });
    await bridge.initialize({ bundle: await expressionRuntimeBundle() });
    return new Guest(bridge);
  }

  answer(compiled: Compiled, data: HostData, settings: Settings): GuestAnswer {
    try {
      return { value: this.#bridge.executeSync(compiled.code(settings), data) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bridge.dispose();
  }
}

/** Whether two values are the same to whoever looks at them: -0, NaN, holes, prototypes and the order of keys count. */
export function areAlike(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other) && show(one) === show(other);
}

/** All of a value, without running anything of it. */
export function show(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    showProxy: true,
  });
}
