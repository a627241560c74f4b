// A trustee's own screen. The code of their link is behind its #, which no browser sends to a server: from
// there it goes into the form. And while words are typed, a space leads on to the next field.
const code = document.querySelector("[data-from-address]");
const behind = decodeURIComponent(location.hash.slice(1));
if (code && !code.value && /^[0-9A-Za-z-]{16,24}$/.test(behind)) {
  code.value = behind;
  code.closest(".field").hidden = true;
}

const fields = [...document.querySelectorAll("[data-words] input")];
document.addEventListener("keydown", (event) => {
  const next = fields[fields.indexOf(event.target) + 1];
  if (!fields.includes(event.target) || !event.target.value.trim()) return;
  if (event.key === " " || (event.key === "Enter" && next)) {
    event.preventDefault();
    next?.focus();
  }
});
// Phones do not always say which key was pressed; the space is then in the field.
document.addEventListener("input", (event) => {
  const place = fields.indexOf(event.target);
  if (place < 0) return;
  const words = event.target.value.trim().split(/\s+/);
  if (words.length === 1 && /\S\s$/.test(event.target.value)) {
    event.target.value = words[0];
    fields[place + 1]?.focus();
  } else if (words.length > 1 && place + words.length <= fields.length) {
    words.forEach((word, step) => { fields[place + step].value = word; });
    fields[Math.min(place + words.length, fields.length - 1)].focus();
  }
});
