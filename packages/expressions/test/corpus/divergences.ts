/**
 * Cases whose outcome differs from the record on purpose, with the reason. `docs/expression-compatibility.md` tells the
 * same for readers.
 */
export const DIVERGENCES: Readonly<Record<string, string>> = {
  ...because("a parser that knows strings, comments, templates and nested braces reads it", [
    "values-100",
    "syntax-121",
    "syntax-143",
    "template-162",
    "template-169",
    "template-170",
    "template-171",
    "ext.string-281",
    "ext.array-065",
    "ext.object-037",
    "ext.object-038",
  ]),
  ...because("methods, getters and constructors work", ["values-087", "syntax-269", "ext.misc-101"]),
  ...because("extension functions are found wherever they are called", [
    "ext.misc-001",
    "ext.misc-006",
    "ext.misc-009",
    "ext.misc-013",
    "ext.misc-031",
    "ext.misc-036",
    "ext.misc-038",
    "ext.misc-086",
  ]),
  ...because("ISO texts are texts: only dates have the functions of dates", [
    "workflow-099",
    "workflow-161",
    "workflow-166",
    "ext.string-322",
    "ext.string-323",
    "ext.string-326",
    "ext.string-329",
    "ext.string-331",
    "ext.string-332",
    "ext.string-335",
    "ext.string-338",
    "ext.string-342",
    "ext.string-343",
    "ext.string-344",
    "ext.string-345",
    "ext.string-346",
  ]),
  ...because("`compact` keeps arrays and dates", ["ext.array-066", "ext.array-070", "ext.object-039"]),
  ...because("Maps and Sets are asked for their own size and methods", ["ext.object-008", "ext.object-079"]),
  ...because("`removeMarkdown` takes the whole code fence away", ["ext.string-027"]),
  ...because("a letter in the middle makes no number", ["ext.string-126"]),
  ...because("`quote` escapes any mark", ["ext.string-174"]),
  ...because("lodash is there", ["lodash-001", "lodash-005", "lodash-006", "globals-094"]),
  ...because("data is data, whatever its keys are called", [
    "values-101",
    "values-109",
    "values-122",
    "values-123",
    "globals-174",
    "globals-260",
    "lazy-137",
    "lazy-142",
  ]),
  ...because("keys of the host are readable by any name but those of the runtime and the language", [
    "lazy-177",
    "lazy-178",
    "lazy-179",
    "lazy-189",
    "lazy-191",
  ]),
  ...because("cycles and boxed values cross as they are", ["values-082", "values-088"]),
  ...because("iterators do not cross, and the error says so", ["values-092", "values-095"]),
  ...because("unknown names are undefined everywhere, as the record has it elsewhere", ["errors-097"]),
  ...because("there is no shared memory, so its name stands for an empty object", ["globals-023"]),
  ...because("errors of the runtime are errors", ["workflow-136"]),
};

/** Cases that differ on one engine alone. */
export const QUICKJS_DIVERGENCES: Readonly<Record<string, string>> = {
  ...because("QuickJS writes the text of a native function over several lines", ["template-074"]),
};

function because(reason: string, ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, reason]));
}
