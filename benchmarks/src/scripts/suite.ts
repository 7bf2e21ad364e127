import type { Row } from "../report.ts";
import { measurePeers } from "./peers.ts";
import { measurePool } from "./pool.ts";

/** Scripts: how soon a result is there, cold and warm, and what a leased runner weighs. */
export async function measureScripts(): Promise<Row[]> {
  return [...(await measurePool()), ...(await measurePeers())];
}
