import type { WallSwitch } from "../wall-switch.ts";

const WEB = "packages/server/src/web";
const WALLS = "packages/server/test/browser/page-walls.test.ts";
const PAGES = `${WEB}/pages.test.ts`;

/** Who may ask for which page, and what pages may do in browsers. */
export const PAGE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "a page asks for its permission",
    file: `${WEB}/router.tsx`,
    find: '    if (page.access !== "member") requirePermission(caller, page.access);\n',
    replace: "",
    tests: [WALLS, "a viewer is refused what viewers may not do"],
  },
  {
    wall: "rest",
    what: "pages of the installation are for operators",
    file: `${WEB}/router.tsx`,
    find: "      requireOperator({ principal });\n",
    replace: "",
    tests: [WALLS, "the installation's pages are for operators"],
  },
  {
    wall: "rest",
    what: "whoever signs out or chooses a language does so on a page of this server",
    file: `${WEB}/public-pages.tsx`,
    find: '  app.post("/sign-out", async (context) => {\n    requireSameOrigin(context.req.raw, site.baseUrl);\n',
    replace: '  app.post("/sign-out", async (context) => {\n',
    tests: [WALLS, "POST /sign-out is refused to other sites"],
  },
  {
    wall: "rest",
    what: "a path that browsers take for a host leads nowhere",
    file: `${WEB}/own-path.ts`,
    find: ' || url.pathname.startsWith("//")',
    replace: "",
    tests: [`${WEB}/own-path.test.ts`, "leads nowhere else"],
  },
  {
    wall: "rest",
    what: "pages stand in nobody's frame",
    file: `${WEB}/headers.ts`,
    find: "const NOT_EMBEDDED = \"'none'\";",
    replace: "const NOT_EMBEDDED = \"'self'\";",
    tests: [PAGES, "stand in no frame"],
  },
  {
    wall: "rest",
    what: "pages run scripts of this server alone",
    file: `${WEB}/headers.ts`,
    find: "\"default-src 'self'; ",
    replace: "\"default-src 'self' https:; ",
    tests: [PAGES, "pages run scripts of this server alone"],
  },
  {
    wall: "rest",
    what: "a form has an end",
    file: `${WEB}/form.ts`,
    find: "const bytes = await readBody(request, MAX_FORM_BYTES);",
    replace: "const bytes = await readBody(request, 2 * MAX_FORM_BYTES);",
    tests: [PAGES, "a form that is too large is refused"],
  },
];
