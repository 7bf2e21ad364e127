import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SCRIPT_TYPES } from "../../db/schema.ts";
import type { ScriptType } from "../../db/schema.ts";
import { formErrors } from "../../web/form.ts";
import { createView } from "../../web/view.ts";
import { SETTINGS_SCHEMAS } from "../settings.ts";
import type { ScriptSettings } from "../settings.ts";
import { controlsOf } from "./trigger-controls.ts";
import { TriggerSettings } from "./trigger-settings.tsx";
import { readTriggerSettings, readWishedSettings } from "./trigger-settings-form.ts";
import type { WishedSettings } from "./trigger-settings-form.ts";

const view = createView({
  language: "en",
  theme: undefined,
  tenant: { id: "acme", name: "Acme" },
  viewerName: "Ada",
  principal: { tenantId: "acme", permissions: new Set() },
  location: "/",
  basePath: "",
});

function render(type: ScriptType, settings: WishedSettings, errors?: ReadonlyMap<string, string>): string {
  const form = <TriggerSettings view={view} type={type} settings={settings} {...(errors && { errors })} />;
  return form.toString();
}

/** The fields that a browser would send of a form. */
function readFields(html: string): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  const add = (name: string | undefined, value = "") =>
    void (fields[name ?? ""] ??= []).push(unescape(value));
  for (const [input] of html.matchAll(/<input[^>]*>/g)) {
    const isChecked = !input.includes('type="checkbox"') || / checked(=|\s|>)/.test(input);
    if (isChecked) add(/ name="([^"]*)"/.exec(input)?.[1], / value="([^"]*)"/.exec(input)?.[1]);
  }
  for (const [, name, text] of html.matchAll(/<textarea[^>]* name="([^"]*)"[^>]*>\n?([^<]*)</g))
    add(name, text);
  for (const [, name, options = ""] of html.matchAll(/<select[^>]* name="([^"]*)"[^>]*>(.*?)<\/select>/gs)) {
    const chosen =
      /<option value="([^"]*)" selected/.exec(options) ?? /<option value="([^"]*)"/.exec(options);
    add(name, chosen?.[1]);
  }
  return fields;
}

function unescape(html: string): string {
  return html
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly oneOf?: readonly JsonSchema[];
  readonly propertyNames?: unknown;
}

/** Paths of everything that a schema lets be set. */
function leavesOf({ properties, oneOf }: JsonSchema, path: string): string[] {
  if (oneOf !== undefined) return oneOf.flatMap((each) => leavesOf(each, path));
  if (properties === undefined) return [path];
  return Object.entries(properties).flatMap(([name, schema]) =>
    leavesOf(schema, path === "" ? name : `${path}.${name}`),
  );
}

test.each(SCRIPT_TYPES)("there is a control for every setting of %s, and for nothing else", (type) => {
  const schema = z.toJSONSchema(SETTINGS_SCHEMAS[type], { io: "input", unrepresentable: "any" });
  const settable = new Set(leavesOf(schema as JsonSchema, "").filter((path) => path !== ""));
  expect(new Set(controlsOf(type).map(({ path }) => path))).toEqual(settable);
});

const LIMITS = { cpuMs: 500, wallMs: 1_000, memoryMb: 64, capabilityCalls: 0, concurrentRuns: 2 };
const ON_FAILURE = {
  webhook: { url: "https://example.com/?a=1&b=2", secret: "HOOK" },
  email: ["a@example.com", "b@example.com"],
};

const SETTINGS: readonly (readonly [ScriptType, ScriptSettings])[] = [
  ["scheduled", { cron: "0 9 * * 1-5" }],
  [
    "scheduled",
    {
      cron: "@daily",
      timezone: "Asia/Tashkent",
      overlap: "queue",
      misfire: "all",
      jitterMs: 0,
      retry: { attempts: 3, backoffMs: 10, maxBackoffMs: 100 },
      concurrency: { limit: 1 },
      limits: LIMITS,
      onFailure: ON_FAILURE,
    },
  ],
  ["http", {}],
  [
    "http",
    {
      path: "/orders/:id",
      methods: ["POST", "PUT"],
      auth: { type: "hmac", scheme: "stripe", secret: "KEY", toleranceSeconds: 60 },
      cors: { origins: ["https://a.example", "https://b.example"], methods: ["POST"], credentials: true },
      bodyBytes: 1_000,
      exposeErrors: true,
      freshContext: true,
    },
  ],
  ["http", { auth: { type: "jwt", jwksUrl: "https://a.example/keys", issuer: "a", audience: "b" } }],
  ["http", { auth: { type: "apiKey" } }],
  [
    "event",
    {
      events: ["order.*", "ship.**"],
      filter: '{{ $json.total > 100 && $json.name !== "<&>" }}',
      concurrency: { limit: 1, key: "payload.customer.id", ordered: true },
    },
  ],
  ["embedded", { inputSchema: { type: "object", required: ["<a>"] }, freshContext: true }],
  ["library", {}],
];

describe("what a form shows is what it sends", () => {
  test.each(SETTINGS)("%s %j", (type, settings) => {
    expect(readTriggerSettings(type, readFields(render(type, settings)))).toEqual(settings);
  });
});

describe("what cannot be used", () => {
  const errorsOf = (type: ScriptType, fields: Record<string, string>): ReadonlyMap<string, string> => {
    try {
      readTriggerSettings(type, fields);
      return new Map();
    } catch (error) {
      return formErrors(error);
    }
  };

  test("is named by the field, and shown beside it as it was typed", () => {
    const fields = {
      "settings.cron": "every day",
      "settings.jitterMs": "soon",
      "settings.onFailure.throttleMs": "60000",
    };
    const errors = errorsOf("scheduled", fields);
    expect([...errors.keys()].sort()).toEqual(["settings.cron", "settings.jitterMs", "settings.onFailure"]);
    const html = render("scheduled", readWishedSettings("scheduled", fields), errors);
    expect(html).toContain('value="every day"');
    expect(html).toContain('id="settings.cron-error"');
    expect(html).toContain("must name a webhook or e-mail addresses");
    // What is wrong may not stay hidden.
    expect(html).toContain("<details open");
  });

  test("may be an item of a list, or no JSON", () => {
    const errors = errorsOf("event", { "settings.events": "order.created\nOrder Made" });
    expect([...errors.keys()].sort()).toEqual(["settings.events[1]", "settings.events[2]"]);
    expect(render("event", {}, errors)).toContain('id="settings.events-error"');
    const refused = ["{", '"text"', "[1]", "1"].map((text) =>
      [...errorsOf("embedded", { "settings.inputSchema": text }).keys()].join(),
    );
    expect(new Set(refused)).toEqual(new Set(["settings.inputSchema"]));
  });

  test("of other types, other ways to prove oneself and unknown fields is left out", () => {
    const fields = {
      "settings.path": "/a",
      "settings.cron": "* * * * *",
      "settings.auth.type": "apiKey",
      "settings.auth.secret": "KEY",
      "settings.__proto__.polluted": "yes",
      "settings.unknown": "1",
    };
    expect(readWishedSettings("http", fields)).toEqual({ path: "/a", auth: { type: "apiKey" } });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
