/** The dialog of Ctrl+K: a field whose hits are chosen with the arrows (ARIA's pattern of a combobox). */
export function startPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#palette");
  const input = dialog?.querySelector("input");
  if (!dialog || !input) return;

  const hits = () => [...dialog.querySelectorAll<HTMLElement>("[role=option]")];

  function choose(chosen: number): void {
    for (const [index, hit] of hits().entries()) {
      hit.id ||= `palette-hit-${index}`;
      hit.ariaSelected = String(index === chosen);
      if (index !== chosen) continue;
      input?.setAttribute("aria-activedescendant", hit.id);
      hit.scrollIntoView({ block: "nearest" });
    }
  }

  function move(step: number): void {
    const all = hits();
    const chosen = all.findIndex((hit) => hit.ariaSelected === "true");
    if (all.length > 0) choose((chosen + step + all.length) % all.length);
  }

  dialog.addEventListener("toggle", () => {
    if (!dialog.open) return;
    input.select();
    input.dispatchEvent(new Event("palette:open"));
  });
  dialog.addEventListener("htmx:after:swap", () => choose(0));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") {
      const hit = hits().find(({ ariaSelected }) => ariaSelected === "true");
      hit?.click();
    } else return;
    event.preventDefault();
  });
}
