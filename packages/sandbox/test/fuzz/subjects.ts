import { stop as stopEsbuild } from "esbuild";
import { NodeVmBridge } from "../../src/bridges/node-vm-bridge.ts";
import { ProcessBridge } from "../../src/bridges/process-bridge.ts";
import { QuickJsBridge } from "../../src/bridges/quickjs-bridge.ts";
import { bundleForBrowser } from "../../src/bundles/browser.ts";
import { type PagePath, type TestBrowser, startBrowser } from "../browser.ts";
import { type FuzzCase, type Outcome, runAll } from "./outcomes.ts";
import type * as FuzzPage from "./page.ts";

/** For slow engines on busy machines: no generated program runs for long. */
const TIMEOUT_MS = 20_000;

/** Something that runs cases: one bridge, here or in a page. */
export interface FuzzSubject {
  readonly name: string;
  /** Every outcome that came, for each case. */
  run(cases: readonly FuzzCase[]): Promise<Outcome[][]>;
}

/** All bridges, started: V8 here, V8 in a process of its own, QuickJS, and a worker in each kind of page. */
export interface FuzzBench extends AsyncDisposable {
  readonly subjects: readonly FuzzSubject[];
}

export async function openBench(): Promise<FuzzBench> {
  await using stack = new AsyncDisposableStack();
  stack.defer(stopEsbuild);
  const options = { timeoutMs: TIMEOUT_MS };
  const bridges = [new NodeVmBridge(options), new ProcessBridge(options), new QuickJsBridge(options)];
  for (const bridge of bridges) stack.use(bridge);
  const browser = stack.use(await startBrowser());
  const script = await bundleForBrowser("../../test/fuzz/page.ts", "iife");
  const pages = await Promise.all(
    (["/isolated", "/plain"] as const).map((path) => openPage(browser, path, script)),
  );
  const subjects = bridges.map((bridge) => ({
    name: bridge.constructor.name,
    run: (cases: readonly FuzzCase[]) => runAll(bridge, cases),
  }));
  const kept = stack.move();
  return { subjects: [...subjects, ...pages], [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function openPage(browser: TestBrowser, path: PagePath, script: string): Promise<FuzzSubject> {
  const page = await browser.open(path);
  await page.addScriptTag({ content: script });
  const call = <Result>(name: keyof typeof FuzzPage, argument: unknown): Promise<Result> =>
    page.evaluate<Result>(`Skerry.${name}(${JSON.stringify(argument)})`);
  await call("openBridge", { timeoutMs: TIMEOUT_MS });
  return { name: `WebWorkerBridge in ${path}`, run: (cases) => call("runCases", cases) };
}
