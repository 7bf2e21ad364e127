import { closestTo } from "./dom.ts";
import { BASE_PATH } from "./site.ts";

const COOKIE = "skerry_theme";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** `[data-theme-toggle]` turns light to dark and back. The server reads the cookie, so the next page has no flash. */
export function startTheme(): void {
  document.addEventListener("click", (event) => {
    if (closestTo(event, "[data-theme-toggle]") === undefined) return;
    const root = document.documentElement;
    const theme = isDark(root) ? "light" : "dark";
    root.dataset["theme"] = theme;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${COOKIE}=${theme}; path=${BASE_PATH || "/"}; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
  });
}

function isDark({ dataset }: HTMLElement): boolean {
  const { theme } = dataset;
  return theme === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
}
