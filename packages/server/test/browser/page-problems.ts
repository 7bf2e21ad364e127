import type { Page } from "playwright-core";

/** Chromium says so of each answer from 400; those are looked at themselves. */
const ANSWER_REPORT = /^Failed to load resource: the server responded with a status of/;

/** A page that is left ends its requests and streams. */
const GIVEN_UP = "net::ERR_ABORTED";

/**
 * Collects what goes wrong in a page: its errors, those on its console, which are also what its content security policy
 * refused, requests that failed, and answers with a status from 400 that is not one of `allow`.
 */
export function watchPage(page: Page, allow: readonly number[]): readonly string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`page error: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error" || ANSWER_REPORT.test(message.text())) return;
    problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    if (reason !== GIVEN_UP) problems.push(`${request.method()} ${request.url()} failed: ${reason}`);
  });
  page.on("response", (response) => {
    const status = response.status();
    if (status < 400 || allow.includes(status)) return;
    problems.push(`${response.request().method()} ${response.url()} answered ${status}`);
  });
  return problems;
}
