import { declareTypes, monaco } from "./monaco.ts";
import type { Rewriting } from "./rewriting.ts";

const { editor: editors, KeyCode, KeyMod, MarkerSeverity, Uri } = monaco;

const OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  minimap: { enabled: false },
  fontSize: 13,
  tabSize: 2,
  lineNumbersMinChars: 3,
  glyphMargin: false,
  padding: { top: 8, bottom: 8 },
  scrollBeyondLastLine: false,
  fixedOverflowWidgets: true,
  stickyScroll: { enabled: false },
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  wordBasedSuggestions: "off",
  renderLineHighlightOnlyWhenFocus: true,
  renderFinalNewline: "on",
  // Its colours are too faint for WCAG 2.2, 1.4.3.
  bracketPairColorization: { enabled: false },
};

/** Of fields for data, which stand among others in a form. */
const FIELD_OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  lineNumbers: "off",
  folding: false,
  renderLineHighlight: "none",
  lineDecorationsWidth: 8,
  tabFocusMode: true,
};

const SUFFIXES: Readonly<Record<string, string>> = { javascript: "js", typescript: "ts", json: "json" };

let count = 0;

/**
 * `<code-editor language types handler hint>` around a text area: an editor in its place, which keeps the text area's
 * value and tells of changes by `input` events of it. `types` is the URL of declarations, `handler` the type in them
 * of what a script exports (default `Skerry.Handler`), `hint` is read out after the label. When the editor is
 * there it has `data-ready`; `data-markers` is the number of errors and warnings in it. `editor:save` and
 * `editor:run` tell of Ctrl+S and Ctrl+Enter; `editor:rewrite` at the text area changes a part of the text.
 */
class CodeEditor extends HTMLElement {
  /** What undoes the editor, in the order in which it is to be done. */
  #undo: (() => void)[] = [];

  connectedCallback(): void {
    const area = this.querySelector("textarea");
    if (area !== null) this.#mount(area);
  }

  disconnectedCallback(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  #mount(area: HTMLTextAreaElement): void {
    const language = this.getAttribute("language") ?? "plaintext";
    const uri = Uri.parse(`file:///script-${++count}.${SUFFIXES[language] ?? "txt"}`);
    const model = editors.createModel(area.value, language, uri);
    model.setEOL(editors.EndOfLineSequence.LF);
    const host = document.createElement("div");
    host.style.height = "100%";
    this.append(host);
    area.hidden = true;

    const isCode = language === "javascript" || language === "typescript";
    const created = editors.create(host, {
      ...OPTIONS,
      ...(!isCode && FIELD_OPTIONS),
      model,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      readOnly: area.readOnly,
      ariaLabel: [labelOf(area), this.getAttribute("hint")].filter((text) => text !== null).join(". "),
    });
    model.onDidChangeContent(() => {
      area.value = model.getValue();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    // It measured its letters before their font had come.
    void document.fonts.ready.then(() => editors.remeasureFonts());
    this.#bindKeys(created);
    this.#takeRewritings(model);
    const markers = this.#watchMarkers(uri);
    for (const label of area.labels) label.addEventListener("click", () => created.focus());
    const types = this.getAttribute("types");
    if (types !== null) void this.#loadTypes(types);
    this.dataset["ready"] = "";
    this.#undo.push(
      () => created.dispose(),
      () => model.dispose(),
      () => markers.dispose(),
      () => host.remove(),
      () => delete this.dataset["ready"],
    );
  }

  /** Monaco has Ctrl+Enter for itself; Ctrl+S comes to the page, as it does everywhere else. */
  #bindKeys(created: monaco.editor.IStandaloneCodeEditor): void {
    created.addAction({
      id: "skerry.run",
      label: "Run",
      keybindings: [KeyMod.CtrlCmd | KeyCode.Enter],
      run: () => void this.dispatchEvent(new CustomEvent("editor:run", { bubbles: true })),
    });
  }

  #takeRewritings(model: monaco.editor.ITextModel): void {
    const take = (event: Event): void => {
      const { start, end, text } = (event as CustomEvent<Rewriting>).detail;
      const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
      model.pushEditOperations(null, [{ range, text }], () => null);
      // So that it is not done to the text area as well, whose value follows.
      event.preventDefault();
    };
    this.addEventListener("editor:rewrite", take);
    this.#undo.push(() => this.removeEventListener("editor:rewrite", take));
  }

  #watchMarkers(uri: monaco.Uri): monaco.IDisposable {
    const tell = () => {
      const markers = editors.getModelMarkers({ resource: uri });
      const serious = markers.filter(({ severity }) => severity >= MarkerSeverity.Warning);
      this.dataset["markers"] = String(serious.length);
    };
    tell();
    return editors.onDidChangeMarkers((changed) => {
      if (changed.some((each) => each.toString() === uri.toString())) tell();
    });
  }

  async #loadTypes(url: string): Promise<void> {
    const response = await fetch(url);
    if (!response.ok) return;
    declareTypes(await response.text(), this.getAttribute("handler") ?? "Skerry.Handler");
  }
}

function labelOf(area: HTMLTextAreaElement): string {
  return area.ariaLabel ?? area.labels[0]?.textContent.trim() ?? "";
}

export function defineCodeEditor(): void {
  customElements.define("code-editor", CodeEditor);
}
