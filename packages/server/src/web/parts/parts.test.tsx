import { describe, expect, test } from "vitest";
import { createView } from "../view.ts";
import { CodeBlock } from "./code-block.tsx";
import { CodeDiff } from "./code-diff.tsx";
import { CodeEditor } from "./code-editor.tsx";
import { ConfirmButton } from "./confirm-button.tsx";
import { diffRows } from "./diff-rows.ts";
import { DurationDots } from "./duration-dots.tsx";
import { Field } from "./field.tsx";
import { LiveLog } from "./live-log.tsx";
import { Meter } from "./meter.tsx";
import { Pager } from "./pager.tsx";
import { formatBytes, formatCount, formatDuration } from "./quantities.ts";
import { TimeChart } from "./time-chart.tsx";
import { RelativeTime } from "./times.tsx";

const HOSTILE = `"><script>alert(1)</script>'&`;

const view = viewIn("en");

function viewIn(language: "en" | "ru") {
  return createView({
    language,
    theme: undefined,
    tenant: { id: "acme", name: "Acme" },
    viewerName: "Ada",
    location: "/",
    basePath: "",
    principal: { tenantId: "acme", permissions: new Set() },
  });
}

describe("what came from outside stays text", () => {
  test.each([
    ["code", <CodeBlock view={view} text={HOSTILE} label={HOSTILE} copy />],
    [
      "an editor",
      <CodeEditor name="source" language="javascript" value={`</textarea>${HOSTILE}`} label={HOSTILE} />,
    ],
    ["a comparison", <CodeDiff view={view} before="" after={HOSTILE} label={HOSTILE} />],
    [
      "a dialog",
      <ConfirmButton
        view={view}
        label="Delete"
        question={HOSTILE}
        typed={HOSTILE}
        action={`/x?${HOSTILE}`}
      />,
    ],
    [
      "a chart",
      <TimeChart
        view={view}
        label={HOSTILE}
        series={{ times: [], lines: [{ name: `</script>${HOSTILE}`, values: [] }] }}
      />,
    ],
    ["a log", <LiveLog view={view} executionId="x" isLive={false} lines={[logLine(HOSTILE)]} />],
    ["a field", <Field label={HOSTILE} name="x" error={HOSTILE} children={<input value={HOSTILE} />} />],
  ])("in %s", (_, part) => {
    const html = part.toString();
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("</textarea>&quot;");
    expect(html).not.toMatch(/="[^"]*"><script(?! type)/);
  });

  test("the data of a chart are JSON again once they are read", () => {
    const times = [new Date("2026-11-22T10:00:00Z")];
    const lines = [{ name: HOSTILE, values: [1] }];
    const html = (<TimeChart view={view} label="Runs" series={{ times, lines }} />).toString();
    const json = /<script type="application\/json">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    expect(JSON.parse(json)).toEqual({ times: [1_795_341_600], lines, kind: "line", unit: "count" });
  });
});

describe("CodeEditor", () => {
  test("keeps a newline at the beginning, which parsers of HTML drop", () => {
    const html = (<CodeEditor language="javascript" value={"\ntext"} />).toString();
    expect(html).toMatch(/<textarea[^>]*>\n\ntext<\/textarea>/);
  });

  test("is read-only for both the text area and the editor that takes its place", () => {
    const open = (<CodeEditor language="json" value="" />).toString();
    const closed = (<CodeEditor language="json" value="" readOnly />).toString();
    expect(open).not.toMatch(/read-?only/);
    expect(closed).toMatch(/<code-editor[^>]* read-only[^>]*>.*<textarea[^>]* readonly/s);
  });
});

describe("Field", () => {
  test("names its control and describes it by hint and error", () => {
    const html = (
      <Field label="Cron" name="cron" hint="In words" error="is wrong">
        <input value="x" />
      </Field>
    ).toString();
    expect(html).toContain('<label for="cron">Cron</label>');
    expect(html).toMatch(
      /<input value="x" id="cron" name="cron" aria-describedby="cron-hint cron-error" aria-invalid="true"/,
    );
    expect(html).toContain('id="cron-hint"');
    expect(html).toContain('id="cron-error"');
  });
});

describe("ConfirmButton", () => {
  function confirm(action: string, typed?: string) {
    return (
      <ConfirmButton view={view} label="Delete" question="Sure?" action={action} {...(typed && { typed })} />
    ).toString();
  }

  test("opens a dialog of its own, by an id that stays the same", () => {
    const ids = ["/a/b", "/a-b", "/a"].map(
      (action) => /commandfor="([^"]+)"/.exec(confirm(action))?.[1] ?? "",
    );
    expect(new Set(ids).size).toBe(3);
    expect(confirm("/a")).toContain(`<dialog id="${ids[2]}"`);
    expect(confirm("/a")).toBe(confirm("/a"));
  });

  test("posts with and without htmx", () => {
    expect(confirm("/a/delete")).toContain('<form method="post" action="/a/delete" hx-post="/a/delete"');
  });

  test.each(["orders", "a.b*c", "[x](y)", "50%-off & more", String.raw`back\slash`, "цены/2026"])(
    "the typed text has to be exactly %s",
    (typed) => {
      const pattern = decode(/pattern="([^"]*)"/.exec(confirm("/a", typed))?.[1] ?? "");
      // As the HTML Standard compiles the attribute.
      const compiled = new RegExp(`^(?:${pattern})$`, "v");
      expect(compiled.test(typed)).toBe(true);
      expect(compiled.test(`${typed}x`)).toBe(false);
      expect(compiled.test(typed.replaceAll(/[^a-z]/g, "a"))).toBe(/^[a-z]+$/.test(typed));
    },
  );
});

