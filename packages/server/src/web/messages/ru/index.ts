import type { Messages } from "../messages.ts";
import { executions } from "./executions.ts";
import { account, home, signIn } from "./sign-in.ts";
import { layout } from "./layout.ts";
import { parts } from "./parts.ts";
import { operator } from "./operator.ts";
import { usage } from "./usage.ts";
import { playground } from "./playground.ts";
import { secrets } from "./secrets.ts";
import { keys } from "./keys.ts";
import { users } from "./users.ts";
import { audit } from "./audit.ts";
import { problems } from "./problems.ts";
import { scriptEditor } from "./script-editor.ts";
import { scriptSettings } from "./script-settings.ts";
import { scripts } from "./scripts.ts";
import { endpoints } from "./endpoints.ts";
import { deadLetters, events } from "./events.ts";
import { schedules } from "./schedules.ts";
import { tour } from "./tour.ts";

export const ru: Messages = {
  audit,
  users,
  keys,
  secrets,
  executions,
  playground,
  usage,
  operator,
  signIn,
  home,
  account,
  layout,
  parts,
  problems,
  scriptSettings,
  scripts,
  endpoints,
  events,
  deadLetters,
  schedules,
  scriptEditor,
  tour,
};
