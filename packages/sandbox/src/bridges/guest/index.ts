/**
 * The bridge kernel: the script that every engine evaluates first, before `guestBundle`. It leaves one global,
 * `__attachBridge(ask) => receive`, for the engine to call once after the bundle; it closes the realm and goes.
 */
import { reflectDefineProperty } from "../../guest/primordials.ts";
import { fixBufferSizes } from "../../guest/realm.ts";
import { keepLanguageGlobals } from "./globals.ts";
import { freezeReachable, hardenRealm } from "./harden.ts";
import { installIntl } from "./intl/install.ts";
import { type Ask, type Receive, createReceive } from "./kernel.ts";
import { installDescriptors, installJson, installKeys } from "./lazy-node.ts";
import { reflectDeleteProperty } from "./primordials.ts";
import { closeRegistration, openRegistration } from "./transfer-types.ts";

const ATTACH = "__attachBridge";
/** For what a guest bundle makes when the realm is closed already. */
const FREEZE = "__freezeReachable";

installIntl();
keepLanguageGlobals();
fixBufferSizes();
installDescriptors();
installJson();
installKeys();
openRegistration();
reflectDefineProperty(globalThis, FREEZE, { value: freezeReachable, configurable: true });
reflectDefineProperty(globalThis, ATTACH, { value: attach, configurable: true });

function attach(ask: Ask): Receive {
  reflectDeleteProperty(globalThis, ATTACH);
  closeRegistration();
  reflectDeleteProperty(globalThis, FREEZE);
  hardenRealm();
  return createReceive(ask);
}
