/** Prepares the realm before any other module of the bundle captures its built-ins. */
import { installKernel } from "@skerry/sandbox/guest";

installKernel();
