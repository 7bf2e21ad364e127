/** Monaco's worker for TypeScript; it gives the handlers of scripts in JavaScript their types. */
import { initialize, TypeScriptWorker } from "monaco-editor/languages/features/typescript/ts.worker";
import { findHandlerType } from "./handler-type.ts";
import type { Insertion } from "./handler-type.ts";
import { createShiftedService } from "./shifted-service.ts";

class ScriptWorker extends TypeScriptWorker {
  constructor(context: unknown, createData: unknown) {
    super(context, createData);
    this._languageService = createShiftedService(this._languageService, (fileName) =>
      this.#findInsertion(fileName),
    );
  }

  /** What the compiler reads (`LanguageServiceHost.getScriptSnapshot`). */
  getScriptSnapshot(fileName: string) {
    const written = this._getScriptText(fileName);
    if (written === undefined) return undefined;
    const text = insert(written, this.#findInsertion(fileName));
    return {
      getText: (start: number, end: number) => text.slice(start, end),
      getLength: () => text.length,
      getChangeRange: () => undefined,
    };
  }

  #findInsertion(fileName: string): Insertion | undefined {
    if (!fileName.endsWith(".js")) return undefined;
    return findHandlerType(this._getScriptText(fileName) ?? "");
  }
}

function insert(source: string, insertion: Insertion | undefined): string {
  if (insertion === undefined) return source;
  return source.slice(0, insertion.at) + insertion.text + source.slice(insertion.at);
}

// Monaco's protocol: the first message starts the worker. This takes the place of Monaco's own listener.
// oxlint-disable-next-line unicorn/prefer-add-event-listener
self.onmessage = () => {
  initialize((context, createData) => new ScriptWorker(context, createData));
};
