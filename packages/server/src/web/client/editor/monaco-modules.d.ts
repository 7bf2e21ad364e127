// Modules of Monaco that come without types.
declare module "monaco-editor/languages/features/typescript/ts.worker" {
  /** Beside what it does, it is the host of TypeScript's language service. */
  export class TypeScriptWorker {
    constructor(context: unknown, createData: unknown);
    protected _languageService: object;
    protected _getScriptText(fileName: string): string | undefined;
  }
  /** Starts a worker when its first message comes. */
  export function initialize(create: (context: unknown, createData: unknown) => TypeScriptWorker): void;
}
