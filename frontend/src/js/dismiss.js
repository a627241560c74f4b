// A message can be put away; the focus goes on to the content.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  button.closest(".alert").remove();
  document.getElementById("main")?.focus({ preventScroll: true });
});
