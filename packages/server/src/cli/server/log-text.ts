import type { Api, Client } from "@skerry/client";
import { SkerryClientError } from "@skerry/client";
import { describeError, describeLogLine } from "../exec/report.ts";
import { escapeControls } from "../terminal/text.ts";
import type { LoggedLine } from "./recent-logs.ts";

/** `2026-11-22T09:00:00.000Z greet 0197a8f1 info  priced {"items":2}` */
export function describeLoggedLine({ execution, line }: LoggedLine, script: string): string {
  const { time, level, message, fields } = line;
  return `${describeOrigin(time, script, execution.id)} ${describeLogLine({ level, message, fields: fields ?? undefined })}`;
}

/** The same as one line of JSON. */
export function reportLoggedLine({ execution, line }: LoggedLine, script: string): string {
  return escapeControls(JSON.stringify({ script, execution: execution.id, ...line }));
}

/** How an execution ended: `… greet 0197a8f1 completed in 12 ms`. */
export function describeEnd(execution: Api.Execution, script: string): string {
  const { id, completedAt, createdAt, status, durationMs, error } = execution;
  const origin = describeOrigin(completedAt ?? createdAt, script, id);
  const took = durationMs === null ? "" : ` in ${Math.round(durationMs)} ms`;
  return `${origin} ${status}${took}${error === null ? "" : `  ${describeError(error)}`}`;
}

/** The last digits of an id are the random ones. */
function describeOrigin(time: string, script: string, execution: string): string {
  return escapeControls(`${time} ${script} ${execution.slice(-8)}`);
}

/** Tells names of scripts by their ids, each asked for once. */
export function createScriptNames(client: Client): (scriptId: string) => Promise<string> {
  const names = new Map<string, Promise<string>>();
  async function find(scriptId: string): Promise<string> {
    try {
      return (await client.scripts.get(scriptId)).name;
    } catch (error) {
      // It was deleted, or this key may not see it.
      if (error instanceof SkerryClientError) return scriptId;
      throw error;
    }
  }
  return (scriptId) => {
    const name = names.get(scriptId) ?? find(scriptId);
    names.set(scriptId, name);
    return name;
  };
}
