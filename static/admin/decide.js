// The lists of the admin scroll inside their own boxes; each box says which it is.
document.addEventListener("DOMContentLoaded", () => {
  const title = document.querySelector("h1")?.textContent.trim() || document.title;
  document.querySelectorAll("[data-simplebar]").forEach((box, index) => {
    const name = box.id === "nav-sidebar-apps" ? "Menú" : index ? `${title} (${index})` : title;
    box.setAttribute("data-simplebar-aria-label", name);
  });
});
