import { findSourceGroup } from "../src/web/assets/build.ts";
import { ASSET_GROUPS } from "../src/web/assets/groups.ts";

/** Builds what browsers load, unless it is there: else several tests would wait for the editor at the same time. */
export async function setup(): Promise<void> {
  await Promise.all(ASSET_GROUPS.map(async (name) => (await findSourceGroup(name)).open()));
}
