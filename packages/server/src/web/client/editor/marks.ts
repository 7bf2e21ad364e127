import { closestTo } from "../dom.ts";
import { monaco } from "./monaco.ts";

const { editor: editors, MarkerSeverity } = monaco;

type Editor = monaco.editor.ICodeEditor;

const OWNER = "skerry";

/**
 * Marks in an editor what the page says of its lines: `[data-line][data-column][data-message]` below
 * `[data-marks-of=NAME]`, the name being that of the editor's text area. `[data-go-to-line]` there leads to a line.
 */
export function startMarks(): void {
  document.addEventListener("htmx:after:swap", showMarks);
  document.addEventListener("click", (event) => {
    const line = Number(closestTo(event, "[data-go-to-line]")?.dataset["goToLine"]);
    const name = closestTo(event, "[data-marks-of]")?.dataset["marksOf"];
    const found = editors.getEditors().find((each) => nameOf(each) === name);
    if (found === undefined || !(line > 0)) return;
    found.revealLineInCenter(line);
    found.setPosition({ lineNumber: line, column: 1 });
    found.focus();
  });
}

function showMarks(): void {
  for (const each of editors.getEditors()) {
    const model = each.getModel();
    const name = nameOf(each);
    if (model === null || name === undefined) continue;
    const places = document.querySelectorAll<HTMLElement>(
      `[data-marks-of="${CSS.escape(name)}"] [data-line]`,
    );
    editors.setModelMarkers(
      model,
      OWNER,
      [...places].map((place) => makeMarker(place, model)),
    );
  }
}

/** From the column to the end of the word there, or of the line. */
function makeMarker({ dataset }: HTMLElement, model: monaco.editor.ITextModel): monaco.editor.IMarkerData {
  const line = Math.min(Number(dataset["line"]), model.getLineCount());
  const column = Number(dataset["column"] ?? 1);
  const word = model.getWordAtPosition(model.validatePosition({ lineNumber: line, column }));
  return {
    severity: MarkerSeverity.Error,
    message: dataset["message"] ?? "",
    startLineNumber: line,
    startColumn: word?.startColumn ?? column,
    endLineNumber: line,
    endColumn: word?.endColumn ?? model.getLineMaxColumn(line),
  };
}

function nameOf(each: Editor): string | undefined {
  const area = each.getContainerDomNode().closest("code-editor")?.querySelector(":scope > textarea");
  return area?.getAttribute("name") ?? undefined;
}
