import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { Writable } from "node:stream";
import { isatty } from "node:tty";

/** Looking at `process.stdin` itself would open it. */
const STDIN = 0;
const STDERR = 2;

/** Tells whether somebody sits there who can be asked: questions go to stderr, answers come from stdin. */
export function isInteractive(): boolean {
  return isatty(STDIN) && isatty(STDERR);
}

/** Asks for a line. */
export function askLine(question: string): Promise<string> {
  return ask(question, process.stderr);
}

/** Asks for a line that is not shown while it is typed. */
async function askHidden(question: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const answer = await ask("", hidden);
  process.stderr.write("\n");
  return answer;
}

/** Asks a question that only `y` or `yes` agrees to. */
export async function confirm(question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test((await askLine(`${question} [y/N] `)).trim());
}

/** What nobody may see: asked for and not shown, or what a pipe or a file hands over. */
export async function readSecret(question: string): Promise<string> {
  return isatty(STDIN) ? await askHidden(question) : await readPipedText();
}

/** All of stdin, without the line feed at its end. */
async function readPipedText(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}

/** The terminal is ours while a line is typed, so Ctrl-C comes as a key and is passed on as the signal that it is. */
function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  return new Promise((resolve) => {
    lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
    lines.once("close", () => resolve(""));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
