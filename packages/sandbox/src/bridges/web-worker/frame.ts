import type { Document, Frame, MessageChannelConstructor, Port } from "./browser.ts";
import type { FrameStart } from "./messages.ts";

interface Page {
  readonly document: Document | undefined;
  readonly MessageChannel: MessageChannelConstructor;
}

/** A frame with a worker in it. */
export interface OpenFrame {
  readonly port: Port;
  /** Takes the frame off the page, which ends its worker. */
  close(): void;
}

/**
 * Opens a hidden frame and starts its worker. The frame is sandboxed: its origin is its own and nobody else's, so
 * storage, cookies and workers of the page's origin do not exist for it. Isolation of the page is passed on to it.
 *
 * @param source Text of the frame's document, or where it is served.
 */
export function openFrame(
  source: { readonly text: string } | { readonly url: string },
  start: FrameStart,
): OpenFrame {
  const page = globalThis as unknown as Page;
  if (!page.document) throw new Error("a WebWorkerBridge needs a page: there is no document here");
  const { port1, port2 } = new page.MessageChannel();
  const frame = createFrame(page.document);
  frame.addEventListener("load", () => frame.contentWindow?.postMessage(start, "*", [port2]));
  if ("url" in source) frame.src = source.url;
  else frame.srcdoc = source.text;
  page.document.body.append(frame);
  return {
    port: port1,
    close() {
      port1.close();
      frame.remove();
    },
  };
}

function createFrame(document: Document): Frame {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.setAttribute("sandbox", "allow-scripts");
  frame.setAttribute("allow", "cross-origin-isolated *");
  return frame;
}
