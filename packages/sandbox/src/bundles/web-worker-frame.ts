import { bundleSource } from "./bundle-source.ts";

/** The global under which the frame's own script finds its program. */
const PROGRAM = "program";

/** What a frame may do: make code from text, start its worker, and load nothing from anywhere. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; worker-src blob:";

/** Makes the document of the frame in which a page's worker lives. */
export async function bundleFrame(): Promise<string> {
  const [frame, worker] = await Promise.all([
    bundleSource("../bridges/web-worker/frame-program.ts", {
      platform: "neutral",
      format: "iife",
      globalName: PROGRAM,
    }),
    bundleSource("../bridges/web-worker/worker-program.ts", { platform: "neutral", format: "iife" }),
  ]);
  const script = `${frame}${PROGRAM}.serveFrame(${JSON.stringify(worker)})`;
  return [
    "<!doctype html>",
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<script>${script.replaceAll("</", "<\\/")}</script>`,
  ].join("\n");
}
