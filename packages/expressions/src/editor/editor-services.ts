import type { Additions } from "../additions/additions.ts";
import { type CompletionList, complete } from "./completions.ts";
import { type EditorDiagnostic, diagnose } from "./diagnostics.ts";
import { type EditorContext, Globals } from "./globals.ts";
import { type Hover, findHover } from "./hovers.ts";
import { Language } from "./language.ts";
import { type Signature, findSignature } from "./signatures.ts";

/**
 * What an editor for templates asks. Positions and ranges are in UTF-16 code units of the template; a position lies
 * between two of them. Templates may be unfinished or no templates at all: then there is less to tell. Nothing of a
 * template is evaluated, and of data own, enumerable data properties are read as far as they are shown.
 */
export interface EditorServices {
  /** What may be written at a position. */
  readonly completions: (template: string, position: number, context?: EditorContext) => CompletionList;
  /** The documented function whose arguments a position is in. */
  readonly signature: (template: string, position: number, context?: EditorContext) => Signature | undefined;
  /** What is known of the name at a position. */
  readonly hover: (template: string, position: number, context?: EditorContext) => Hover | undefined;
  /** Errors that keep the template from being evaluated, and hints at what will not give what is hoped for. */
  readonly diagnostics: (template: string, context?: EditorContext) => readonly EditorDiagnostic[];
}

/** @param additions The same that the evaluator gets. */
export function createEditorServices(additions: Additions = {}): EditorServices {
  const language = new Language(additions);
  const globalsOf = (context: EditorContext = {}): Globals => new Globals(language, context);
  return {
    completions: (template, position, context) => complete(template, position, language, globalsOf(context)),
    signature: (template, position, context) =>
      findSignature(template, position, language, globalsOf(context)),
    hover: (template, position, context) => findHover(template, position, language, globalsOf(context)),
    diagnostics: (template, context) => diagnose(template, language, globalsOf(context)),
  };
}
