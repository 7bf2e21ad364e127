import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { CONTEXT_FIELDS } from "../../packages/server/src/capabilities/context-fields.ts";
import { joinSignature } from "../../packages/server/src/capabilities/namespace.ts";
import type {
  MemberDefinition,
  NamespaceDefinition,
} from "../../packages/server/src/capabilities/namespace.ts";
import { CAPABILITY_NAMESPACES } from "../../packages/server/src/capabilities/reference.ts";
import type { Finding } from "./finding.ts";

/** The page about what scripts can call. */
export const CAPABILITY_DOCS_FILE = "docs/capabilities.md";

const INTRODUCTION = `# Capabilities

This page is generated from the table of capabilities in the code.

<!-- generated: capabilities -->

A script gets \`ctx\` as its second argument: data about this execution, and functions that reach what the tenant was given and nothing else. \`GET /api/v1/declarations\` gives the same as TypeScript declarations, for editors and compilers; they name the type of \`ctx\` \`Skerry.Context\`, and the types of default exports \`Skerry.Handler\` and \`Skerry.HttpHandler\`.

Whatever fails rejects with an error that has a \`code\` and a \`message\`. Besides the codes that each function names, every function that asks the host can reject with \`CAPABILITY_INPUT_INVALID\` and \`CAPABILITY_INPUT_LIMIT\` for its arguments, \`CAPABILITY_CALL_LIMIT\` beyond \`ctx.limits.capabilityCalls\`, \`CAPABILITY_DENIED\` where the tenant's plan does not give it, and \`CAPABILITY_FAILED\` when the host failed. [errors.md](errors.md) lists all codes.`;

const END = "<!-- end: capabilities -->";

/** Tells whether `docs/capabilities.md` says what the table of capabilities says. */
export async function checkCapabilityDocs(root: string): Promise<Finding[]> {
  const found = await readFile(join(root, CAPABILITY_DOCS_FILE), "utf8").catch(() => "");
  if (found === (await render(root))) return [];
  const message = 'differs from the table; run "npm run check -- --only=capability-docs --write"';
  return [{ file: CAPABILITY_DOCS_FILE, message }];
}

/** Writes `docs/capabilities.md` anew. */
export async function writeCapabilityDocs(root: string): Promise<void> {
  await writeFile(join(root, CAPABILITY_DOCS_FILE), await render(root));
}

async function render(root: string): Promise<string> {
  const parts = [INTRODUCTION, writeFields(), ...CAPABILITY_NAMESPACES.map(writeNamespace), END];
  const text = parts.join("\n\n");
  const options = await resolveConfig(join(root, basename(CAPABILITY_DOCS_FILE)));
  return format(text, { ...options, parser: "markdown" });
}

function writeFields(): string {
  const rows = CONTEXT_FIELDS.map(({ name, summary }) => `| \`ctx.${name}\` | ${writeCell(summary)} |`);
  return ["## Data", writeTable(["name", "what it is"], rows)].join("\n\n");
}

function writeNamespace({ name, summary, members, limits, errors }: NamespaceDefinition): string {
  const paragraphs = [`## \`ctx.${name}\``, summary];
  for (const [member, definition] of Object.entries(members)) {
    paragraphs.push(...writeMember(`ctx.${name}${member === "" ? "" : `.${member}`}`, definition));
  }
  if (limits.length > 0) {
    const rows = limits.map((limit) => `| ${limit.name} | ${writeCell(limit.value)} |`);
    paragraphs.push(writeTable(["limit", "value"], rows));
  }
  const codes = Object.entries(errors).map(([code, { help }]) => `| \`${code}\` | ${writeCell(help)} |`);
  if (codes.length > 0) paragraphs.push(writeTable(["code", "meaning"], codes));
  return paragraphs.join("\n\n");
}

function writeMember(path: string, member: MemberDefinition): string[] {
  const { summary, errors, example } = member;
  const codes = errors.map((code) => `\`${code}\``).join(", ");
  return [
    `### \`${path}\``,
    `\`\`\`ts sketch\n${joinSignature(path, member)}\n\`\`\``,
    summary,
    ...(codes === "" ? [] : [`Codes: ${codes}.`]),
    `\`\`\`js\n${example}\n\`\`\``,
  ];
}

function writeTable(heads: readonly string[], rows: readonly string[]): string {
  return [`| ${heads.join(" | ")} |`, `| ${heads.map(() => "---").join(" | ")} |`, ...rows].join("\n");
}

function writeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
