/** Why somebody is not let in, by the code of the error. */
const refusals = {
  SIGN_IN_FAILED: "Tenant, e-mail or password is wrong, or the user is disabled.",
  INPUT_INVALID: "Tenant, e-mail or password is wrong, or the user is disabled.",
  SIGN_IN_THROTTLED: "Too many attempts failed. Try again in a few minutes.",
  CONCURRENCY_LIMIT: "Too many people sign in at this moment. Try again in a few seconds.",
  TENANT_SUSPENDED: "This tenant is suspended. Ask the operator.",
};

export const signIn = {
  title: "Sign in",
  submit: "Sign in",
  refusals,
  linkRefused: "The link was used already or is older than 15 minutes. Ask for another one.",
  linkTitle: "You have a sign-in link",
  linkText: "It works once.",
  linkSubmit: "Sign in with the link",
  linkNeedsScripts: "Sign-in links need JavaScript, which is off in this browser.",
  tenant: "Tenant",
  tenantHint: "Operators leave it empty.",
  email: "E-mail",
  password: "Password",
  provider: "Continue with single sign-on",
  noPassword: "No password? Ask an admin of your tenant for a sign-in link.",
};

export const home = {
  title: "Scripts of your customers, run safely",
  lead: (version: string) => `Version ${version}. Your customers write scripts; this machine runs them.`,
  signIn: "Sign in",
  isolation: (level: string) => `Isolation: ${level}`,
  isolationText: "What stands between a script and this machine.",
  active: "active",
  missing: "missing",
  firstCalls: "First calls",
  httpCall: "The demo tenant has an HTTP script. It needs no key:",
  httpCallLabel: "A call of the HTTP script",
  keyCall: "Everything else takes the API key that the first start printed:",
  keyCallLabel: "A call with the API key",
  more: "More",
  health: "Health of this node",
  readiness: "Readiness of this node",
  doctor: "tells how to reach the full isolation level.",
};

export const account = {
  title: "Your account",
  profile: "Profile",
  name: "Name",
  email: "E-mail",
  role: "Role",
  save: "Save",
  renamed: "Your name is saved",
  password: "Password",
  setPassword: "Set a password",
  changePassword: "Change password",
  passwordText: "Your other sessions end, and sign-in links that were made for you stop working.",
  currentPassword: "Current password",
  newPassword: "New password",
  newPasswordHint: "At least 12 characters.",
  passwordChanged: "Your password is saved; your other sessions have ended",
};
