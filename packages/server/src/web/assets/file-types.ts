import { extname } from "node:path";

interface FileType {
  readonly name: string;
  readonly isCompressed: boolean;
}

const TYPES: Readonly<Record<string, FileType>> = {
  ".js": { name: "text/javascript; charset=utf-8", isCompressed: true },
  ".css": { name: "text/css; charset=utf-8", isCompressed: true },
  ".ttf": { name: "font/ttf", isCompressed: true },
  // Compressed by its format.
  ".woff2": { name: "font/woff2", isCompressed: false },
};

/** The media type of a file by its name; undefined for files that browsers are not given. */
export function typeOf(file: string): string | undefined {
  return TYPES[extname(file)]?.name;
}

/** Whether compressed forms of a file lie beside it. */
export function isCompressed(file: string): boolean {
  return TYPES[extname(file)]?.isCompressed ?? false;
}
