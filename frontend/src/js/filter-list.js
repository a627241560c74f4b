// <input data-filter-list="id of a list">: what is typed thins out the list of [data-name] items.
// Accents and case do not matter; groups without a match fold away; the count is announced. The first
// matches also stand right below the field, in the list that data-filter-suggest names.
const SUGGESTIONS = 6;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function filter(input) {
  const list = document.getElementById(input.dataset.filterList);
  if (!list) return;
  const wanted = plain(input.value);
  let shown = 0;
  for (const group of list.children) {
    const whole = wanted && group.dataset.group && plain(group.dataset.group).startsWith(wanted);
    let any = false;
    for (const item of group.querySelectorAll("[data-name]")) {
      const match = !wanted || whole || plain(item.dataset.name).includes(wanted);
      item.hidden = !match;
      any ||= match;
      shown += match ? 1 : 0;
    }
    group.hidden = !any;
  }
  suggest(document.getElementById(input.dataset.filterSuggest), wanted ? list : null);
  const status = document.getElementById(input.dataset.filterStatus);
  if (status) {
    const text = shown === 0 ? status.dataset.none : shown === 1 ? status.dataset.one : status.dataset.many;
    status.textContent = wanted ? text.replace("#", shown) : "";
  }
}

function suggest(below, list) {
  if (!below) return;
  const links = [...(list?.querySelectorAll("[data-name]:not([hidden]) a") ?? [])].slice(0, SUGGESTIONS);
  below.replaceChildren(...links.map((link) => {
    const item = document.createElement("li");
    item.append(link.cloneNode(true));
    return item;
  }));
  below.hidden = !links.length;
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-filter-list]")) filter(event.target);
});
// Enter opens the only match, or goes to the first one; the form's own search is the way without us.
document.addEventListener("submit", (event) => {
  const input = event.target.querySelector?.("[data-filter-list]");
  if (!input || !input.value.trim()) return;
  const list = document.getElementById(input.dataset.filterList);
  const links = [...(list?.querySelectorAll("[data-name]:not([hidden]) a") ?? [])];
  if (!links.length) return;
  event.preventDefault();
  if (links.length === 1) window.location.assign(links[0].href);
  else links[0].focus();
});
for (const input of document.querySelectorAll("[data-filter-list]")) if (input.value) filter(input);
