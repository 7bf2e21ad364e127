import type { WallSwitch } from "../wall-switch.ts";

const CLIENT = "packages/server/src/web/client";
const ELEMENTS = "packages/server/test/browser/elements.test.ts";

/** What pages do in browsers on behalf of whom they were given a token. */
export const BROWSER_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "an embedded page shows its token to its own server alone",
    file: `${CLIENT}/embed-token.ts`,
    find: "    if (new URL(request.url).origin !== self) return send(request);\n",
    replace: "",
    tests: [`${CLIENT}/embed-token.test.ts`, "no other server is shown the token"],
  },
  {
    wall: "rest",
    what: "a page that may embed is compared as a whole",
    file: `${CLIENT}/frame-origins.ts`,
    find: "return origin === source;",
    replace: "return origin.startsWith(source);",
    tests: [`${CLIENT}/frame-origins.test.ts`, "https://app.example.com.evil.example"],
  },
  {
    wall: "rest",
    what: "an embedded page takes tokens from pages that may embed it",
    file: `${CLIENT}/embed.ts`,
    find: " || !isFrameAncestor(origin, sources, location.origin)",
    replace: "",
    tests: [ELEMENTS, "takes tokens from the page around it alone"],
  },
  {
    wall: "rest",
    what: "an embedded page takes tokens from the page around it",
    file: `${CLIENT}/embed.ts`,
    find: "source !== window.parent || ",
    replace: "",
    tests: [ELEMENTS, "takes tokens from the page around it alone"],
  },
];
