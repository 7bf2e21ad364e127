import type { SkerryError } from "../problems/errors.ts";
import type { Messages } from "./messages/messages.ts";
import type { View } from "./view.ts";

/** What went wrong, in the place of a page. */
export function ProblemPage({ view, error }: { view: View; error: SkerryError }) {
  const { problems } = view.t;
  return (
    <div class="empty">
      <p class="big">{error.status}</p>
      <h1>{titleOfProblem(view.t, error)}</h1>
      <p>{error.message}</p>
      {error.status === 403 && <p class="dim">{problems.deniedHint}</p>}
      <p class="dim mono">{error.code}</p>
      {view.tenant && <a href={view.href("/scripts")}>{problems.back}</a>}
    </div>
  );
}

export function titleOfProblem({ problems }: Messages, { status }: Pick<SkerryError, "status">): string {
  switch (status) {
    case 403:
      return problems.denied;
    case 404:
      return problems.notFound;
    case 409:
      return problems.conflict;
    case 429:
      return problems.tooMany;
    case 503:
      return problems.unavailable;
    default:
      return status < 500 ? problems.invalid : problems.failed;
  }
}
