/** One time series of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const COMMENT =
  /^# (?:HELP|UNIT) (?<name>[a-zA-Z_:][\w:]*) [^\n]*$|^# TYPE (?<typed>[a-zA-Z_:][\w:]*) (?<type>counter|gauge|histogram)$/;
const SAMPLE =
  /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>[^\n]*)\})? (?<value>-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)$/;
const LABEL = /(?<name>[a-zA-Z_]\w*)="(?<value>(?:[^"\\]|\\[\\"n])*)"(?:,|$)/gy;

/**
 * Reads Prometheus' text format, version 0.0.4, and takes nothing that Prometheus would not take: each line must be a
 * comment or a sample, each metric has one type, and no series comes twice.
 */
export function readPrometheusText(text: string): readonly Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line must end too");
  const types = new Map<string, string>();
  const seen = new Set<string>();
  return text
    .slice(0, -1)
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("#")) {
        const comment = COMMENT.exec(line)?.groups;
        if (comment === undefined) throw new Error(`no comment: ${line}`);
        const { typed, type } = comment;
        if (typed !== undefined && types.has(typed)) throw new Error(`two types: ${line}`);
        if (typed !== undefined) types.set(typed, type ?? "");
        return [];
      }
      const sample = readSample(line);
      const key = JSON.stringify([
        sample.name,
        Object.keys(sample.labels)
          .sort()
          .map((label) => sample.labels[label]),
      ]);
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      const owner = types.has(sample.name) ? sample.name : sample.name.replace(/_(?:bucket|sum|count)$/, "");
      if (!types.has(owner)) throw new Error(`no type: ${line}`);
      return [sample];
    });
}

function readSample(line: string): Sample {
  const { name = "", labels = "", value = "" } = SAMPLE.exec(line)?.groups ?? {};
  if (name === "") throw new Error(`no sample: ${line}`);
  const read: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labels.length) {
    const label = LABEL.exec(labels)?.groups;
    if (label === undefined) throw new Error(`no labels: ${line}`);
    read[label["name"] ?? ""] = label["value"] ?? "";
  }
  return { name, labels: read, value: Number(value.replace("Inf", "Infinity")) };
}
