import { isComment, isSpace, TokenReader } from "./tokens.ts";
import type { SourceToken } from "./tokens.ts";

/**
 * Where a `config` can be put into a source that has none, in UTF-16 code units: behind the imports, or else before the
 * first statement and the comments that belong to it.
 */
export function findConfigPlace(source: string): number {
  const tokens = new TokenReader(source);
  const comments: SourceToken[] = [];
  let first: SourceToken | undefined;
  let lastImport: number | undefined;
  for (let token = tokens.step(); token !== undefined; token = tokens.step()) {
    if (first === undefined && isComment(token)) comments.push(token);
    if (isSpace(token)) continue;
    first ??= token;
    if (token.value === "import") lastImport = readImport(tokens) ?? lastImport;
  }
  if (lastImport === undefined) return findFirstStatement(source, first, comments);
  const lineEnd = source.indexOf("\n", lastImport);
  return lineEnd < 0 ? source.length : lineEnd + 1;
}

/** Behind the word `import`. @returns where the statement ends; undefined for an expression. */
function readImport(tokens: TokenReader): number | undefined {
  if (["(", ".", ":", ",", "}"].includes(tokens.peek()?.value ?? "")) return undefined;
  for (let token = tokens.take(); token !== undefined; token = tokens.take()) {
    if (token.value === ";" || token.value === "=") return token.end;
    if (token.type !== "StringLiteral" || tokens.peek()?.value === "as") continue;
    if (tokens.accept("with") === undefined) return token.end;
    for (let end = token; ;) {
      const next = tokens.take();
      if (next === undefined || next.value === "}") return (next ?? end).end;
      end = next;
    }
  }
  return undefined;
}

function findFirstStatement(
  source: string,
  first: SourceToken | undefined,
  comments: readonly SourceToken[],
): number {
  let place = first?.start ?? source.length;
  if (first === undefined) return place;
  for (const { start, end } of comments.toReversed()) {
    if (/\n\s*\n/.test(source.slice(end, place))) break;
    place = start;
  }
  return place;
}
