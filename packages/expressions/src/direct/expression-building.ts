import type {
  ArrayExpression,
  ArrowFunctionExpression,
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  Expression,
  Identifier,
  Literal,
  LogicalExpression,
  ObjectExpression,
  Property,
  TemplateLiteral,
  UnaryExpression,
} from "acorn";
import type { ChunkAnalysis } from "../compiler/chunk-analysis.ts";
import type { Chunk } from "../compiler/chunk-rewriting.ts";
import type { Callback } from "./array-callbacks.ts";
import { ChainBuilding, type ChainSurroundings } from "./chain-building.ts";
import { noteEach, noteFields, putElement, putField, spreadElements, spreadFields } from "./containers.ts";
import type { NameSlots } from "./name-slots.ts";
import { NotDirect } from "./not-direct.ts";
import { findBinary, findUnary } from "./operators.ts";
import { type Evaluate, type NoteHost, type Part, noteElements, noteNothing, noteValue } from "./part.ts";
import type { Run } from "./run.ts";
import { writeText } from "./texts.ts";

/** Nodes of a program: what is not inside of a callback is evaluated at most once, and takes no steps. */
const MAX_NODES = 20_000;
/** Nodes within each other: each takes some of the stack. */
const MAX_DEPTH = 200;
/** Nodes that a call counts for. */
const CALL_NODES = 4;

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["Infinity", Infinity],
  ["NaN", NaN],
  ["undefined", undefined],
]);

/**
 * Builds closures for the code of chunks. They are made of what is written here alone: nothing of the code becomes code
 * of the host.
 */
export class ExpressionBuilding implements ChainSurroundings {
  readonly added: ReadonlySet<string>;
  readonly #slots: NameSlots;
  #analysis: ChunkAnalysis | undefined;
  #count = 0;
  #depth = 0;

  constructor(slots: NameSlots) {
    this.added = slots.added;
    this.#slots = slots;
  }

  /** @throws NotDirect for code that only a guest can evaluate. */
  buildChunk({ analysis, expression }: Chunk): Part {
    this.#analysis = analysis;
    return this.build(expression);
  }

  isFree(name: Identifier): boolean {
    return this.#analysis?.free.has(name) ?? false;
  }

  isCondition(call: CallExpression): boolean {
    return this.#analysis?.conditions.has(call) ?? false;
  }

