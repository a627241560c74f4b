// One button for the phone's own share sheet; where there is none it copies the address.
import { announce } from "./announce.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-share]");
  if (button) {
    const what = { title: button.dataset.shareTitle || document.title, url: button.dataset.share };
    if (navigator.share) return navigator.share(what).catch(() => {}); // they changed their mind
    return copy(button, what.url);
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) return copy(copier, copier.dataset.copy);
  if (event.target.closest("[data-print]")) window.print();
});

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return window.prompt(button.textContent.trim(), text);
  }
  announce(button.dataset.done);
  const label = button.querySelector("[data-label]") || button;
  const before = label.textContent;
  label.textContent = button.dataset.done;
  window.setTimeout(() => { label.textContent = before; }, 3000);
}
