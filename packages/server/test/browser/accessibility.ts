import axe from "axe-core";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * What is wrong with the accessibility of a page as it is now, by WCAG 2.2 level AA or by some rules of axe alone; one
 * text per element.
 */
export async function findViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // It stays in the page for the next time: bringing it there takes longer than its work.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source);
  const runOnly = rules === undefined ? { type: "tag", values: WCAG_22_AA } : { type: "rule", values: rules };
  const options = JSON.stringify({ runOnly, resultTypes: ["violations"], preload: false });
  const { violations } = await page.evaluate<Pick<AxeResults, "violations">>(
    `axe.run(document, ${options}).then(({ violations }) => ({ violations }))`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id} ${target.join(" ")}: ${oneLine(failureSummary)}`),
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
