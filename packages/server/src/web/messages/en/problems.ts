/** What error pages and toasts say besides the error's own message. */
export const problems = {
  notFound: "Not found",
  denied: "Not allowed",
  deniedHint: "Ask an admin of this tenant for the permission.",
  conflict: "Changed meanwhile",
  tooMany: "Too many requests",
  unavailable: "Not available just now",
  invalid: "Not valid",
  failed: "Something went wrong",
  back: "Back to scripts",
};
