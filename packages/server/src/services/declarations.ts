import { writeComment, writeType } from "../typescript/json-schema-type.ts";
import type { DeclaredService } from "./declared.ts";

/** A namespace of services, or a service. */
type Tree = Map<string, Tree | DeclaredService>;

/** The members of the interface that `ctx.services` is in TypeScript. What a schema leaves open is `unknown`. */
export function writeServiceMembers(services: readonly DeclaredService[]): string {
  const root: Tree = new Map();
  for (const service of services) {
    const words = service.path.split(".");
    const last = words.pop() ?? "";
    let place = root;
    for (const word of words) {
      const next = (place.get(word) as Tree | undefined) ?? new Map<string, Tree | DeclaredService>();
      place.set(word, next);
      place = next;
    }
    place.set(last, service);
  }
  return writeMembers(root);
}

function writeMembers(tree: Tree): string {
  const members = [...tree].map(([word, member]) =>
    member instanceof Map
      ? `readonly ${word}: {\n${writeMembers(member)}\n};`
      : `${writeComment(...describe(member))}${word}${writeSignature(member)};`,
  );
  return members.join("\n");
}

function describe({ summary, permission, deprecated }: DeclaredService): string[] {
  return [
    ...(summary === undefined ? [] : [summary]),
    ...(permission === undefined ? [] : [`Needs the permission \`${permission}\`.`]),
    ...(deprecated === undefined ? [] : [`@deprecated ${deprecated}`]),
  ].flatMap((paragraph) => paragraph.split("\n"));
}

/** What may be left out of the call is what may be left out of the input. */
function writeSignature({ input, output, takesNothing }: DeclaredService): string {
  const type = writeType(input, "input");
  return `(input${takesNothing ? "?" : ""}: ${type}): Promise<${writeType(output, "input")}>`;
}
