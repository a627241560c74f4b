// Shows by itself that there is a person: does the work that ALTCHA's protocol asks (PBKDF2, by the browser's
// own code, off the main thread) and puts the solution into the field. Where that cannot be done, the question
// that was there before stays.
const TOGETHER = 8;
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

async function derive({ nonce, salt, cost, keyLength, algorithm }, counter) {
  const password = new Uint8Array(nonce.length / 2 + 4);
  password.set(bytes(nonce));
  new DataView(password.buffer).setUint32(nonce.length / 2, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", salt: bytes(salt), iterations: cost, hash: algorithm.split("/")[1] };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
}

async function solve(challenge) {
  const began = performance.now();
  for (let first = 0; ; first += TOGETHER) {
    const counters = Array.from({ length: TOGETHER }, (_, place) => first + place);
    const keys = await Promise.all(counters.map((counter) => derive(challenge.parameters, counter)));
    const place = keys.findIndex((key) => key.startsWith(challenge.parameters.keyPrefix));
    if (place < 0) continue;
    const time = Math.round(performance.now() - began);
    return { challenge, solution: { counter: first + place, derivedKey: keys[place], time } };
  }
}

async function check(box) {
  if (box.dataset.begun || !window.crypto?.subtle) return;
  box.dataset.begun = "1";
  const status = box.querySelector("[role=status]");
  const typed = box.querySelector("[type=text]");
  const field = box.closest(".field");
  const form = box.closest("form");
  const error = field.querySelector(".error");
  const hide = (hidden) => {
    for (const part of [typed, error, field.querySelector("label")]) if (part) part.hidden = hidden;
  };
  hide(true);
  status.textContent = box.dataset.working;
  // Whoever is faster than the work waits for it instead of being refused; htmx must not hear of it before.
  let pressed;
  const wait = (event) => {
    if (event.target !== form) return;
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter ?? true;
  };
  document.addEventListener("submit", wait, true);
  try {
    const answer = await fetch(box.dataset.captcha, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const solved = await solve(await answer.json());
    box.querySelector("[name$=_solution]").value = btoa(JSON.stringify(solved));
    status.textContent = box.dataset.done;
  } catch {
    status.textContent = "";
    hide(false);
  }
  document.removeEventListener("submit", wait, true);
  if (pressed && form.isConnected) form.requestSubmit(pressed === true ? undefined : pressed);
}

const checkAll = () => document.querySelectorAll("[data-captcha]").forEach(check);
document.addEventListener("htmx:load", checkAll);
checkAll();
