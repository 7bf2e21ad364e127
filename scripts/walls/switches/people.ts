import type { WallSwitch } from "../wall-switch.ts";

const AUTH = "packages/server/src/auth";
const USERS = "packages/server/src/users";
const SESSION_TESTS = `${AUTH}/sessions/sessions.test.ts`;
const TOKEN_TESTS = `${AUTH}/token.test.ts`;
const IDENTITY_TESTS = `${AUTH}/identity.test.ts`;
const OIDC_TESTS = `${AUTH}/oidc/oidc.test.ts`;
const USER_TESTS = `${USERS}/users.test.ts`;

/** Who gets in: users by sessions, links and identity providers, the host's users by tokens and by its word. */
export const PEOPLE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "a cookie writes for pages of this origin only",
    file: `${AUTH}/authenticate.ts`,
    find: "    requireSameOrigin(context.req.raw, baseUrl);\n",
    replace: "    void requireSameOrigin;\n",
    tests: [SESSION_TESTS, "writes for a page of another site$"],
  },
  {
    wall: "rest",
    what: "a browser that says nothing of the page is not believed",
    file: `${AUTH}/same-origin.ts`,
    find: 'refuseUnless(request, baseUrl, ["same"]);',
    replace: 'refuseUnless(request, baseUrl, ["same", "unknown"]);',
    tests: [SESSION_TESTS, "that does not say where it is from"],
  },
  {
    wall: "rest",
    what: "what the host tells by a cookie writes for pages of this origin only",
    file: `${AUTH}/authenticate.ts`,
    find: "if (principal !== undefined) refuseCrossOrigin(request, baseUrl);",
    replace: "void refuseCrossOrigin;",
    tests: [IDENTITY_TESTS, "does not let other sites write"],
  },
  {
    wall: "rest",
    what: "an identity of the host that is none lets nobody in",
    file: `${AUTH}/identity.ts`,
    find: "if (!(await tenants.requireActive(tenant))) {",
    replace: 'if (!(await tenants.requireActive(tenant)) && tenant === "") {',
    tests: [IDENTITY_TESTS, "that fails \\(lost\\)"],
  },
  {
    wall: "rest",
    what: "another role, status or password ends sessions",
    file: `${USERS}/service.ts`,
    find: "if (needsNewSignIn(user, update)) await sessions.endAll(queries, user);",
    replace: "if (needsNewSignIn(user, update)) await Promise.resolve();",
    tests: [USER_TESTS, "lose their sessions"],
  },
  {
    wall: "rest",
    what: "whoever manages users cannot become one who may do more",
    file: `${USERS}/service.ts`,
    find: "for (const permission of ROLE_PERMISSIONS[role]) requirePermission(admin, permission);",
    replace: "void ROLE_PERMISSIONS[role];",
    tests: [USER_TESTS, "neither makes, becomes nor removes an admin"],
  },
  {
    wall: "rest",
    what: "the last admin stays",
    file: `${USERS}/service.ts`,
    find: "if (admins.length !== 1 || admins[0] !== id) return;",
    replace: "if (admins.length < 2) return;",
    tests: [USER_TESTS, "stays, also when"],
  },
  {
    wall: "rest",
    what: "two changes of admins wait for each other",
    file: `${USERS}/repository.ts`,
    find: '    .orderBy("id")\n    .forUpdate()\n',
    replace: '    .orderBy("id")\n',
    tests: [USER_TESTS, "stays, also when"],
  },
  {
    wall: "rest",
    what: "unknown users take as long as others",
    file: `${USERS}/password.ts`,
    find: "const tried = await digest(",
    replace: "if (known === undefined) return false;\n      const tried = await digest(",
    tests: [SESSION_TESTS, "takes as long for users that do not exist"],
  },
  {
    wall: "rest",
    what: "guesses at a password are counted",
    file: `${AUTH}/sessions/throttle.ts`,
    find: "if (accountName !== undefined) refuseBeyond(accountName, ACCOUNT_ATTEMPTS);",
    replace: "void ACCOUNT_ATTEMPTS;",
    tests: [SESSION_TESTS, "is refused after ten failures"],
  },
  {
    wall: "rest",
    what: "a sign-in link is used once",
    file: `${AUTH}/sessions/service.ts`,
    find: " || !(await takeLink(queries, hash))",
    replace: "",
    tests: [SESSION_TESTS, "signs its user in once"],
  },
  {
    wall: "rest",
    what: "a token's algorithm fits the kind of its keys",
    file: `${AUTH}/token.ts`,
    find: "    algorithms: [...algorithms],\n",
    replace: "",
    tests: [TOKEN_TESTS, "a secret, which excludes all other algorithms|whose secret is the public key"],
  },
  {
    wall: "rest",
    what: "a token lives for an hour at most",
    file: `${AUTH}/token.ts`,
    find: ".refine((exp) => exp - Date.now() / 1_000 <= MAX_AHEAD_S + CLOCK_SKEW_S)",
    replace: "",
    tests: [TOKEN_TESTS, "that lives longer than an hour"],
  },
  {
    wall: "rest",
    what: "the permissions of a token are those that exist",
    file: `${AUTH}/permission.ts`,
    find: "names.filter((name): name is Permission => Object.hasOwn(PERMISSIONS, name))",
    replace: "names as Permission[]",
    tests: [TOKEN_TESTS, "stands for its tenant and subject"],
  },
  {
    wall: "rest",
    what: "an address that the provider did not verify is nobody's",
    file: `${AUTH}/oidc/provider.ts`,
    find: "verified === true ?",
    replace: "verified !== undefined ?",
    tests: [OIDC_TESTS, "lets nobody in by an address"],
  },
  {
    wall: "rest",
    what: "a user is one account of a provider, not whoever has the address later",
    file: `${AUTH}/sessions/service.ts`,
    find: "return known !== undefined || (await insertIdentity(queries, user, subject)) ? user : undefined;",
    replace: "await insertIdentity(queries, user, subject);\n  return user;",
    tests: [OIDC_TESTS, "lets nobody in by an address"],
  },
  {
    wall: "rest",
    what: "a sign-in goes on to places of this server only",
    file: `${AUTH}/oidc/contract.ts`,
    find: "/^\\/(?![/\\\\])[\\x21-\\x5b\\x5d-\\x7e]*$/",
    replace: "/^/",
    tests: [OIDC_TESTS, "does not go on to"],
  },
];
