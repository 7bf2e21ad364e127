import { documentFunction, writeSignature } from "./documentation.ts";
import type { Language } from "./language.ts";
import { LANGUAGE_TYPES, type NameDocumentation, RUNTIME_NAMES, WORKFLOW_NAMES } from "./names.ts";
import { shapeOfSample } from "./sample-shape.ts";
import { type JsonSchema, shapeOfSchema } from "./schema-shape.ts";
import { ANY, type Member, type Shape, parseType, shapeOfMembers, shapeOfType } from "./shape.ts";

/** What the host knows of the data that a template will be evaluated with. */
export interface EditorContext {
  /** A sample of the data, as `evaluate` takes it. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** A JSON Schema of the data as a whole: an object with a property for each name. */
  readonly schema?: JsonSchema;
  /**
   * In a workflow: the nodes, by name, each with a sample of the JSON of its items, or undefined. It makes `$('Node')`,
   * `$input` and their like known.
   */
  readonly nodes?: Readonly<Record<string, unknown>>;
}

/** A name that is free in an expression. */
export interface GlobalName {
  readonly name: string;
  readonly kind: "variable" | "function";
  readonly shape: Shape;
  readonly detail: string;
  /** Markdown. */
  readonly documentation?: string | undefined;
  /** Whether the function takes arguments. */
  readonly hasParameters?: boolean;
}

/** Names that a misspelt one is compared with. */
const MAX_NAMES = 500;

/** The free names of a template. Data is looked at when it is asked for. */
export class Globals {
  readonly #language: Language;
  readonly #context: EditorContext;
  readonly #data: readonly Shape[];
  readonly #builtIn: ReadonlyMap<string, GlobalName>;
  readonly #workflow: ReadonlyMap<string, GlobalName>;

  constructor(language: Language, context: EditorContext) {
    const { data, schema, nodes } = context;
    this.#language = language;
    this.#context = context;
    this.#data = [
      ...(data === undefined ? [] : [shapeOfSample(data)]),
      ...(schema === undefined ? [] : [shapeOfSchema(schema)]),
    ];
    this.#builtIn = new Map([...this.#listBuiltIn()].map((each) => [each.name, each]));
    const workflow = nodes === undefined ? [] : WORKFLOW_NAMES.map((each) => this.#describeName(each));
    this.#workflow = new Map(workflow.map((each) => [each.name, each]));
  }

  /** Whether the names of the data are known at all. */
  get hasData(): boolean {
    return this.#data.length > 0;
  }

  /** The names of the nodes. */
  get nodeNames(): readonly string[] {
    return Object.keys(this.#context.nodes ?? {});
  }

  /** All names: data first, then what a workflow has, then the runtime's. */
  *list(): Iterable<GlobalName> {
    const seen = new Set<string>();
    for (const shape of this.#data) {
      for (const name of shape.names()) {
        const member = seen.has(name) || this.#builtIn.has(name) ? undefined : shape.member(name);
        if (!member) continue;
        seen.add(name);
        yield this.#describeData(member);
      }
    }
    for (const each of this.#workflow.values()) if (!seen.has(each.name)) yield each;
    yield* this.#builtIn.values();
  }

  /** Names that a misspelt one may mean. */
  *listNames(): Iterable<string> {
    let count = 0;
    for (const { name } of this.list()) {
      if (++count > MAX_NAMES) return;
      yield name;
    }
  }

  /** The runtime's names go before those of the data. */
  find(name: string): GlobalName | undefined {
    const builtIn = this.#builtIn.get(this.#language.standalone.get(name)?.name ?? name);
    if (builtIn) return builtIn;
    for (const shape of this.#data) {
      const member = shape.member(name);
      if (member) return this.#describeData(member);
    }
    return this.#workflow.get(name);
  }

  /** What `$("name")` gives, or `$node["name"]`. */
  shapeOfNode(name: string | undefined): Shape {
    const { nodes = {} } = this.#context;
    const sample = name !== undefined && Object.hasOwn(nodes, name) ? nodes[name] : undefined;
    return shapeOfItems("Node", sample === undefined ? ANY : shapeOfSample(sample));
  }

  *#listBuiltIn(): Iterable<GlobalName> {
    for (const each of RUNTIME_NAMES) yield this.#describeName(each);
    for (const [name, listed] of this.#language.standalone) {
      if (name !== listed.name) continue;
      yield {
        name,
        kind: "function",
        shape: shapeOfType("function"),
        detail: writeSignature(listed),
        documentation: documentFunction(listed),
        hasParameters: listed.parameters.length > 0,
      };
    }
    for (const { name, description } of this.#language.libraries) {
      yield { name, kind: "variable", shape: ANY, detail: "library", documentation: description };
    }
    for (const [name, type] of Object.entries(LANGUAGE_TYPES))
      yield this.#describeName({ name, type, description: "" });
  }

  #describeName({ name, type, description }: NameDocumentation): GlobalName {
    const shape = type === "Input" ? shapeOfItems("Input", this.#shapeOfJson()) : parseType(type);
    const isFunction = type === "function";
    return {
      name,
      kind: isFunction ? "function" : "variable",
      shape,
      detail: type,
      ...(description !== "" && { documentation: description }),
      ...(isFunction && { hasParameters: true }),
    };
  }

  #describeData({ name, shape, isMethod, description }: Member): GlobalName {
    const documented = WORKFLOW_NAMES.find((each) => each.name === name);
    return {
      name,
      kind: isMethod ? "function" : "variable",
      shape,
      detail: isMethod ? "function" : shape.detail,
      documentation: description ?? documented?.description,
      hasParameters: isMethod,
    };
  }

  #shapeOfJson(): Shape {
    for (const shape of this.#data) {
      const member = shape.member("$json");
      if (member) return member.shape;
    }
    return ANY;
  }
}

/** `$input` or a node: items in several ways. */
function shapeOfItems(typeName: "Input" | "Node", json: Shape): Shape {
  const property = (name: string, shape: Shape, description: string): Member => ({
    name,
    shape,
    isMethod: false,
    description,
  });
  const method = (name: string, shape: Shape, description: string): Member => ({
    ...property(name, shape, description),
    isMethod: true,
  });
  const item = shapeOfMembers("Item", [
    property("json", json, "The JSON of the item."),
    property("binary", shapeOfType("object"), "The files of the item, by name."),
  ]);
  const list: Shape = { ...shapeOfType("array", { detail: "array of Item", element: item }) };
  const isNode = typeName === "Node";
  const node = isNode ? "the node" : "the node that gave the items";
  const members = [
    method("first", item, "The first item."),
    method("last", item, "The last item."),
    method("all", list, "All items."),
    property("item", item, isNode ? "The item that the current one came from." : "The current item."),
    property("params", shapeOfType("object"), `The parameters of ${node}.`),
    property("context", shapeOfType("object"), `What ${node} remembers from run to run.`),
  ];
  if (isNode) {
    members.push(
      method("itemMatching", item, "The item that an item came from, by the number of that."),
      method("pairedItem", item, "The item that the current one came from."),
      property("isExecuted", shapeOfType("boolean"), "Whether the node has run."),
      property("json", json, "With `$node`: the JSON of the item."),
    );
  }
  return { ...shapeOfMembers(typeName, members), receiver: "any" };
}
