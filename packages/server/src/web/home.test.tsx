import { expect, test } from "vitest";
import { Home } from "./home.tsx";
import { messagesOf } from "./messages/messages.ts";

const page = (
  <Home
    view={{ t: messagesOf("en"), link: (path) => path }}
    version="1.2.3"
    url="http://evil'$(id)<script>"
    isolation={{
      level: "partial",
      walls: [
        { name: "permissions", active: true, detail: "no files" },
        { name: "namespaces", active: false, detail: "allow user namespaces" },
      ],
    }}
  />
).toString();

test("tells version, level, every wall and the way in", () => {
  expect(page).toContain("Version 1.2.3");
  expect(page).toContain("Isolation: partial");
  expect(page).toMatch(/namespaces<\/strong><span[^>]*>missing<\/span><span[^>]*>allow user namespaces/);
  expect(page).toContain('href="/sign-in"');
});

test("an odd host name breaks out of neither the page nor the command line", () => {
  expect(page).not.toContain("<script");
  expect(page).toContain("curl &#39;http://evil&#39;\\&#39;&#39;$(id)&lt;script&gt;/run");
});
