import type { ConfigRow } from "../../config.ts";

/** The settings as an aligned list: `PORT  3000  TCP port to listen on …`. */
export function describeConfig(rows: readonly ConfigRow[]): string {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map((row) => describeValue(row).length));
  return rows
    .map((row) => `  ${row.name.padEnd(nameWidth)}  ${describeValue(row).padEnd(valueWidth)}  ${row.help}\n`)
    .join("");
}

function describeValue({ value, source }: ConfigRow): string {
  if (value === undefined) return "-";
  return source === "environment" ? `${value} *` : value;
}