describe("Pager", () => {
  test("links keep the filters and lead to the next and the first page", () => {
    const from = new Date("2026-11-22T10:00:00Z");
    const query = { q: "a&b", status: undefined, limit: 50, from, cursor: "old" };
    const html = (<Pager view={view} path="/scripts" query={query} nextCursor="n=w" />).toString();
    const links = [...html.matchAll(/href="([^"]*)"/g)].map((match) => decode(match[1] ?? ""));
    const kept = "/t/acme/scripts?q=a%26b&limit=50&from=2026-11-22T10%3A00%3A00.000Z";
    expect(links).toEqual([kept, `${kept}&cursor=n%3Dw`]);
  });

  test("is empty where there is one page", () => {
    const html = (<Pager view={view} path="/scripts" query={{}} nextCursor={null} />).toString();
    expect(html).toBe('<nav id="pager" class="pager" aria-label="Pages"></nav>');
  });
});

describe("diffRows", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
  const numbers = (rows: ReturnType<typeof diffRows>) =>
    rows?.flatMap((row) =>
      "folded" in row
        ? [`${row.folded.length} folded`]
        : [`${row.before?.line ?? "-"}:${row.after?.line ?? "-"}`],
    );

  test("folds what is unchanged and numbers both sides", () => {
    const after = lines(12).toSpliced(5, 1, "changed", "added");
    const rows = diffRows(lines(12).join("\n"), after.join("\n"));
    expect(numbers(rows)).toEqual([
      "2 folded",
      "3:3",
      "4:4",
      "5:5",
      "6:6",
      "-:7",
      "7:8",
      "8:9",
      "9:10",
      "3 folded",
    ]);
  });

  test.each([
    ["", "a\nb\n"],
    ["a\nb\n", ""],
    ["a", "a\n"],
    ["a\n\n\nb", "a\nb"],
    [lines(40).join("\n"), `${lines(40).join("\n")}\nlast\n`],
  ])("both texts are there as a whole: %j, %j", (before, after) => {
    const rows = diffRows(before, after)?.flatMap((row) => ("folded" in row ? row.folded : [row])) ?? [];
    const side = (name: "before" | "after") =>
      rows.flatMap((row) => row[name]?.parts.map(({ text }) => text).join("") ?? []).join("\n");
    expect(side("before")).toBe(before.replace(/\n$/, ""));
    expect(side("after")).toBe(after.replace(/\n$/, ""));
  });

  test("texts that share nothing do not hold up the server", () => {
    const text = (seed: number) =>
      Array.from({ length: 20_000 }, (_, index) => `${(index * seed) % 99_991}`).join("\n");
    expect(diffRows(text(7919), text(104_729))).toBeUndefined();
  });
});

test("quantities are told in the unit that fits, in both languages", () => {
  expect([0.0189, 12, 1_250, 184_000, 7_500_000].map((ms) => formatDuration(ms, "en"))).toEqual([
    "0.02ms",
    "12ms",
    "1.25s",
    "3m 4s",
    "2h 5m",
  ]);
  expect([0, 999, 64_000_000, 1.5e12].map((bytes) => formatBytes(bytes, "en"))).toEqual([
    "0B",
    "999B",
    "64MB",
    "1.5TB",
  ]);
  expect(formatDuration(7_500_000, "ru").replaceAll(/\s/g, " ")).toBe("2 ч 5 мин");
  expect([1_234, 123_456].map((count) => formatCount(count, "en"))).toEqual(["1,234", "123.5K"]);
});

test("a meter without limit has no bar, one at its limit warns", () => {
  const meter = (max: number | null) =>
    (<Meter label="Runs" value={90} max={max} unit="count" view={view} />).toString();
  expect(meter(null)).not.toContain("role=");
  expect(meter(100)).toContain('class="meter warn"');
  expect(meter(90)).toContain('class="meter bad"');
  expect(meter(0)).toContain('class="meter bad"');
});

test("what never happened is a dash that is read out, a chart of nothing is no broken one", () => {
  expect((<RelativeTime at={null} view={viewIn("ru")} />).toString()).toContain("Нет");
  expect((<DurationDots view={view} label="Durations" dots={[]} />).toString()).not.toMatch(/NaN|Infinity/);
});

function logLine(message: string) {
  return { seq: 0, level: "info", time: new Date(), message, fields: { [message]: message } } as const;
}

/** Undoes the escapes of attributes. */
function decode(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}
