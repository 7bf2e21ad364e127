import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { HOME_PAGE_HEADERS, renderHomePage } from "./home.tsx";

const page = renderHomePage({
  version: "1.2.3",
  origin: "http://evil'$(id)<script>",
  isolation: {
    level: "partial",
    walls: [
      { name: "permissions", active: true, detail: "no files" },
      { name: "namespaces", active: false, detail: "allow user namespaces" },
    ],
  },
});

test("tells version, level and every wall", () => {
  expect(page).toContain("Version 1.2.3");
  expect(page).toContain("Isolation: partial");
  expect(page).toMatch(/namespaces<\/th><td class="missing">missing<\/td><td>allow user namespaces/);
});

test("an odd host name breaks out of neither the page nor the command line", () => {
  expect(page).not.toContain("<script");
  expect(page).toContain("curl &#39;http://evil&#39;\\&#39;&#39;$(id)&lt;script&gt;/run");
});

test("the policy allows exactly the stylesheet of the page", () => {
  const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(HOME_PAGE_HEADERS["content-security-policy"]).toContain(`'sha256-${hash}'`);
});
