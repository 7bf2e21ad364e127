import { ExpressionError } from "../errors.ts";
import { CodeWriter, type RuntimeNames, collectRuntimeNames } from "./code-writer.ts";
import { MAX_CHUNKS, MAX_TREE_DEPTH, MAX_TREE_LENGTH } from "./limits.ts";
import { type CompileOptions, type Compiled, placeIn } from "./template-compilation.ts";
import { type ReadTemplate, type TemplateChunk, readTemplate } from "./template-reading.ts";

/** A template in a tree. */
interface Leaf {
  readonly read: ReadTemplate;
  readonly names: RuntimeNames;
  /** Its path, for messages. */
  readonly where: string;
}

/** A chunk in its tree. */
interface PlacedChunk {
  readonly leaf: Leaf;
  readonly chunk: TemplateChunk;
}

/** A tree of templates, ready to be evaluated in one go. */
export interface CompiledTree extends Compiled {
  readonly tree: unknown;
  /** The texts in the tree that are templates. */
  readonly templates: ReadonlyMap<string, ReadTemplate>;
  /** How many expressions it holds. */
  readonly chunkCount: number;
}

/**
 * JSON text of a tree of templates: what {@link compileTree} takes, and what it can be remembered by.
 *
 * @throws TypeError for what is no JSON data. ExpressionError `EXPRESSION_UNSUPPORTED` for a tree that is too deep.
 */
export function writeTree(tree: unknown): string {
  try {
    const json = JSON.stringify(tree) as string | undefined;
    if (json !== undefined) return json;
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
  throw new TypeError(`a tree of templates is JSON data, and this is of type ${typeof tree}`);
}

/**
 * Compiles JSON data whose strings are templates. Keys, and values that are no strings, stay as they are. Assignments
 * to free names end with the template that makes them; what one changes in the data itself, those after it see.
 *
 * @throws ExpressionError `EXPRESSION_SYNTAX`, `EXPRESSION_UNSUPPORTED` of the first template that cannot be compiled:
 *   `range` is in that template, and the message tells its path.
 */
export function compileTree(json: string, { extensionNames }: CompileOptions): CompiledTree {
  if (json.length > MAX_TREE_LENGTH) {
    throw unsupported(
      `The tree has ${json.length} characters of JSON, and ${MAX_TREE_LENGTH} are possible: split it`,
    );
  }
  const tree: unknown = JSON.parse(json);
  const leaves: Leaf[] = [];
  readLeaves(tree, "", 0, leaves);
  const chunks = leaves.flatMap((leaf) => leaf.read.chunks.map((chunk): PlacedChunk => ({ leaf, chunk })));
  if (chunks.length > MAX_CHUNKS) {
    throw unsupported(`The tree has ${chunks.length} expressions, and ${MAX_CHUNKS} are possible: split it`);
  }
  const writer = new CodeWriter(
    leaves.map(({ read }) => read),
    extensionNames,
  );
  const values = leaves.map((leaf) => writeLeaf(leaf, writer)).values();
  const sharedNames = new Set(
    leaves.flatMap(({ names }) => [...names.all].filter((name) => !names.assigned.has(name))),
  );
  return {
    tree,
    templates: new Map(leaves.map(({ read }) => [read.template, read])),
    names: new Set(leaves.flatMap(({ names }) => [...names.all])),
    chunkCount: chunks.length,
    code: writer.writeBody(sharedNames, writeNode(tree, values)),
    placeOf(number) {
      const placed = chunks[number];
      return placed && placeIn(placed.leaf.read.template, placed.chunk, placed.leaf.where);
    },
  };
}

/** Reads the templates of a tree, in the order in which {@link writeNode} meets them. */
function readLeaves(node: unknown, path: string, depth: number, leaves: Leaf[]): void {
  if (depth > MAX_TREE_DEPTH) throw tooDeep();
  if (isTemplate(node)) {
    const where = path === "" ? "" : `${path}, `;
    const read = readTemplate(node, where);
    leaves.push({ read, names: collectRuntimeNames(read), where });
  } else if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) readLeaves(item, `${path}[${index}]`, depth + 1, leaves);
  } else if (isObject(node)) {
    for (const [key, value] of Object.entries(node))
      readLeaves(value, joinPath(path, key), depth + 1, leaves);
  }
}

/** A template that assigns to free names gets them for itself. */
function writeLeaf({ read, names }: Leaf, writer: CodeWriter): string {
  const value = writer.writeTemplate(read);
  const own = new Set([...names.all].filter((name) => names.assigned.has(name)));
  return own.size === 0 ? value : `(() => { ${writer.writeReturn(own, value)} })()`;
}

/** @param values Expressions for the templates. */
function writeNode(node: unknown, values: Iterator<string>): string {
  if (isTemplate(node)) return values.next().value as string;
  if (Array.isArray(node)) return `[${node.map((item) => writeNode(item, values)).join(", ")}]`;
  if (!isObject(node)) return JSON.stringify(node);
  const members = Object.entries(node).map(([key, value]) => `${writeKey(key)}: ${writeNode(value, values)}`);
  return `{${members.join(", ")}}`;
}

/** A plain key of that name would set the prototype. */
function writeKey(key: string): string {
  return key === "__proto__" ? '["__proto__"]' : JSON.stringify(key);
}

function isTemplate(node: unknown): node is string {
  return typeof node === "string" && node.includes("{{");
}

function isObject(node: unknown): node is Record<string, unknown> {
  return typeof node === "object" && node !== null;
}

function joinPath(path: string, key: string): string {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function tooDeep(): ExpressionError {
  return unsupported(`The tree is deeper than ${MAX_TREE_DEPTH} levels: split it`);
}

function unsupported(message: string): ExpressionError {
  return new ExpressionError("EXPRESSION_UNSUPPORTED", message);
}
