import { editor } from "monaco-editor/editor";

const NAMES = { light: "skerry-light", dark: "skerry-dark" } as const;

/** Paints all editors in the colours of the page, and anew when its theme changes. */
export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const theme = document.documentElement.dataset["theme"] ?? (system.matches ? "dark" : "light");
    const isDark = theme === "dark";
    const name = isDark ? NAMES.dark : NAMES.light;
    editor.defineTheme(name, {
      base: isDark ? "vs-dark" : "vs",
      inherit: true,
      // Monaco's own are too faint on our grounds for WCAG 2.2, 1.4.3.
      rules: isDark
        ? [{ token: "comment", foreground: "83b56b" }]
        : [{ token: "comment", foreground: "3b6e22" }],
      colors: {
        "editor.background": readColor("--panel"),
        "editorLineNumber.foreground": readColor("--dim"),
        "editorLineNumber.activeForeground": readColor("--ink"),
        focusBorder: "#00000000",
      },
    });
    editor.setTheme(name);
  };
  paint();
  system.addEventListener("change", paint);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/** A colour of the page as Monaco wants it, `#rrggbb`. */
function readColor(variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const parts = getComputedStyle(probe).color.match(/\d+/g) ?? [];
  probe.remove();
  return `#${parts
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`;
}
