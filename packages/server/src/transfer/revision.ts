import { createHash } from "node:crypto";
import type { PresentScript } from "./repository.ts";

const LENGTH = 32;

/**
 * Stands for all of a script that a push would overwrite. A script that was deleted and made anew, or rolled back, has
 * another one; being paused is none of a push's business.
 */
export function revisionOf({
  id,
  type,
  status,
  description,
  tags,
  active_version,
  latest_version,
  draft_checksum,
}: PresentScript): string {
  const draft = active_version === null ? draft_checksum?.toString("hex") : null;
  const facts = [id, type, status === "archived", description, tags, active_version, latest_version, draft];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, LENGTH);
}
