/** Takes a runner's place in tests: loads the engine as a runner does, tries to load it again, and says what it got. */
import { Socket } from "node:net";
import { CHANNEL_FD } from "../src/protocol/boot.ts";
import { loadEngine } from "../src/runner/engine-addon.ts";

const { boot } = globalThis as unknown as { boot: { addonPath: string } };
const engine = typeof loadEngine(boot.addonPath).Isolate;
const socket = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
socket.end(JSON.stringify([engine, tryToLoad()]), () => process.exit(0));

function tryToLoad(): unknown {
  try {
    process.dlopen({ exports: {} }, boot.addonPath);
    return "loaded";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