  build(node: Expression): Part {
    this.#count += node.type === "CallExpression" ? CALL_NODES : 1;
    if (this.#count > MAX_NODES || ++this.#depth > MAX_DEPTH) throw new NotDirect();
    const part = this.#build(node);
    this.#depth--;
    return part;
  }

  buildCallback(arrow: ArrowFunctionExpression): Callback {
    const { body, params } = arrow;
    if (arrow.async || body.type === "BlockStatement") throw new NotDirect();
    const names = params.map((parameter) => {
      if (parameter.type !== "Identifier") throw new NotDirect();
      return parameter.name;
    });
    const before = this.#count;
    return this.#slots.within(names, (parameters) => ({
      parameters,
      body: this.build(body),
      steps: this.#count - before,
    }));
  }

  #build(node: Expression): Part {
    switch (node.type) {
      case "Literal":
        return buildLiteral(node);
      case "Identifier":
        return this.#buildIdentifier(node);
      case "ParenthesizedExpression":
        return this.build(node.expression);
      case "TemplateLiteral":
        return this.#buildTemplateLiteral(node);
      case "UnaryExpression":
        return this.#buildUnary(node);
      case "BinaryExpression":
        return this.#buildBinary(node);
      case "LogicalExpression":
        return this.#buildLogical(node);
      case "ConditionalExpression":
        return this.#buildConditional(node);
      case "ArrayExpression":
        return this.#buildArray(node);
      case "ObjectExpression":
        return this.#buildObject(node);
      case "CallExpression":
        if (this.isCondition(node)) return this.#buildIf(node.arguments as Expression[]);
        return new ChainBuilding(this, false).build(node);
      case "MemberExpression":
        return new ChainBuilding(this, false).build(node);
      case "ChainExpression":
        return new ChainBuilding(this, true).build(node.expression);
      default:
        throw new NotDirect();
    }
  }

  #buildIdentifier(node: Identifier): Part {
    const { name } = node;
    const isFree = this.isFree(node);
    if (isFree && CONSTANTS.has(name)) return constant(CONSTANTS.get(name));
    const slot = isFree ? this.#slots.ofData(name) : this.#slots.ofParameter(name);
    return { noteHost: noteValue, evaluate: (run) => run.locals[slot] };
  }

  #buildTemplateLiteral({ expressions, quasis }: TemplateLiteral): Part {
    const texts = quasis.map(({ value }) => value.cooked ?? "");
    const evaluates = expressions.map((expression) => this.build(expression).evaluate);
    return primitive((run) => {
      let text: string | undefined = texts[0] ?? "";
      for (let index = 0; index < evaluates.length; index++) {
        const part = writeText(run, evaluates[index]?.(run));
        text = run.limitText(`${text}${part}${texts[index + 1]}`);
      }
      return text;
    });
  }

  #buildUnary({ operator, argument }: UnaryExpression): Part {
    const apply = findUnary(operator);
    if (!apply) throw new NotDirect();
    const { evaluate } = this.build(argument);
    return primitive((run) => apply(run, evaluate(run)));
  }

  #buildBinary({ operator, left, right }: BinaryExpression): Part {
    const apply = findBinary(operator);
    if (!apply || left.type === "PrivateIdentifier") throw new NotDirect();
    const { evaluate: evaluateLeft } = this.build(left);
    const { evaluate: evaluateRight } = this.build(right);
    return primitive((run) => apply(run, evaluateLeft(run), evaluateRight(run)));
  }

  #buildLogical({ operator, left, right }: LogicalExpression): Part {
    const one = this.build(left);
    const other = this.build(right);
    return { noteHost: noteEither(one, other), evaluate: decide(operator, one.evaluate, other.evaluate) };
  }

  #buildConditional({ test, consequent, alternate }: ConditionalExpression): Part {
    return choose(this.build(test), this.build(consequent), this.build(alternate));
  }

  /** `$if(condition, whenTrue, whenFalse)` */
  #buildIf([condition, whenTrue, whenFalse]: readonly Expression[]): Part {
    if (!condition || !whenTrue) throw new NotDirect();
    const otherwise = whenFalse ? this.build(whenFalse) : constant(false);
    return choose(this.build(condition), this.build(whenTrue), otherwise);
  }

  #buildArray({ elements }: ArrayExpression): Part {
    const puts: ((run: Run, array: unknown[]) => void)[] = [];
    const parts: Part[] = [];
    for (const element of elements) {
      if (!element) throw new NotDirect();
      const isSpread = element.type === "SpreadElement";
      const part = this.build(isSpread ? element.argument : element);
      puts.push(isSpread ? spreadElements(part.evaluate) : putElement(part.evaluate));
      parts.push(part);
    }
    const hasSpread = elements.some((element) => element?.type === "SpreadElement");
    return {
      noteHost: hasSpread ? noteElements(noteValue) : noteEach(parts.map((part, index) => [index, part])),
      evaluate(run) {
        const array: unknown[] = [];
        for (const put of puts) put(run, array);
        return array;
      },
    };
  }

  #buildObject({ properties }: ObjectExpression): Part {
    const puts = properties.map((property) => {
      if (property.type === "SpreadElement") return spreadFields(this.build(property.argument).evaluate);
      if (property.kind !== "init" || property.method) throw new NotDirect();
      return putField(this.#buildKey(property), this.build(property.value).evaluate);
    });
    return {
      noteHost: noteFields,
      evaluate(run) {
        const fields: Record<string, unknown> = {};
        for (const put of puts) put(run, fields);
        return fields;
      },
    };
  }

  #buildKey({ computed, key }: Property): Evaluate {
    if (computed) return this.build(key).evaluate;
    if (key.type === "Identifier") return constant(key.name).evaluate;
    return buildLiteral(key as Literal).evaluate;
  }
}

function constant(value: unknown): Part {
  return primitive(() => value);
}

function primitive(evaluate: Evaluate): Part {
  return { evaluate, noteHost: noteNothing };
}

function buildLiteral({ value, bigint, regex }: Literal): Part {
  if (typeof bigint === "string" || regex) throw new NotDirect();
  return constant(value);
}

function choose(test: Part, consequent: Part, alternate: Part): Part {
  return {
    noteHost: noteEither(consequent, alternate),
    evaluate: (run) => (test.evaluate(run) ? consequent : alternate).evaluate(run),
  };
}

function decide(operator: LogicalExpression["operator"], left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case "&&":
      return (run) => left(run) && right(run);
    case "||":
      return (run) => left(run) || right(run);
    default:
      return (run) => left(run) ?? right(run);
  }
}

/** A value that comes from either of two parts. */
function noteEither(one: Part, other: Part): NoteHost {
  return one.noteHost === noteNothing && other.noteHost === noteNothing ? noteNothing : noteValue;
}
