import { MISFIRE_POLICIES, OVERLAP_POLICIES } from "../../db/tables/schedules.ts";
import type { ScriptType } from "../../db/schema.ts";
import { HTTP_METHODS } from "../../endpoints/path-pattern.ts";
import type { Messages } from "../../web/messages/messages.ts";

/** Place of a setting within the settings, with dots between; also the key of its texts. */
export type SettingPath = keyof Messages["scriptSettings"]["labels"];

/** A setting that is typed in; `lines` is a list of texts with one in each line, `mono` a text for machines. */
interface TypedControl {
  readonly path: SettingPath;
  readonly kind: "mono" | "zone" | "lines" | "json" | "number";
}

/** One of several values; the empty one leaves the setting out. */
interface ChoiceControl {
  readonly path: keyof Messages["scriptSettings"]["choices"];
  readonly kind: "choice";
  readonly choices: readonly string[];
}

/** Yes or no, or some of several values. */
type CheckedControl =
  | { readonly path: SettingPath; readonly kind: "switch" }
  | { readonly path: SettingPath; readonly kind: "choices"; readonly choices: readonly string[] };

/** Controls that stand within a `<Field>`. */
export type FieldControl = TypedControl | ChoiceControl;
/** How a setting is set. */
export type Control = FieldControl | CheckedControl;

/** Controls that belong together. */
export interface ControlGroup {
  readonly name: keyof Messages["scriptSettings"]["groups"];
  /** Place of the setting that holds all of them, for what is wrong with them together. */
  readonly path?: string;
  readonly controls: readonly Control[];
}

/** The form of one type's settings: those that most scripts have, and the rest. */
export interface SettingsLayout {
  readonly main: readonly Control[];
  readonly more: readonly ControlGroup[];
}

const number = (path: SettingPath): Control => ({ path, kind: "number" });
const mono = (path: SettingPath): Control => ({ path, kind: "mono" });
const lines = (path: SettingPath): Control => ({ path, kind: "lines" });
const yesOrNo = (path: SettingPath): Control => ({ path, kind: "switch" });

const RETRY: ControlGroup = {
  name: "retry",
  path: "retry",
  controls: [number("retry.attempts"), number("retry.backoffMs"), number("retry.maxBackoffMs")],
};

const LIMITS: ControlGroup = {
  name: "limits",
  path: "limits",
  controls: [
    number("limits.cpuMs"),
    number("limits.wallMs"),
    number("limits.memoryMb"),
    number("limits.capabilityCalls"),
    number("limits.outputBytes"),
    number("limits.logBytes"),
    number("limits.concurrentRuns"),
  ],
};

const ALERTS: ControlGroup = {
  name: "alerts",
  path: "onFailure",
  controls: [
    mono("onFailure.webhook.url"),
    mono("onFailure.webhook.secret"),
    lines("onFailure.email"),
    number("onFailure.throttleMs"),
  ],
};

/** Which settings of `auth` each way of it takes beside its type. */
export const AUTH_SETTINGS = {
  apiKey: [],
  jwt: ["auth.secret", "auth.jwksUrl", "auth.issuer", "auth.audience"],
  hmac: ["auth.scheme", "auth.secret", "auth.toleranceSeconds"],
} as const satisfies Record<string, readonly SettingPath[]>;

/** Everything that can be set, by the type of the script. */
export const SETTINGS_LAYOUTS: Readonly<Record<ScriptType, SettingsLayout>> = {
  scheduled: {
    main: [mono("cron"), { path: "timezone", kind: "zone" }],
    more: [
      {
        name: "schedule",
        controls: [
          { path: "overlap", kind: "choice", choices: ["", ...OVERLAP_POLICIES] },
          { path: "misfire", kind: "choice", choices: ["", ...MISFIRE_POLICIES] },
          number("jitterMs"),
          number("concurrency.limit"),
        ],
      },
      RETRY,
      LIMITS,
      ALERTS,
    ],
  },
  http: {
    main: [
      mono("path"),
      { path: "methods", kind: "choices", choices: HTTP_METHODS },
      { path: "auth.type", kind: "choice", choices: ["", ...Object.keys(AUTH_SETTINGS)] },
      { path: "auth.scheme", kind: "choice", choices: ["generic", "stripe", "github", "slack"] },
      mono("auth.secret"),
      number("auth.toleranceSeconds"),
      mono("auth.jwksUrl"),
      mono("auth.issuer"),
      mono("auth.audience"),
    ],
    more: [
      {
        name: "requests",
        controls: [number("bodyBytes"), yesOrNo("exposeErrors"), yesOrNo("freshContext")],
      },
      {
        name: "cors",
        path: "cors",
        controls: [
          lines("cors.origins"),
          { path: "cors.methods", kind: "choices", choices: HTTP_METHODS },
          lines("cors.headers"),
          lines("cors.exposedHeaders"),
          yesOrNo("cors.credentials"),
          number("cors.maxAgeSeconds"),
        ],
      },
      LIMITS,
    ],
  },
  event: {
    main: [lines("events"), mono("filter")],
    more: [
      {
        name: "delivery",
        path: "concurrency",
        controls: [number("concurrency.limit"), mono("concurrency.key"), yesOrNo("concurrency.ordered")],
      },
      RETRY,
      LIMITS,
      ALERTS,
    ],
  },
  oneoff: { main: [], more: [LIMITS, ALERTS] },
  embedded: {
    main: [
      { path: "inputSchema", kind: "json" },
      { path: "outputSchema", kind: "json" },
    ],
    more: [{ name: "calls", controls: [yesOrNo("freshContext")] }, LIMITS],
  },
  library: { main: [], more: [] },
};

/** All controls of a type's form. */
export function controlsOf(type: ScriptType): readonly Control[] {
  const { main, more } = SETTINGS_LAYOUTS[type];
  return [...main, ...more.flatMap(({ controls }) => controls)];
}
