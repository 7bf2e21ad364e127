import type { Toast } from "../page.ts";
import type { View } from "../view.ts";

/** Where toasts come up; the page's scripts add those of fragments. */
export function ToastRegion({ view, toast }: { view: View; toast?: Required<Toast> | undefined }) {
  const { layout } = view.t;
  return (
    <section id="toasts" aria-live="polite" aria-label={layout.notifications} data-close-label={layout.close}>
      {toast && (
        <div class={`toast ${toast.kind}`}>
          <span>{toast.text}</span>
          <button type="button" data-toast-close aria-label={layout.close}>
            ×
          </button>
        </div>
      )}
    </section>
  );
}
