// What somebody typed before the scripts had come, on a slow connection, is asked about as well: htmx
// hears only what is typed after it has looked at the page.
import htmx from "htmx.org";

document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input[hx-trigger^=input]")) {
    if (field.value !== field.defaultValue) htmx.trigger(field, "input");
  }
});
