/** In the order of preference; both are made when the files are built. */
const ENCODINGS = ["br", "gzip"] as const;

export type Encoding = (typeof ENCODINGS)[number] | "identity";

/** The smallest encoding that `Accept-Encoding` allows by name (RFC 9110, section 12.5.3). */
export function pickEncoding(accepted: string | null): Encoding {
  const allowed = (accepted ?? "").split(",").flatMap((item) => {
    const [, name, weight = "1"] = /^\s*([\w-]+)\s*(?:;\s*q=([\d.]+)\s*)?$/i.exec(item) ?? [];
    return name !== undefined && Number(weight) > 0 ? [name.toLowerCase()] : [];
  });
  return ENCODINGS.find((encoding) => allowed.includes(encoding)) ?? "identity";
}
