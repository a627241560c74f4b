// Under a field with maxlength and data-counter: how many characters are left, said only near the end.
function update(field) {
  const note = document.getElementById(field.dataset.counter);
  if (!note) return;
  const left = field.maxLength - field.value.length;
  note.textContent = note.dataset.text.replace(/#|%s/, left);
  note.hidden = left > field.maxLength / 2;
}
document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-counter]")) update(event.target);
});
