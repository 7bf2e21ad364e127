/**
 * The peers of the bridges: each engine as its documentation shows it, without any of our layers. Data crosses as JSON
 * text, which is the cheapest way to bring a whole value across.
 */
import build from "@jitl/quickjs-ng-wasmfile-release-sync";
import ivm from "isolated-vm";
import {
  type QuickJSSyncVariant,
  newQuickJSWASMModuleFromVariant,
  shouldInterruptAfterDeadline,
} from "quickjs-emscripten-core";

/** The package's types describe its CommonJS file, in which the build is one level deeper. */
const QUICKJS_BUILD = build as unknown as QuickJSSyncVariant;
const TIMEOUT_MS = 1_000;
const MEMORY_LIMIT_MB = 64;
const MEBIBYTE = 1024 * 1024;

/** An engine that runs functions. */
export interface BareEngine extends Disposable {
  /** Compiles and runs a text, each time anew. */
  evaluate(text: string): unknown;
  /** A function without data: `body` is an expression. */
  compile(body: string): () => unknown;
  /** The body of a function of `data`, which arrives whole. */
  compileWithData(body: string): (data: unknown) => unknown;
}

export function createBareIsolate(): BareEngine {
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_LIMIT_MB });
  const context = isolate.createContextSync();
  const evaluate = (code: string): ivm.Reference<(text?: string) => unknown> =>
    context.evalSync(code, { reference: true }) as ivm.Reference<(text?: string) => unknown>;
  return {
    evaluate: (text) => context.evalSync(text, { timeout: TIMEOUT_MS }) as unknown,
    compile(body) {
      const compiled = evaluate(`() => ${body}`);
      return () => compiled.applySync(undefined, [], { timeout: TIMEOUT_MS });
    },
    compileWithData(body) {
      const compiled = evaluate(takeText(body));
      return (data) => {
        const text = compiled.applySync(undefined, [JSON.stringify(data)], { timeout: TIMEOUT_MS });
        return JSON.parse(text as string) as unknown;
      };
    },
    [Symbol.dispose]: () => isolate.dispose(),
  };
}

/** The build that `QuickJsBridge` has, in an instance of its own. */
export async function createBareQuickJs(): Promise<BareEngine> {
  const quickJs = await newQuickJSWASMModuleFromVariant(QUICKJS_BUILD);
  const runtime = quickJs.newRuntime({ memoryLimitBytes: MEMORY_LIMIT_MB * MEBIBYTE });
  const context = runtime.newContext();
  const compiled: Disposable[] = [];
  const evaluate = (code: string) => {
    const handle = context.unwrapResult(context.evalCode(code));
    compiled.push(handle);
    return handle;
  };
  const startClock = (): void =>
    runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + TIMEOUT_MS));
  return {
    evaluate(text) {
      startClock();
      using result = context.unwrapResult(context.evalCode(text));
      return context.dump(result) as unknown;
    },
    compile(body) {
      const handle = evaluate(`(() => ${body})`);
      return () => {
        startClock();
        using result = context.unwrapResult(context.callFunction(handle, context.undefined));
        return context.dump(result) as unknown;
      };
    },
    compileWithData(body) {
      const handle = evaluate(`(${takeText(body)})`);
      return (data) => {
        startClock();
        using text = context.newString(JSON.stringify(data));
        using result = context.unwrapResult(context.callFunction(handle, context.undefined, text));
        return JSON.parse(context.getString(result)) as unknown;
      };
    },
    [Symbol.dispose]() {
      for (const handle of compiled) handle[Symbol.dispose]();
      context.dispose();
      runtime.dispose();
    },
  };
}

function takeText(body: string): string {
  return `(text) => JSON.stringify(((data) => { ${body} })(JSON.parse(text)))`;
}
