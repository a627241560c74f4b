// Improves pages that already work without it: nothing here is needed to take part.
import htmx from "htmx.org";
import { announce } from "./announce.js";
import { rememberFocus } from "./focus.js";
import "./autosave.js";
import "./counter.js";
import "./dismiss.js";
import "./early.js";
import "./filter-list.js";
import "./menus.js";
import "./moderation.js";
import "./same-length.js";
import "./share.js";
import "./time-left.js";

// The content security policy forbids eval and inline style; our own sheet has the indicator rules.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // what one person saw must not stay on a shared phone
htmx.config.selfRequestsOnly = true;
htmx.config.attributesToSettle = ["class", "width", "height"]; // not "style": forbidden too
htmx.config.defaultFocusScroll = true;
// A refused form comes back as 422 with its errors, and these are to be shown.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

document.documentElement.classList.add("js");
// From the second page on, so that the first visit stays as light as can be.
if ("serviceWorker" in navigator && document.referrer.startsWith(`${location.origin}/`)) {
  window.addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
rememberFocus();

document.addEventListener("htmx:responseError", (event) => {
  const text = document.body.dataset;
  announce(event.detail.xhr.status === 429 ? text.textTooMany : text.textFailed, "error");
});
document.addEventListener("htmx:sendError", () => announce(document.body.dataset.textOffline, "error"));
document.addEventListener("htmx:timeout", () => announce(document.body.dataset.textOffline, "error"));

// A server may say what changed: HX-Trigger: {"announce": "You support this proposal"}.
document.addEventListener("announce", (event) => announce(event.detail.value));
