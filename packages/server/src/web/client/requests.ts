/** Buttons that sent a form rest until its answer is there, so that nothing is sent twice. */
export function startRequests(): void {
  const resting = new WeakMap<
    object,
    { readonly submitter: HTMLButtonElement; readonly hadFocus: boolean }
  >();
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const { submitter } = ctx.request;
    if (!(submitter instanceof HTMLButtonElement) || submitter.disabled) return;
    const hadFocus = submitter === document.activeElement;
    submitter.disabled = true;
    resting.set(ctx, { submitter, hadFocus });
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const rested = resting.get(ctx);
    if (rested === undefined) return;
    const { submitter, hadFocus } = rested;
    submitter.disabled = false;
    if (hadFocus && document.activeElement === document.body) submitter.focus();
  });
}
