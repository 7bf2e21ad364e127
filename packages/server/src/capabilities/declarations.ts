import { CONTEXT_FIELDS, CONTEXT_TYPES } from "./context-fields.ts";
import { joinSignature } from "./namespace.ts";
import type { MemberDefinition, NamespaceDefinition } from "./namespace.ts";
import { CAPABILITY_NAMESPACES } from "./reference.ts";
import { WEB_DECLARATIONS } from "./web-declarations.ts";

/** What a tenant's scripts have beside what all have. */
export interface DeclarationsOptions {
  /** Members of the interface that `ctx.services` is. Default none. */
  readonly services?: string | undefined;
  /** Declarations of modules that scripts may import. Default none. */
  readonly modules?: string | undefined;
}

const CONTEXT_SUMMARY =
  "What a script gets as its second argument. `Type` is what starts the script, where that is known.";

/**
 * TypeScript declarations of all that a script finds: `ctx` and the types of handlers in the namespace `Skerry`, and the
 * globals of the web platform. They are one file of declarations without imports, to be read beside TypeScript's own
 * library `es2024`, without those of browsers or Node.js.
 */
export function createDeclarations({ services = "", modules = "" }: DeclarationsOptions = {}): string {
  const parts = [
    writeContext(),
    CONTEXT_TYPES,
    ...CAPABILITY_NAMESPACES.flatMap(writeNamespace),
    `/** What the host product offers its tenants' scripts. */\ninterface Services {\n${indent(services)}\n}`,
  ];
  return [
    `declare namespace Skerry {\n${indent(parts.join("\n\n"))}\n}`,
    WEB_DECLARATIONS.trimEnd(),
    ...(modules === "" ? [] : [modules.trimEnd()]),
    "",
  ].join("\n\n");
}

function writeContext(): string {
  const members = [
    ...CONTEXT_FIELDS.map(
      ({ name, type, summary }) => `${writeComment([summary])}\nreadonly ${name}: ${type};`,
    ),
    ...CAPABILITY_NAMESPACES.map(writeContextMember),
    "/** What the host product offers. */\nreadonly services: Services;",
  ];
  return [
    writeComment([CONTEXT_SUMMARY]),
    "interface Context<Type extends TriggerType = TriggerType> {",
    indent(members.join("\n")),
    "}",
  ].join("\n");
}

/** A namespace that is nothing but a function or a value stands in `ctx` itself. */
function writeContextMember(namespace: NamespaceDefinition): string {
  const { name, summary } = namespace;
  const self = findSelf(namespace);
  if (self !== undefined) return writeMember(name, self);
  return `${writeComment([summary])}\nreadonly ${name}: ${nameInterface(name)};`;
}

function writeNamespace(namespace: NamespaceDefinition): string[] {
  const { name, summary, types, members } = namespace;
  const written = types === undefined ? [] : [types];
  if (findSelf(namespace) !== undefined) return written;
  const body = Object.entries(members).map(([member, definition]) => writeMember(member, definition));
  const comment = writeComment([`\`ctx.${name}\`: ${summary}`]);
  return [...written, `${comment}\ninterface ${nameInterface(name)} {\n${indent(body.join("\n"))}\n}`];
}

function findSelf({ members }: NamespaceDefinition): MemberDefinition | undefined {
  return members[""];
}

function writeMember(name: string, member: MemberDefinition): string {
  const { signature, summary, errors, example } = member;
  const modifier = /^[:{]/.test(signature) ? "readonly " : "";
  const comment = writeComment(describeMember(summary, errors, example));
  return `${comment}\n${modifier}${joinSignature(name, member)};`;
}

function describeMember(summary: string, errors: readonly string[], example: string): string[] {
  const codes = errors.map((code) => `\`${code}\``).join(", ");
  return [
    summary,
    ...(codes === "" ? [] : [`Rejects with the codes ${codes}.`]),
    `@example\n\`\`\`ts\n${example}\n\`\`\``,
  ];
}

function writeComment(paragraphs: readonly string[]): string {
  const text = paragraphs.join("\n\n").replaceAll("*/", "*\\/");
  if (!text.includes("\n")) return `/** ${text} */`;
  const lines = text.split("\n").map((line) => (line === "" ? " *" : ` * ${line}`));
  return ["/**", ...lines, " */"].join("\n");
}

/** `cache` is the interface `Cache`. */
function nameInterface(namespace: string): string {
  return namespace.charAt(0).toUpperCase() + namespace.slice(1);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
