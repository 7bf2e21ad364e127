import type { Page } from "playwright-core";
import type { BridgeOptions } from "../src/bridges/bridge.ts";
import { EngineBridge } from "../src/bridges/engine-bridge.ts";
import {
  type Engine,
  EngineFailure,
  type EngineFailureCode,
  type HostAnswer,
} from "../src/bridges/engine.ts";
import { BridgeError, type BridgeErrorCode } from "../src/bridges/errors.ts";
import type { EngineOutcome } from "./bridge-page.ts";
import { type TestBrowser, callPage } from "./browser.ts";

/**
 * A bridge whose engine, and with it the kernel and all guest code, is in a page of the test browser, while the host
 * and its data are in this process: any test of a bridge can have one.
 */
export class PageBridge extends EngineBridge {
  constructor(browser: TestBrowser, page: Page, name: PageEngineName, options: BridgeOptions = {}) {
    super(new PageEngine(browser, page, name, options), options);
  }
}

export type PageEngineName = "QuickJsEngine" | "WebWorkerEngine";

let lastId = 0;

class PageEngine implements Engine {
  readonly isSynchronous = false;
  readonly #browser: TestBrowser;
  readonly #page: Page;
  readonly #name: PageEngineName;
  readonly #options: BridgeOptions;
  readonly #id = String(++lastId);

  constructor(browser: TestBrowser, page: Page, name: PageEngineName, options: BridgeOptions) {
    this.#browser = browser;
    this.#page = page;
    this.#name = name;
    this.#options = options;
  }

  async start(): Promise<void> {
    const outcome = await callPage(this.#page, "startEngine", this.#id, this.#name, this.#options);
    if ("code" in outcome) throw new BridgeError(outcome.code as BridgeErrorCode, outcome.message);
  }

  async run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string> {
    this.#browser.answers.set(this.#id, answer);
    const outcome: EngineOutcome = await callPage(this.#page, "runEngine", this.#id, message, timeoutMs);
    if ("reply" in outcome) return outcome.reply;
    throw new EngineFailure(outcome.code as EngineFailureCode, outcome.message);
  }

  runSync(): never {
    throw new Error("a page answers later");
  }

  async dispose(): Promise<void> {
    await callPage(this.#page, "disposeEngine", this.#id);
    this.#browser.answers.delete(this.#id);
  }
}
