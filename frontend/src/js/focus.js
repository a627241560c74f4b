// After a swap the focus is where it was, or on what replaced it: never back at the top of the page.
export function rememberFocus() {
  let lost = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    lost = active && event.detail.target?.contains(active)
      ? { id: active.id, name: active.name, value: active.value, within: event.detail.target.id }
      : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const summary = event.target.querySelector?.("[data-error-summary]");
    if (summary) {
      lost = null;
      return summary.focus();
    }
    if (!lost || (document.activeElement && document.activeElement !== document.body)) return;
    const within = document.getElementById(lost.within) || event.target;
    const same = (lost.id && document.getElementById(lost.id))
      || (lost.name && within.querySelector(`[name="${CSS.escape(lost.name)}"]`))
      || within.querySelector("[data-focus-after]")
      || within;
    lost = null;
    if (same === within && !within.hasAttribute("tabindex")) within.setAttribute("tabindex", "-1");
    same.focus({ preventScroll: true });
  });
}
