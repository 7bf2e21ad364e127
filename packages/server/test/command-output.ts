import { vi } from "vitest";
import type { Command } from "../src/cli/command.ts";

/** What a command that ran in this process wrote, and its exit code. */
export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Opened here, so that no test seems to leave them behind: Node opens them when they are first looked at. */
const STREAMS = { stdout: process.stdout, stderr: process.stderr } as const;

/**
 * Runs a command in this process, which takes half a second less than one of its own, and catches what it writes. One at
 * a time. Rejects as the command does.
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<CommandOutput> {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(STREAMS[name], "write").mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  try {
    const exitCode = await command.run(args);
    return { exitCode, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
