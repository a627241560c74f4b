// Marking words of a provision: with the mouse or the finger, or with the arrow keys. Both end in a
// selection, whose places in the text go to the form. Without it each paragraph has its own link.
import { announce } from "./announce.js";

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
const LONGEST = 200;

for (const text of document.querySelectorAll("[data-marking]")) prepare(text);

// The server counts characters, the browser UTF-16 units: an emoji is one and two.
function characters(string) {
  return Array.from(string).length;
}

function paragraphOf(node) {
  return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-start]");
}

// How far into its paragraph a point of the page is, in UTF-16 units.
function unitsBefore(paragraph, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  range.setEnd(node, offset);
  return range.toString().length;
}

// The point of the page so many units into a paragraph.
function pointAt(paragraph, units) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && units > node.length) {
    units -= node.length;
    node = walker.nextNode();
  }
  return [node, units];
}

// The part of a range that lies in this text, as places and words; nothing if it has no word.
function chosen(text, range) {
  const found = [];
  for (const paragraph of text.querySelectorAll("[data-start]")) {
    if (!range.intersectsNode(paragraph)) continue;
    const all = paragraph.textContent;
    const from = paragraph.contains(range.startContainer)
      ? unitsBefore(paragraph, range.startContainer, range.startOffset) : 0;
    const to = paragraph.contains(range.endContainer)
      ? unitsBefore(paragraph, range.endContainer, range.endOffset) : all.length;
    if (from < to) found.push({ paragraph, all, from, to });
  }
  const words = found.map(({ all, from, to }) => all.slice(from, to)).join(" ");
  if (!words.match(WORD)) return null;
  const first = found[0];
  const last = found[found.length - 1];
  return {
    start: Number(first.paragraph.dataset.start) + characters(first.all.slice(0, first.from)),
    stop: Number(last.paragraph.dataset.start) + characters(last.all.slice(0, last.to)),
    words: words.replace(/\s+/g, " ").trim(),
  };
}

function prepare(text) {
  const bar = text.querySelector("[data-mark-bar]");
  const go = bar.querySelector("[data-mark-go]");
  const how = bar.querySelector("[data-mark-how]");
  let keys = null; // the paragraph that is marked by keyboard, its words, the first and the last
  let waiting;

  function offer() {
    const selection = document.getSelection();
    const range = selection.rangeCount && !selection.isCollapsed && selection.getRangeAt(0);
    const found = range && range.intersectsNode(text) && chosen(text, range);
    if (!found) {
      if (!keys) bar.hidden = true;
      return;
    }
    const quote = Array.from(found.words).slice(0, LONGEST).join("");
    const asked = new URLSearchParams({ desde: found.start, hasta: found.stop, cita: quote });
    go.href = `${text.dataset.marking}&${asked}`;
    how.hidden = !keys;
    bar.hidden = false;
    place(range);
  }

  function place(range) {
    const boxes = range.getClientRects();
    const end = boxes[boxes.length - 1] || range.getBoundingClientRect();
    const around = text.getBoundingClientRect();
    const most = Math.max(around.width - bar.offsetWidth, 0);
    bar.style.top = `${end.bottom - around.top + 8}px`;
    bar.style.left = `${Math.min(Math.max(end.right - around.left - bar.offsetWidth, 0), most)}px`;
  }

  function begin(button) {
    const paragraph = button.closest(".paragraph").querySelector("[data-start]");
    const words = [...paragraph.textContent.matchAll(WORD)].map((m) => [m.index, m.index + m[0].length]);
    if (!words.length) return;
    keys = { button, paragraph, words, first: 0, last: 0 };
    select();
    bar.focus({ preventScroll: true });
  }

  function select() {
    const { paragraph, words, first, last } = keys;
    const [start, from] = pointAt(paragraph, words[first][0]);
    const [end, to] = pointAt(paragraph, words[last][1]);
    document.getSelection().setBaseAndExtent(start, from, end, to);
    offer();
    bar.scrollIntoView({ block: "nearest" });
    const said = paragraph.textContent.slice(words[first][0], words[last][1]);
    announce(text.dataset.chosen.replace("{words}", said));
  }

  function leave(back) {
    const { button } = keys;
    keys = null;
    document.getSelection().removeAllRanges();
    bar.hidden = true;
    announce(text.dataset.none);
    if (back) button.focus();
  }

  function move(key, wider) {
    const end = keys.words.length - 1;
    const longer = key === "ArrowDown" || (wider && key === "ArrowRight");
    const shorter = key === "ArrowUp" || (wider && key === "ArrowLeft");
    if (longer) keys.last = Math.min(keys.last + 1, end);
    else if (shorter) keys.last = Math.max(keys.last - 1, keys.first);
    else {
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -keys.first, End: end - keys.first }[key];
      if (step === undefined) return false;
      const length = keys.last - keys.first;
      keys.first = Math.min(Math.max(keys.first + step, 0), end);
      keys.last = Math.min(keys.first + length, end);
    }
    select();
    return true;
  }

  text.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) begin(button);
  });
  bar.addEventListener("keydown", (event) => {
    if (!keys || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") leave(true);
    else if (event.key === "Enter" && event.target === bar) location.assign(go.href);
    else if (!move(event.key, event.shiftKey)) return;
    event.preventDefault();
  });
  bar.addEventListener("focusout", (event) => {
    if (keys && event.relatedTarget && !bar.contains(event.relatedTarget)) leave(false);
  });
  document.addEventListener("selectionchange", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(offer, 150);
  });
  // A touch on the button must not undo the selection before it is followed.
  go.addEventListener("mousedown", (event) => event.preventDefault());
  // Dragging over a mark selects its words; it does not pull the link away.
  for (const mark of text.querySelectorAll("a.marked")) mark.draggable = false;
}
