import { build } from "esbuild";
import { DEFAULT_LIMITS, type ExecutionLimits, type ExecutionRequest, type Program } from "../src/index.ts";

/** A program whose default export is `async (input, ctx) => { body }`, with `preamble` at its top level. */
export function programOf(body: string, preamble = ""): Program {
  const code = `${preamble}\nvar program = { default: async (input, ctx) => { ${body} } };`;
  return { id: code, code, fileName: "test.js" };
}

/** A program compiled from a TypeScript module as the platform does it, with its source map. */
export async function compileProgram(source: string, { minify = false } = {}): Promise<Program> {
  const { outputFiles } = await build({
    stdin: { contents: source, sourcefile: "pricing.ts", loader: "ts" },
    format: "iife",
    globalName: "program",
    bundle: true,
    write: false,
    minify,
    outfile: "/pricing.js",
    sourcemap: "external",
  });
  const [sourceMap, code] = outputFiles.map(({ text }) => text);
  return { id: `${code}`, code: `${code}`, fileName: "pricing.ts", sourceMap };
}

/** What a test may say of a request; the rest is a plain `call` of tenant `acme` with small limits. */
export type RequestOptions = Partial<Omit<ExecutionRequest, "program" | "limits" | "input">> & {
  readonly input?: unknown;
  readonly body?: Uint8Array;
  readonly limits?: Partial<ExecutionLimits>;
};

/** A request to run a program. */
export function requestOf(
  program: Program,
  { input = null, body, limits, ...rest }: RequestOptions = {},
): ExecutionRequest {
  return {
    executionId: "execution-1",
    tenant: "acme",
    program,
    entry: "call",
    input: { json: JSON.stringify(input), body },
    context: {},
    reuseContext: false,
    limits: { ...DEFAULT_LIMITS, wallMs: 10_000, ...limits },
    ...rest,
  };
}
