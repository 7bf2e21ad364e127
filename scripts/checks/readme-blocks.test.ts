import { expect, test } from "vitest";
import { formatFinding } from "./finding.ts";
import { readBlocks } from "./readme-blocks-reader.ts";
import { checkReadmeBlocks } from "./readme-blocks.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

const PLATFORM_MS = 180_000;

/** A block whose fences do not end the template around it. */
const block = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;

async function check(...blocks: readonly string[]): Promise<string[]> {
  await using repository = await createTemporaryRepository({
    "README.md": `# Title\n\n${blocks.join("\n")}`,
  });
  return (await checkReadmeBlocks(repository.root)).map(formatFinding);
}

test("reads fences with their marks, options and lines, in lists and generated parts too", () => {
  const blocks = readBlocks(
    `text\n${block("ts run file=a.ts", "let a;")}\n- item\n\n  \`\`\`\`\n  \`\`\`\n    b\n  \`\`\`\`\n<!-- generated: x -->\n${block("js", "c")}`,
  );
  expect(blocks).toEqual([
    {
      language: "ts",
      marks: new Set(["run"]),
      options: new Map([["file", "a.ts"]]),
      text: "let a;\n",
      line: 2,
      isGenerated: false,
    },
    expect.objectContaining({ language: "", line: 8, text: "```\n  b\n", isGenerated: false }),
    expect.objectContaining({ language: "js", line: 13, text: "c\n", isGenerated: true }),
  ]);
});

test("passes blocks that do what they say", async () => {
  const findings = await check(
    block("ts file=double.ts", "export const double = (n: number) => 2 * n;"),
    block("ts run", 'import { double } from "./double.ts";\nconst n: number = double(21);\nconsole.log(n);'),
    block("text output", "42"),
    block("sh run", `test -f double.ts && echo '{"at": "12:30", "more": [1]}'`),
    block("text output", '{"at": "…", "…'),
    block("json output", '{ "at": "…:30" }'),
    block("ts", "const n: number = 1;\nconsole.log(n);"),
    block("ts sketch", "skerry.call(…)"),
    block("sh", "skerry doctor --json | jq . # skerry nothing\nnpm run check -- --only=types"),
    block(
      "json body=scripts.create",
      '{ "name": "a", "type": "oneoff", "source": "export default () => 1" }',
    ),
    block("json settings=event", '{ "events": ["order.*"] }'),
    block("json plans", '{ "free": { "retentionDays": 7 } }'),
    block("sql", "select 1"),
    block("yaml", "a: [1, 2]"),
    block("text", "what you like"),
  );
  expect(findings).toEqual([]);
});

test("is red on every block that is not what it says, or that nothing checks", async () => {
  const findings = await check(
    block("sh run", "echo out; echo broken >&2; false; true"),
    block("text output", "something else"),
    block("ts run", 'throw new Error("no");'),
    block("ts", 'const n: number = "text";'),
    block("js", "anything"),
    block("", "anything"),
    block("json", "{ a: 1 }"),
    block("json body=scripts.create", '{ "name": "a", "type": "none", "source": "" }'),
    block("json body=scripts.guess", "{}"),
    block("json settings=http", '{ "cron": "* * * * *" }'),
    block("json plans", '{ "free": { "quotas": { "coffees": 1 } } }'),
    block("sh run", `echo '{"a": [1, 2]}'`),
    block("json output", '{ "a": [1] }'),
    block("sh", "if true"),
    block("sh", "skerry brew"),
    block("sh", "npm run brew"),
    block("sql", "selec 1"),
    block("yaml", "a: ["),
  );
  expect(findings).toEqual([
    "README.md:3: ends with exit code 1: broken",
    "README.md:7: the block before it writes instead: out",
    expect.stringMatching(/^README\.md:11: ends with exit code 1: [^]*Error: no/),
    expect.stringMatching(/^README\.md:16: TS2322: Type 'string' is not assignable to type 'number'/),
    expect.stringMatching(/^README\.md:19: nothing checks a block "js"/),
    expect.stringMatching(/^README\.md:23: nothing checks a block ""/),
    "README.md:27: is no JSON",
    expect.stringMatching(/^README\.md:31: body\/type must be equal to one of the allowed values/),
    "README.md:35: there is no operation scripts.guess",
    expect.stringMatching(/^README\.md:39: .*Unrecognized key: "cron"/),
    expect.stringMatching(/^README\.md:43: .*"coffees"/),
    'README.md:51: the block before it writes instead: {"a": [1, 2]}',
    expect.stringMatching(/^README\.md:55: .*syntax error/),
    "README.md:59: there is no command skerry brew",
    "README.md:63: there is no npm run brew",
    expect.stringMatching(/^README\.md:67: .*syntax error at or near "selec"/),
    expect.stringMatching(/^README\.md:71: Flow sequence/),
  ]);
});

test(
  "runs scripts and requests at a platform, and is red where they fail",
  { timeout: PLATFORM_MS },
  async () => {
    const findings = await check(
      block("json settings=http", '{ "path": "/twice/:n" }'),
      block(
        "ts script type=http name=twice",
        "export default (_: Request, ctx: Skerry.Context<'http'>) => Response.json({ twice: 2 * Number(ctx.trigger.params.n) });",
      ),
      block("sh platform", "curl -sS http://127.0.0.1:3000/run/demo/twice/21"),
      block("json output", '{ "twice": 42 }'),
      block("sh platform fails", "curl -sS http://127.0.0.1:3000/run/demo/thrice"),
      block("json output", '{ "code": "…" }'),
      block("sh platform", "curl -sS http://127.0.0.1:3000/run/demo/thrice"),
      block("sh platform fails", "true"),
      block("js script", "export default (n) => n.length;"),
      block("json input", '"four"'),
      block("json output", "5"),
      block("json input", "null"),
      block("js script name=twice", "export default () => 1;"),
      block("js script", "export default (_, ctx) =>\n  ctx.cache.guess();"),
    );
    expect(findings).toEqual([
      expect.stringMatching(/^README\.md:27: ends with exit code 22: .*404/),
      "README.md:31: does not fail",
      "README.md:43: the block before it writes instead: 4",
      expect.stringMatching(/^README\.md:47: ends as failed: .*SCRIPT_ERROR/),
      expect.stringMatching(/^README\.md:51: is answered 409: .*SCRIPT_NAME_TAKEN/),
      expect.stringMatching(/^README\.md:57: TS2339: Property 'guess' does not exist/),
    ]);
  },
);
