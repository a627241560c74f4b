// Deciding with the keyboard in the queue of moderation: each key presses a button of the page.
const queue = document.querySelector("[data-cases]");
const WENT_ON = "moderation-keys", OFF = "moderation-keys-off";
const DECIDE = { m: "keep", o: "hide", a: "warn" };

if (queue) {
  const cases = [...queue.children];
  const asked = document.querySelector("[data-keys-on]");
  asked.checked = !localStorage.getItem(OFF);
  asked.addEventListener("change", () => asked.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"));
  if (sessionStorage.getItem(WENT_ON)) cases[0].focus();
  sessionStorage.removeItem(WENT_ON);

  const press = (button) => {
    if (!button) return;
    sessionStorage.setItem(WENT_ON, "1");
    button.click();
  };
  const unfold = (one, open) => {
    const fold = one.querySelector(".decide details");
    fold.open = open;
    if (open) fold.querySelector("select").focus();
  };
  const act = (key, one) => {
    if (key === "x") return one.querySelector("[data-choose]").click();
    if (key === "r") return unfold(one, !one.querySelector(".decide details").open);
    if (key !== "m" && !one.querySelector(".decide select").value) return unfold(one, true);
    press(one.querySelector(`[name=kind][value=${DECIDE[key]}]`));
  };
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const typing = event.target.closest("textarea, select, input:not([type=checkbox])");
    if (!asked.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = cases.indexOf(document.activeElement.closest(".case"));
    if (key === "j") cases[Math.min(at + 1, cases.length - 1)].focus();
    else if (key === "k") cases[Math.max(at - 1, 0)].focus();
    else if (key === "z") press(document.querySelector("[data-undo] button"));
    else if (at >= 0 && (key in DECIDE || key === "r" || key === "x")) act(key, cases[at]);
    else return;
    event.preventDefault();
  });
}
