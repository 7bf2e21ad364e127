import type { Additions } from "../additions/additions.ts";
import { type ListedFunction, listExtensions } from "../additions/listing.ts";
import type { ReceiverType } from "../extensions/guest/index.ts";
import { documentFunction, writeSignature } from "./documentation.ts";
import { RUNTIME_NAMES, WORKFLOW_NAMES } from "./names.ts";
import { nativeMembersOf } from "./native-members.ts";

export interface ExpressionTypesOptions extends Additions {
  /** Names in the data of the host, declared as `any`. Default: those of workflow data. */
  readonly dataNames?: readonly string[];
}

/** The interfaces of TypeScript's own library that functions on a type go to. */
const INTERFACES: Readonly<Record<ReceiverType, readonly string[]>> = {
  string: ["String"],
  number: ["Number"],
  boolean: ["Boolean"],
  array: ["Array<T>", "ReadonlyArray<T>"],
  date: ["Date", "DateTime"],
  object: ["Object"],
  any: ["Object"],
};

/** Properties of the language that an extension function has the name of: TypeScript knows one of them. */
const TAKEN: ReadonlySet<string> = new Set(["String.length"]);

const LUXON = ["DateTime", "Duration", "Interval"];

/**
 * TypeScript declarations of what expressions know, as the text of one `.d.ts` file for an editor such as Monaco: names
 * of the runtime and of the data, extension functions as methods, and the additions of the host. It leans on the
 * library of ES2024.
 */
export function expressionTypes(options: ExpressionTypesOptions = {}): string {
  const { libraries = [], dataNames = WORKFLOW_NAMES.map(({ name }) => name) } = options;
  const listed = listExtensions(options);
  const standalone = listed.filter(({ on }) => on === undefined);
  return [
    "type DurationLike = object;",
    ...LUXON.flatMap((name) => [writeInstance(name), writeClass(name)]),
    ...RUNTIME_NAMES.map(({ name, type, description }) => writeName(name, writeTypeName(type), description)),
    ...dataNames.map((name) =>
      writeName(name, "any", WORKFLOW_NAMES.find((each) => each.name === name)?.description),
    ),
    ...standalone.flatMap(writeFunction),
    ...writeExtensions(listed),
    ...libraries.flatMap(({ description, types }) => [writeComment(description), types]),
    "",
  ].join("\n");
}

function writeExtensions(listed: readonly ListedFunction[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const each of listed) {
    for (const name of each.on === undefined ? [] : INTERFACES[each.on]) {
      const members = groups.get(name) ?? [];
      groups.set(name, members);
      for (const called of [each.name, ...(each.aliases ?? [])]) {
        if (!TAKEN.has(`${name}.${called}`)) members.push(writeMethod({ ...each, name: called }));
      }
    }
  }
  return [...groups].map(([name, members]) => `interface ${name} {\n${members.join("\n")}\n}`);
}

function writeMethod(listed: ListedFunction): string {
  return `${writeComment(documentFunction(listed))}\n${writeSignature(listed)};`;
}

function writeFunction(listed: ListedFunction): readonly string[] {
  return [listed.name, ...(listed.aliases ?? [])].map(
    (name) =>
      `${writeComment(documentFunction(listed))}\ndeclare function ${writeSignature({ ...listed, name })};`,
  );
}

function writeName(name: string, type: string, description: string | undefined): string {
  return `${description === undefined ? "" : `${writeComment(description)}\n`}declare const ${name}: ${type};`;
}

/** Values of a class of Luxon: its methods take anything. */
function writeInstance(name: string): string {
  return writeInterface(name, name);
}

/** The class itself. */
function writeClass(name: string): string {
  return writeInterface(`${name}Constructor`, `${name}Constructor`);
}

function writeInterface(name: string, typeName: string): string {
  const members = [...nativeMembersOf(typeName)].map(([member, { isMethod, type }]) =>
    isMethod ? `${member}(...args: any[]): ${type};` : `readonly ${member}: ${type};`,
  );
  return `interface ${name} {\n${members.join("\n")}\n}`;
}

function writeTypeName(type: string): string {
  return type === "function" ? "(...args: any[]) => any" : type;
}

function writeComment(markdown: string): string {
  const lines = markdown.replaceAll("*/", "*\\/").split("\n");
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}
