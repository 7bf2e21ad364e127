import type { Page } from "playwright-core";

/** What every page's document has to have. @returns what this one lacks. */
export async function findDocumentFaults(page: Page, language: string): Promise<string[]> {
  const { lang, title, headings, width } = await page.evaluate<DocumentFacts>(READ_DOCUMENT);
  const faults = [];
  if (lang !== language) faults.push(`its language is "${lang}", not "${language}"`);
  if (!/^\S.* · Skerry$|^Skerry|Skerry$/.test(title)) faults.push(`its title is "${title}"`);
  const tops = headings.filter(({ level }) => level === 1);
  if (tops.length !== 1) faults.push(`it has ${tops.length} headings of level 1`);
  if (headings[0]?.level !== 1) faults.push("its first heading is not of level 1");
  for (const [index, { level, text }] of headings.entries()) {
    const before = headings[index - 1]?.level ?? 0;
    if (level > before + 1) faults.push(`"${text}" of level ${level} comes after level ${before}`);
    if (text === "") faults.push(`a heading of level ${level} is empty`);
  }
  if (width.content > width.window)
    faults.push(`it is ${width.content} px wide in a window of ${width.window}`);
  return faults;
}

interface DocumentFacts {
  readonly lang: string;
  readonly title: string;
  readonly headings: readonly { readonly level: number; readonly text: string }[];
  readonly width: { readonly content: number; readonly window: number };
}

const READ_DOCUMENT = `({
  lang: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((heading) => heading.checkVisibility())
    .map((heading) => ({ level: Number(heading.tagName.slice(1)), text: heading.textContent.trim() })),
  width: { content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth },
})`;

/** What a page focuses by itself is no longer where the next Tab starts from. */
const GO_TO_START = `
  globalThis.tabStops = new Set();
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
`;

/** Tab stops that are looked at; pages have the main ones first. */
const MAX_STOPS = 40;

/**
 * Goes through a page by the Tab key: the first stop leads past the navigation, and each stop is another element that
 * can be seen and shows that it has the focus.
 *
 * @returns what is not so.
 */
export async function findKeyboardFaults(page: Page): Promise<string[]> {
  await page.evaluate(GO_TO_START);
  const faults: string[] = [];
  if ((await page.locator("nav").count()) > 0) faults.push(...(await findSkipLinkFaults(page)));
  let isTabFree = false;
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    await page.keyboard.press("Tab");
    const { name, isRepeated, isEditor, isParted, isSeen, isMarked } =
      await page.evaluate<TabStop>(READ_STOP);
    // The page's end: the browser itself comes next.
    if (name.startsWith("body")) return faults;
    if (isParted) continue;
    if (isRepeated) return [...faults, `${name} keeps the focus, or gets it twice`];
    // Its cursor is what is seen, and Tab belongs to the code until Ctrl+M takes it away.
    if (isEditor && !isTabFree) {
      await page.keyboard.press("Control+m");
      isTabFree = true;
    }
    if (isEditor) continue;
    if (!isSeen) faults.push(`${name} has the focus and cannot be seen`);
    else if (!isMarked) faults.push(`${name} does not show that it has the focus`);
  }
  return faults;
}

async function findSkipLinkFaults(page: Page): Promise<string[]> {
  await page.keyboard.press("Tab");
  if (!(await page.locator("a.skip:focus").isVisible())) return ["the first stop is no skip link"];
  await page.keyboard.press("Enter");
  const isInMain = (await page.locator("main:focus, main :focus").count()) > 0;
  return isInMain ? [] : ["the skip link does not lead into main"];
}

interface TabStop {
  readonly name: string;
  /** It had the focus before. */
  readonly isRepeated: boolean;
  /** The place for typing of a code editor. */
  readonly isEditor: boolean;
  /** A date's year, month and day are stops of their own. */
  readonly isParted: boolean;
  readonly isSeen: boolean;
  readonly isMarked: boolean;
}

const READ_STOP = `(() => {
  const element = document.activeElement;
  const isRepeated = tabStops.has(element);
  tabStops.add(element);
  const { width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const isMarked = element.matches(":focus-visible") && (style.outlineStyle !== "none" || style.boxShadow !== "none");
  return {
    name: element.tagName.toLowerCase() + (element.id && "#" + element.id) +
      (element.name ? "[name=" + element.name + "]" : "") + " " + (element.ariaLabel ?? element.textContent).trim().slice(0, 40),
    isRepeated,
    isEditor: element.closest(".monaco-editor") !== null,
    isParted: element.matches("input[type^=date], input[type=time]"),
    isSeen: element.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0,
    isMarked,
  };
})()`;
