// The strip at the bottom: what was done, with ten seconds to take it back, which stand still while the strip is focused.

import { countdown } from "/assets/words.js";

const UNDO_SECONDS = 10;
const TOLD_SECONDS = 6;
const part = (id) => document.getElementById(id);
const strip = part("toast");
const undo = part("toast-undo");
let left = 0;
let timer = 0;
let takeBack = null;

function hide() {
  clearInterval(timer);
  strip.hidden = true;
  takeBack = null;
}

function count() {
  if (strip.contains(document.activeElement)) return;
  left -= 1;
  part("toast-left").textContent = takeBack ? countdown(left) : "";
  if (left <= 0) hide();
}

function show(words, seconds, isTrouble) {
  clearInterval(timer);
  strip.hidden = false;
  strip.classList.toggle("toast-trouble", isTrouble);
  part("toast-words").textContent = words;
  undo.hidden = takeBack === null;
  left = seconds;
  part("toast-left").textContent = takeBack ? countdown(left) : "";
  timer = setInterval(count, 1000);
  part("said").textContent = takeBack ? `${words}. Undo is at the end of the page.` : words;
}

/** Says something. */
export function tell(words, { isTrouble = false } = {}) {
  takeBack = null;
  show(words, isTrouble ? TOLD_SECONDS * 2 : TOLD_SECONDS, isTrouble);
}

/** Says what was done, and offers to take it back. */
export function undoable(words, back) {
  takeBack = back;
  show(words, UNDO_SECONDS, false);
}

undo.addEventListener("click", () => {
  const back = takeBack;
  hide();
  back?.();
});
part("toast-close").addEventListener("click", hide);
