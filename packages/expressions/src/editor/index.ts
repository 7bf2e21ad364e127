/** Editor services alone: this part of the package needs neither Node nor a bridge, and runs in browsers. */
export { defineExtension } from "../additions/extension.ts";
export type { ExtensionOptions, HostExtension } from "../additions/extension.ts";
export { defineLibrary } from "../additions/library.ts";
export type { HostLibrary, LibraryOptions } from "../additions/library.ts";
export { listExtensions } from "../additions/listing.ts";
export type { ListedFunction } from "../additions/listing.ts";
export type { Completion, CompletionKind, CompletionList } from "./completions.ts";
export type { EditorDiagnostic } from "./diagnostics.ts";
export { createEditorServices } from "./editor-services.ts";
export type { EditorServices } from "./editor-services.ts";
export { expressionTypes } from "./expression-types.ts";
export type { ExpressionTypesOptions } from "./expression-types.ts";
export type { EditorContext } from "./globals.ts";
export type { Hover } from "./hovers.ts";
export type { JsonSchema } from "./schema-shape.ts";
export type { Signature, SignatureParameter } from "./signatures.ts";
