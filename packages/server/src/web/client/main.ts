/** What every page loads. */
import htmx from "htmx.org";
import { startCopying } from "./copying.ts";
import { startDialogs } from "./dialogs.ts";
import { defineLiveLog } from "./live-log.ts";
import { startPalette } from "./palette.ts";
import { startPolling } from "./polling.ts";
import { startRequests } from "./requests.ts";
import { startShortcuts } from "./shortcuts.ts";
import { startSignIn } from "./sign-in.ts";
import { startTheme } from "./theme.ts";
import { startTimes } from "./times.ts";
import { startToasts } from "./toasts.ts";
import { startUnsaved } from "./unsaved.ts";

// Going back loads the page anew: what it shows has its own address.
htmx.config.history = "reload";

startTheme();
startToasts();
startTimes();
startDialogs();
startRequests();
startPolling();
startCopying();
startUnsaved();
startPalette();
startShortcuts();
startSignIn();
defineLiveLog();
