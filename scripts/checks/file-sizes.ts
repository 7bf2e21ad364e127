import type { Finding } from "./finding.ts";
import { readSourceFiles } from "./source-files.ts";

const LARGE_LINES = 300;
const TOO_LARGE_LINES = 500;

/** Refuses source files of more than 500 lines and names those of more than 300; generated ones may have any. */
export async function checkFileSizes(root: string): Promise<Finding[]> {
  const files = await readSourceFiles(root);
  return files.flatMap(({ path, text }): Finding[] => {
    if (path.includes("/generated/")) return [];
    const lines = text.replace(/\n$/, "").split("\n").length;
    if (lines > TOO_LARGE_LINES) {
      return [{ file: path, message: `${lines} lines; split it, ${TOO_LARGE_LINES} is the most` }];
    }
    if (lines > LARGE_LINES) {
      return [
        { file: path, message: `${lines} lines; over ${LARGE_LINES} a file asks to be split`, isNote: true },
      ];
    }
    return [];
  });
}
