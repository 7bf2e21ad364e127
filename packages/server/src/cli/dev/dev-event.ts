import type { Api } from "@skerry/client";
import type { FileProblem } from "../project/problem.ts";
import { describeEnd, describeLoggedLine } from "../server/log-text.ts";
import { escapeControls, indentContinuation } from "../terminal/text.ts";

/** What happens while a folder is watched. */
export type DevEvent =
  | {
      readonly event: "ready";
      readonly url: string;
      /** Signs the developer in, once and within 15 minutes. */
      readonly signInUrl: string;
      /** The file with an API key; absolute. */
      readonly keyFile: string;
      readonly isolationLevel: string;
      readonly folder: string;
    }
  | {
      readonly event: "pushed";
      /** Without those that did not change. */
      readonly scripts: Api.PushResult["scripts"];
      readonly endpoints: readonly Endpoint[];
    }
  | {
      readonly event: "refused";
      readonly code: string;
      /** Lists the problems. */
      readonly message: string;
      readonly problems: readonly FileProblem[];
    }
  | {
      readonly event: "log";
      readonly script: string;
      readonly execution: Api.Execution;
      readonly line: Api.ExecutionLog;
    }
  | { readonly event: "end"; readonly script: string; readonly execution: Api.Execution };

/** A script that answers requests. */
export interface Endpoint {
  readonly name: string;
  readonly url: string;
}

/** An event as text for a terminal. */
export function describeDevEvent(event: DevEvent): string {
  switch (event.event) {
    case "ready":
      return describeReady(event);
    case "pushed":
      return escapeControls(
        [...event.scripts.map(describeChange), ...event.endpoints.map(describeEndpoint)].join("\n"),
      );
    case "refused":
      return `${indentContinuation(escapeControls(`${event.code}: ${event.message}`), "  ")}\nWhat was pushed before still runs.`;
    case "log":
      return describeLoggedLine(event, event.script);
    case "end":
      return describeEnd(event.execution, event.script);
    default:
      return event satisfies never;
  }
}

/** An event as one line of JSON. */
export function reportDevEvent(event: DevEvent): string {
  return escapeControls(JSON.stringify(flatten(event)));
}

function flatten(event: DevEvent): object {
  switch (event.event) {
    case "log":
      return { event: event.event, script: event.script, execution: event.execution.id, ...event.line };
    case "end": {
      const { id, status, durationMs, error } = event.execution;
      return { event: event.event, script: event.script, execution: id, status, durationMs, error };
    }
    default:
      return event;
  }
}

function describeReady({
  url,
  signInUrl,
  keyFile,
  isolationLevel,
  folder,
}: Extract<DevEvent, { event: "ready" }>): string {
  return `Skerry is at ${url}, isolation: ${isolationLevel}
Sign in, once and within 15 minutes:
  ${signInUrl}
API key: in ${keyFile}
Watching ${folder}; Ctrl-C ends it.
`;
}

function describeChange({ name, change, version }: Api.PushResult["scripts"][number]): string {
  return version === null ? `${change} ${name}` : `${change} ${name}, version ${version}`;
}

function describeEndpoint({ name, url }: Endpoint): string {
  return `  ${name} answers at ${url}`;
}
