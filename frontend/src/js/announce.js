// Says a change aloud to those who do not see it; an error is also shown.
export function announce(text, tone = "info") {
  if (!text) return;
  const region = document.getElementById("announcements");
  if (!region) return;
  region.textContent = "";
  region.classList.toggle("visually-hidden", tone !== "error");
  region.classList.toggle("toast-note", tone === "error");
  window.setTimeout(() => { region.textContent = text; }, 60);
  if (tone === "error") window.setTimeout(() => region.classList.add("visually-hidden"), 9000);
}
