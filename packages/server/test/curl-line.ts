import { parseArgs } from "node:util";

/** What `fetch` needs to do the same as a curl command. */
export interface CurlRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const WORD = /'([^']*)'|"([^"]*)"|(\S+)/g;

/** Reads a curl command line with words that are plain or quoted as a whole, and the options -X, -H and -d. */
export function parseCurl(line: string): CurlRequest {
  const words = [...line.matchAll(WORD)].map(([, single, double, plain]) => single ?? double ?? plain ?? "");
  const { values, positionals } = parseArgs({
    args: words.slice(1),
    options: {
      silent: { type: "boolean", short: "s" },
      "show-error": { type: "boolean", short: "S" },
      request: { type: "string", short: "X", default: "GET" },
      header: { type: "string", short: "H", multiple: true, default: [] },
      data: { type: "string", short: "d" },
    },
    allowPositionals: true,
  });
  const headers = Object.fromEntries(
    values.header.map((header) => header.split(/: */, 2) as [string, string]),
  );
  const body = values.data === undefined ? {} : { body: values.data };
  return { url: positionals[0] ?? "", method: values.request, headers, ...body };
}
