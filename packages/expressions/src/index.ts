export { EXPRESSION_ERRORS, ExpressionError } from "./errors.ts";
export type { ExpressionErrorCode, ExpressionErrorDetails, SourceRange } from "./errors.ts";
export { ExpressionEvaluator } from "./evaluator/evaluator.ts";
export type { EvaluatorStats } from "./evaluator/evaluator.ts";
export type { EvaluateOptions, EvaluatorOptions, OwnedEvaluateOptions } from "./evaluator/options.ts";
export type { ExpressionScope } from "./evaluator/scope.ts";
export type {
  Attributes,
  Logger,
  MetricName,
  Observability,
  Span,
  SpanName,
} from "./observability/observability.ts";
export { IsolatedVmBridge, ProcessBridge, QuickJsBridge, WebWorkerBridge } from "#bridges";
export type {
  BridgeOptions,
  HostData,
  ProcessBridgeOptions,
  RuntimeBridge,
  WebWorkerBridgeOptions,
} from "@skerry/sandbox";
export { createOpenTelemetryObservability } from "./observability/open-telemetry.ts";
export type { OpenTelemetryOptions } from "./observability/open-telemetry.ts";
export { describeTemplate } from "./compiler/description.ts";
export type { DataRead } from "./compiler/description.ts";
export { validateTemplate } from "./compiler/template-reading.ts";
export type { Diagnostic } from "./compiler/chunk-error.ts";
export type { CodeCacheStats } from "./compiler/code-cache.ts";
export { workflowData } from "./workflow/workflow-data.ts";
export type {
  ItemSource,
  NodeRun,
  PairedItem,
  WorkflowConnection,
  WorkflowInput,
  WorkflowItem,
  WorkflowNode,
  WorkflowSource,
} from "./workflow/workflow-source.ts";
export { defineExtension } from "./additions/extension.ts";
export type { ExtensionOptions, HostExtension } from "./additions/extension.ts";
export { defineLibrary } from "./additions/library.ts";
export type { HostLibrary, LibraryOptions } from "./additions/library.ts";
export type { Additions } from "./additions/additions.ts";
export { listExtensions } from "./additions/listing.ts";
export type { ListedFunction } from "./additions/listing.ts";
export { createEditorServices } from "./editor/editor-services.ts";
export type { EditorServices } from "./editor/editor-services.ts";
export type { EditorContext } from "./editor/globals.ts";
export type { JsonSchema } from "./editor/schema-shape.ts";
export type { Completion, CompletionKind, CompletionList } from "./editor/completions.ts";
export type { EditorDiagnostic } from "./editor/diagnostics.ts";
export type { Hover } from "./editor/hovers.ts";
export type { Signature, SignatureParameter } from "./editor/signatures.ts";
export { expressionTypes } from "./editor/expression-types.ts";
export type { ExpressionTypesOptions } from "./editor/expression-types.ts";
