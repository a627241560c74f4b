// <time data-closes datetime="…" data-closed="…">: reloads what the server says when the hour comes,
// so that nobody is left with a button that the server will refuse.
const LONGEST = 2 ** 31 - 1;
for (const time of document.querySelectorAll("time[data-closes]")) {
  const left = Date.parse(time.dateTime) - Date.now();
  if (left <= 0 || left > LONGEST) continue;
  window.setTimeout(() => { time.textContent = time.dataset.closed; }, left);
}
