// A form marked data-autosave="<address>" is sent there two seconds after the last key. The answer
// (a line such as "Saved at 10:42") goes into its [data-saved] element. Without htmx nothing is lost:
// the form has a button of its own.
import htmx from "htmx.org";

const PAUSE = 2000;
let waiting = null;
let form = null;

function save(keepalive = false) {
  window.clearTimeout(waiting);
  waiting = null;
  if (!form?.isConnected) return;
  const note = form.querySelector("[data-saved]");
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  fetch(form.dataset.autosave, {
    method: "POST",
    body: data,
    keepalive,
    credentials: "same-origin",
    headers: { "HX-Request": "true", "X-Autosave": "1" },
  })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer)))
    .then((html) => {
      if (!note) return;
      note.textContent = new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
      htmx.trigger(form, "autosaved");
    })
    .catch(() => { if (note) note.textContent = document.body.dataset.textNotSaved || ""; });
}

document.addEventListener("input", (event) => {
  const edited = event.target.closest("form[data-autosave]");
  if (!edited) return;
  form = edited;
  window.clearTimeout(waiting);
  waiting = window.setTimeout(save, PAUSE);
});
document.addEventListener("submit", () => { window.clearTimeout(waiting); waiting = null; });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && waiting) save(true);
});
