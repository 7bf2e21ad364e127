import type { Insertion } from "./handler-type.ts";

/** Finds what was put into a file. */
export type FindInsertion = (fileName: string) => Insertion | undefined;

/** Methods whose second argument, and with it others that are numbers, are not positions. */
const WITHOUT_POSITIONS = new Set(["getCompilerOptionsDiagnostics", "getEmitOutput"]);

/**
 * TypeScript's language service over files with insertions, for callers that know nothing of those: positions are moved
 * on the way in, and spans on the way out.
 */
export function createShiftedService<Service extends object>(service: Service, find: FindInsertion): Service {
  return new Proxy(service, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function" || typeof name !== "string") return member;
      return (fileName: string, ...rest: unknown[]): unknown => {
        const insertion = find(fileName);
        const moved = WITHOUT_POSITIONS.has(name)
          ? rest
          : rest.map((argument) => moveIn(argument, insertion));
        return moveOut(Reflect.apply(member, target, [fileName, ...moved]), fileName, find);
      };
    },
  });
}

/** A position, or a span by which a part of a file is asked for. */
function moveIn(argument: unknown, insertion: Insertion | undefined): unknown {
  if (insertion === undefined) return argument;
  if (typeof argument === "number") return enter(argument, insertion);
  if (!isSpan(argument)) return argument;
  const start = enter(argument.start, insertion);
  return { ...argument, start, length: enter(argument.start + argument.length, insertion) - start };
}

/** What the service gives is plain data but for the files of diagnostics, which have a `fileName` themselves. */
function moveOut(value: unknown, fileName: string, find: FindInsertion): unknown {
  if (Array.isArray(value)) return value.map((item) => moveOut(item, fileName, find));
  if (typeof value !== "object" || value === null) return value;
  const ownFile = nameFile(value) ?? fileName;
  const moved = Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === "file" ? item : moveOut(item, ownFile, find),
    ]),
  );
  const insertion = find(ownFile);
  if (insertion === undefined) return moved;
  if (isSpan(value)) {
    const start = leave(value.start, insertion);
    return { ...moved, start, length: leave(value.start + value.length, insertion) - start };
  }
  return "position" in value && typeof value.position === "number"
    ? { ...moved, position: leave(value.position, insertion) }
    : moved;
}

function nameFile(value: object): string | undefined {
  if ("fileName" in value && typeof value.fileName === "string") return value.fileName;
  if (!("file" in value) || typeof value.file !== "object" || value.file === null) return undefined;
  return nameFile(value.file);
}

function isSpan(value: unknown): value is { readonly start: number; readonly length: number } {
  if (typeof value !== "object" || value === null || !("start" in value) || !("length" in value))
    return false;
  return typeof value.start === "number" && typeof value.length === "number";
}

function enter(position: number, { at, text }: Insertion): number {
  return position < at ? position : position + text.length;
}

function leave(position: number, { at, text }: Insertion): number {
  return position < at ? position : Math.max(at, position - text.length);
}
