// The works of a ballot: a pot that fills as they are marked, what each lacks to fit, and the heading
// that was chosen. Without it a button adds up, and every heading shows its works.
const NARROW = "\u202f";
const CENTS = 100;
const soles = (cents) => {
  const whole = String(Math.floor(cents / CENTS)).replace(/\B(?=(\d{3})+$)/g, NARROW);
  return `S/\u00a0${whole}${cents % CENTS ? `,${String(cents % CENTS).padStart(2, "0")}` : ""}`;
};
// As it is written beside the work, so that the page need not say it twice.
const read = (text) => {
  const [whole, rest = "0"] = text.split(",");
  return Number(whole.replace(/\D/g, "")) * CENTS + Number(rest);
};
const put = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

function addUp(pot) {
  const money = Number(pot.dataset.works);
  const list = pot.querySelector(".works");
  const works = [...list.querySelectorAll("input")].map((input) => {
    const label = input.closest("label");
    return { input, lack: label.querySelector("i"), cost: read(label.querySelector("b").textContent) };
  });
  const spent = works.reduce((sum, { input, cost }) => sum + (input.checked ? cost : 0), 0);
  let out = 0;
  for (const { input, lack, cost } of works) {
    const lacks = input.checked ? 0 : Math.max(spent + cost - money, 0);
    out += lacks > 0;
    lack.textContent = lacks ? put(list.dataset.lacks, { lacks: soles(lacks) }) : "";
  }
  const said = pot.querySelector("[role=status]");
  const { fits, over, out: crowded } = said.dataset;
  const values = { spent: soles(spent), money: soles(money), left: soles(Math.abs(money - spent)) };
  said.textContent = put(spent > money ? over : fits, values) + (out ? `. ${put(crowded, { n: out })}` : "");
  pot.querySelector(".pot").classList.toggle("is-over", spent > money);
  pot.querySelector("progress").value = Math.min(spent, money);
}

function fold(headings) {
  for (const heading of headings.querySelectorAll(".heading")) {
    heading.querySelector(".heading-inside").hidden = !heading.querySelector("input[type=radio]").checked;
  }
}

for (const pot of document.querySelectorAll("[data-works]")) addUp(pot);
for (const headings of document.querySelectorAll("[data-headings]")) fold(headings);
document.addEventListener("change", (event) => {
  const pot = event.target.closest("[data-works]");
  const headings = event.target.closest("[data-headings]");
  if (pot) addUp(pot);
  if (headings) fold(headings);
});

// A map weighs as much as all the rest: it comes when somebody opens it.
let drawn;
document.addEventListener("toggle", async ({ target }) => {
  const later = target.dataset?.mapLater && target.querySelector("template");
  if (!later || !target.open) return;
  later.replaceWith(later.content);
  if (drawn) document.dispatchEvent(new Event("htmx:afterSettle"));
  else {
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", href: target.dataset.mapSheet });
    document.head.append(sheet);
    await new Promise((done) => { sheet.onload = sheet.onerror = done; });
    drawn = import(target.dataset.mapLater);
  }
}, true);
