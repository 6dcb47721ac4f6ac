// The chosen location: what can be done about it, who is at the counters, who waits.

import { act, isReady } from "./acts.js";
import { toCounter } from "./counter.js";
import { cards, link, mark, picture, write } from "./cards.js";
import * as entryActs from "./entry_acts.js";
import { listOf } from "./rows.js";
import { isPaused, standing } from "./standing.js";

const FIRST_WAITING = 6;
const WIDE = window.matchMedia("(min-width: 68rem)");
const part = (id) => document.getElementById(id);
const panel = part("panel");
const room = part("room");
let opened = null;
let showsAll = false;
let wasChosen = null;

const handlers = {
  onOpen(id) {
    opened = opened === id ? null : id;
    show();
  },
  fillActs: (element, entry) => entryActs.fill(element, entry, chosenCard()),
  orphaned: () => part("panel-name"),
};
const counters = panel && listOf(part("counters"), handlers);
const waiting = panel && listOf(part("waiting"), handlers);

/** The id in the address: back and forward open and close the panel. */
export function chosen() {
  const id = location.hash.startsWith("#at-") ? decodeURIComponent(location.hash.slice(4)) : null;
  return cards.has(id) ? id : null;
}

function chosenCard() {
  return cards.get(chosen());
}

/** Opens the first location where there is room for it and nothing is chosen yet. */
export function openFirst(id) {
  if (!panel || !WIDE.matches || location.hash || id === undefined) return;
  history.replaceState(null, "", `#at-${id}`);
  show();
}

function showActs(card, now) {
  const id = card.servicePoint.id;
  const next = card.waiting[0];
  write(part("call-next"), "words", next ? `Call next: ${next.number}` : "Call next");
  part("call-next").setAttribute("aria-disabled", String(!next || !isReady(id)));
  const paused = isPaused(card, now) || card.servicePoint.status === "closed";
  write(part("pause"), "words", paused ? "Resume" : "Pause");
  picture(part("pause"), "icon", paused ? "arrow" : "pause");
  part("pause").setAttribute("aria-disabled", String(!isReady(id)));
  if (paused) showPauseForm(false);
  part("board-link").href = `/board/${id}?org=${room.dataset.org}`;
}

function showLists(card) {
  const atCounters = [...card.called, ...card.serving];
  counters.show(atCounters, opened);
  part("counters-nobody").hidden = atCounters.length > 0;
  say("counters-sum", `${card.servingCount} of ${card.servicePoint.capacity} serving`);
  const some = showsAll ? card.waiting : card.waiting.slice(0, FIRST_WAITING);
  waiting.show(some, opened);
  part("waiting-nobody").hidden = card.waitingCount > 0;
  say("waiting-sum", `${card.waitingCount} in line`);
  const more = card.waitingCount - some.length;
  part("more-waiting").hidden = more === 0;
  say("more-waiting", `${more} more waiting`);
}

function say(id, text) {
  if (part(id).textContent !== text) part(id).textContent = text;
}

/** Shows what is chosen, as it is now. */
export function show(now = lastNow) {
  if (!panel) return;
  lastNow = now;
  const id = chosen();
  const card = cards.get(id);
  panel.hidden = !card;
  room.classList.toggle("has-panel", Boolean(card));
  mark(id);
  if (id !== wasChosen) {
    opened = null;
    showsAll = false;
    showPauseForm(false);
    panel.scrollTop = 0;
  }
  wasChosen = id;
  if (!card) return;
  say("panel-name", card.servicePoint.name);
  showActs(card, now);
  showLists(card);
  tick(now);
}

let lastNow = Date.now();

/** What passes with time. */
export function tick(now) {
  lastNow = now;
  const card = panel && chosenCard();
  if (!card) return;
  const state = standing(card, now);
  part("panel-state").dataset.standing = state.key;
  write(part("panel-state"), "words", state.words);
  picture(part("panel-state"), "icon", state.icon);
  counters.tick(card, now);
  waiting.tick(card, now);
  const entry = [...card.called, ...card.serving, ...card.waiting].find((each) => each.id === opened);
  const acts = entry && part(`acts-${entry.id}`);
  if (acts) entryActs.refresh(acts, entry, card);
}

function showPauseForm(isShown) {
  part("pause-form").hidden = !isShown;
  part("pause").setAttribute("aria-expanded", String(isShown));
}

function close() {
  const id = chosen();
  history.pushState(null, "", location.pathname + location.search);
  show();
  link(id)?.focus();
}

/** Wires the panel's own buttons. */
export function start() {
  if (!panel) return;
  window.addEventListener("hashchange", () => {
    show();
    if (chosen()) part("panel-name").focus({ preventScroll: WIDE.matches });
    else link(wasChosen)?.focus();
  });
  part("panel-close").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  part("more-waiting").addEventListener("click", () => {
    showsAll = true;
    show();
    part("waiting").children[FIRST_WAITING]?.querySelector(".row-open").focus();
  });
  part("call-next").addEventListener("click", (event) => {
    const id = chosen();
    if (event.currentTarget.getAttribute("aria-disabled") === "true") return;
    act(id, `call-next/${encodeURIComponent(id)}`, (entry) => `${entry.number} called`, toCounter());
  });
  part("pause").addEventListener("click", (event) => {
    const card = chosenCard();
    if (event.currentTarget.getAttribute("aria-disabled") === "true") return;
    if (!isPaused(card, lastNow) && card.servicePoint.status !== "closed") {
      showPauseForm(part("pause-form").hidden);
      if (!part("pause-form").hidden) part("pause-minutes").focus();
      return;
    }
    const { id, name } = card.servicePoint;
    act(id, `resume/${encodeURIComponent(id)}`, () => `${name} resumed`);
  });
  part("pause-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { id, name } = chosenCard().servicePoint;
    const minutes = part("pause-minutes").value;
    act(id, `pause/${encodeURIComponent(id)}`, () => `${name} paused`, minutes ? { minutes: Number(minutes) } : {});
    showPauseForm(false);
    part("pause").focus();
  });
}
