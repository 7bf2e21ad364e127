import type {
  ArrowFunctionExpression,
  CallExpression,
  Expression,
  Identifier,
  MemberExpression,
} from "acorn";
import { extensionNames } from "../extensions/guest/index.ts";
import { CALLBACK_METHODS, CALLBACK_PARAMETERS, type Callback, createReduce } from "./array-callbacks.ts";
import { callExtension, isDirectExtension } from "./extension-calls.ts";
import { readComputed, readMember } from "./host-values.ts";
import { LANGUAGE_FUNCTIONS } from "./language-functions.ts";
import { callMethod, isDirectMethod } from "./method-calls.ts";
import { NotDirect } from "./not-direct.ts";
import { type Evaluate, type Link, type Part, noteValue } from "./part.ts";
import type { Run } from "./run.ts";
import { STANDALONE_CALLS } from "./standalone-functions.ts";

/** What building a chain takes from building expressions. */
export interface ChainSurroundings {
  /** Names that the host gave to the guest. */
  readonly added: ReadonlySet<string>;
  isFree(name: Identifier): boolean;
  /** Whether a call is of `$if`. */
  isCondition(call: CallExpression): boolean;
  build(node: Expression): Part;
  buildCallback(node: ArrowFunctionExpression): Callback;
}

/** Stands for what comes after a `?.` that found nothing. */
const SKIPPED = Symbol("skipped");

/** Builds members and calls that follow each other, e.g. `a?.b.first().c`. */
export class ChainBuilding {
  readonly #around: ChainSurroundings;
  /** Whether a `?.` may skip what is built. */
  readonly #isSkippable: boolean;

  constructor(around: ChainSurroundings, isSkippable: boolean) {
    this.#around = around;
    this.#isSkippable = isSkippable;
  }

  /** @throws NotDirect */
  build(node: MemberExpression | CallExpression): Part {
    const { evaluate, noteHost } = this.#buildLink(node);
    if (!this.#isSkippable) return { evaluate, noteHost };
    return {
      noteHost: noteValue,
      evaluate(run) {
        const value = evaluate(run);
        return value === SKIPPED ? undefined : value;
      },
    };
  }

  #buildLink(node: MemberExpression | CallExpression): Part {
    if (node.type === "MemberExpression") return this.#connect(node, this.#createRead(node));
    const { callee } = node;
    if (node.optional) throw new NotDirect();
    if (callee.type === "Identifier") return this.#buildFunctionCall(callee.name, callee, node);
    if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") {
      throw new NotDirect();
    }
    const { object, optional, property } = callee;
    const isLanguage =
      object.type === "Identifier" && LANGUAGE_FUNCTIONS.has(`${object.name}.${property.name}`);
    if (isLanguage && this.#around.isFree(object) && !optional) {
      return this.#buildFunctionCall(`${object.name}.${property.name}`, object, node);
    }
    return this.#connect(callee, this.#createMethodCall(property.name, node.arguments));
  }

  /** Puts a link behind what stands before it. */
  #connect({ object, optional }: MemberExpression, { apply, noteHost }: Link): Part {
    const { evaluate } = this.#buildObject(object);
    if (!this.#isSkippable) return { noteHost, evaluate: (run) => apply(run, evaluate(run)) };
    return {
      noteHost,
      evaluate(run) {
        const value = evaluate(run);
        const isSkipped = value === SKIPPED || (optional && (value === undefined || value === null));
        return isSkipped ? SKIPPED : apply(run, value);
      },
    };
  }

  #buildObject(object: MemberExpression["object"]): Part {
    if (object.type === "Super") throw new NotDirect();
    const isLink =
      object.type === "MemberExpression" ||
      (object.type === "CallExpression" && !this.#around.isCondition(object));
    return isLink && this.#isSkippable ? this.#buildLink(object) : this.#around.build(object);
  }

  #createRead({ computed, property }: MemberExpression): Link {
    if (property.type === "PrivateIdentifier") throw new NotDirect();
    if (computed) {
      const { evaluate } = this.#around.build(property);
      return { noteHost: noteValue, apply: (run, value) => readComputed(run, value, evaluate(run)) };
    }
    if (property.type !== "Identifier") throw new NotDirect();
    const { name } = property;
    return { noteHost: noteValue, apply: (run, value) => readMember(run, value, name) };
  }

  /** A function that is found by its name alone. @param root The identifier that must be free for it. */
  #buildFunctionCall(name: string, root: Identifier, { arguments: args }: CallExpression): Part {
    const call = LANGUAGE_FUNCTIONS.get(name) ?? STANDALONE_CALLS.get(name);
    if (!call || !this.#around.isFree(root)) throw new NotDirect();
    const evaluateArguments = this.#buildArguments(args);
    return { noteHost: noteValue, evaluate: (run) => call(run, evaluateArguments(run)) };
  }

  #createMethodCall(name: string, args: CallExpression["arguments"]): Link {
    if (this.#around.added.has(name)) throw new NotDirect();
    const [first, second] = args;
    if (first?.type === "ArrowFunctionExpression")
      return this.#createCallbackCall(name, first, second, args.length);
    if (extensionNames.has(name)) return this.#createExtensionCall(name, args);
    if (!isDirectMethod(name)) throw new NotDirect();
    const evaluateArguments = this.#buildArguments(args);
    return {
      noteHost: noteValue,
      apply(run, value) {
        // The guest does not come to the arguments.
        if (value === undefined || value === null) return run.fail();
        return callMethod(run, value, name, evaluateArguments(run));
      },
    };
  }

  #createExtensionCall(name: string, args: CallExpression["arguments"]): Link {
    if (!isDirectExtension(name)) throw new NotDirect();
    const evaluateArguments = this.#buildArguments(args);
    return {
      noteHost: noteValue,
      apply: (run, value) => callExtension(run, value, name, evaluateArguments(run)),
    };
  }

  #createCallbackCall(
    name: string,
    arrow: ArrowFunctionExpression,
    initial: CallExpression["arguments"][number] | undefined,
    count: number,
  ): Link {
    if (name === "reduce" && count === 2 && initial && initial.type !== "SpreadElement") {
      requireParameters(arrow, CALLBACK_PARAMETERS + 1);
      return createReduce(this.#around.buildCallback(arrow), this.#around.build(initial).evaluate);
    }
    const create = CALLBACK_METHODS.get(name);
    if (!create || count !== 1) throw new NotDirect();
    requireParameters(arrow, CALLBACK_PARAMETERS);
    return create(this.#around.buildCallback(arrow));
  }

  #buildArguments(args: CallExpression["arguments"]): (run: Run) => readonly unknown[] {
    const evaluates = args.map((arg): Evaluate => {
      if (arg.type === "SpreadElement") throw new NotDirect();
      return this.#around.build(arg).evaluate;
    });
    return (run) => evaluates.map((evaluate) => evaluate(run));
  }
}

function requireParameters({ params }: ArrowFunctionExpression, most: number): void {
  if (params.length > most) throw new NotDirect();
}
