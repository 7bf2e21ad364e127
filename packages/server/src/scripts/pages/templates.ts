import type { ScriptLanguage, ScriptType } from "../../db/schema.ts";
import type { ScriptSettings } from "../settings.ts";

/** What a new script of a type begins with. */
export interface Template {
  readonly source: string;
  readonly settings: ScriptSettings;
}

/** A program whose function is typed in the manner of its language. */
interface Outline {
  /** What the function does, one sentence. */
  readonly does: string;
  readonly parameters: readonly Parameter[];
  readonly isAsync?: boolean;
  /** Lines of the function. */
  readonly body: readonly string[];
  readonly settings?: ScriptSettings;
}

interface Parameter {
  readonly name: string;
  readonly type: string;
}

const CONTEXT: Parameter = { name: "ctx", type: "Skerry.Context" };
const INPUT: Parameter = { name: "input", type: "any" };

const OUTLINES: Readonly<Record<Exclude<ScriptType, "library">, Outline>> = {
  scheduled: {
    does: "Runs at the times that the cron pattern names.",
    parameters: [INPUT, CONTEXT],
    isAsync: true,
    body: [
      'const runs = await ctx.cache.increment("runs");',
      'ctx.log.info("it is time", { runs });',
      "return { runs };",
    ],
    settings: { cron: "0 9 * * 1-5", timezone: "UTC" },
  },
  http: {
    does: "Answers a request.",
    parameters: [{ name: "request", type: "Request" }, CONTEXT],
    isAsync: true,
    body: [
      'const name = new URL(request.url).searchParams.get("name") ?? "world";',
      'ctx.log.info("somebody asked", { name });',
      "return Response.json({ hello: name });",
    ],
    settings: { methods: ["GET"] },
  },
  event: {
    does: "Handles an event: its payload is the input's `payload`.",
    parameters: [{ name: "event", type: "any" }, CONTEXT],
    isAsync: true,
    body: ['ctx.log.info("an event came", { event });', "return { handled: true };"],
    settings: { events: ["order.created"] },
  },
  oneoff: {
    does: "Runs when somebody asks for it.",
    parameters: [INPUT, CONTEXT],
    isAsync: true,
    body: ['ctx.log.info("running", { input });', "return { given: input };"],
  },
  embedded: {
    does: "Is called by the product, which waits for what it returns.",
    parameters: [INPUT, CONTEXT],
    body: ['ctx.log.debug("called", { input });', "return { total: input.price * input.quantity };"],
    settings: {
      inputSchema: {
        type: "object",
        required: ["price", "quantity"],
        properties: { price: { type: "number" }, quantity: { type: "integer" } },
      },
    },
  },
};

const LIBRARY: Readonly<Record<ScriptLanguage, string>> = {
  js: `/**
 * What something costs with tax.
 *
 * @param {number} price
 * @param {number} rate
 */
export function withTax(price, rate = 0.2) {
  return price * (1 + rate);
}
`,
  ts: `/** What something costs with tax. */
export function withTax(price: number, rate = 0.2): number {
  return price * (1 + rate);
}
`,
};

/** The template of a type, in which the editor knows the types of all parameters. */
export function templateOf(type: ScriptType, language: ScriptLanguage): Template {
  if (type === "library") return { source: LIBRARY[language], settings: {} };
  const outline = OUTLINES[type];
  return {
    source: language === "js" ? writeJavaScript(outline) : writeTypeScript(outline),
    settings: outline.settings ?? {},
  };
}

/** JavaScript is typed by comments that editors read (JSDoc). */
function writeJavaScript({ does, parameters, isAsync = false, body }: Outline): string {
  const types = parameters.map(({ name, type }) => ` * @param {${type}} ${name}`);
  const comment = ["/**", ` * ${does}`, " *", ...types, " */"];
  return writeFunction(
    comment,
    isAsync,
    parameters.map(({ name }) => name),
    body,
  );
}

function writeTypeScript({ does, parameters, isAsync = false, body }: Outline): string {
  const typed = parameters.map(({ name, type }) => `${name}: ${type}`);
  return writeFunction([`/** ${does} */`], isAsync, typed, body);
}

function writeFunction(
  comment: readonly string[],
  isAsync: boolean,
  parameters: readonly string[],
  body: readonly string[],
): string {
  const head = `export default ${isAsync ? "async " : ""}function (${parameters.join(", ")}) {`;
  return [...comment, head, ...body.map((line) => `  ${line}`), "}", ""].join("\n");
}
