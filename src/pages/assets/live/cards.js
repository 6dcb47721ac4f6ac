// The cards: one element a location, filled from what the stream says, ticking in between.

import { clock } from "/assets/words.js";
import { figure } from "./moments.js";
import { draw, sharedHours, sharedTop } from "./plot.js";
import { longestSeconds, standing } from "./standing.js";

const HIGHLIGHT_MS = 2000;
const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const list = document.getElementById("cards");
const template = document.getElementById("card-template");
const elements = new Map();
for (const element of list?.children ?? []) elements.set(element.dataset.point, element);

export const cards = new Map();

/** The part of an element that is filled under this name. */
export function slot(element, name) {
  return element.querySelector(`[data-slot="${name}"]`);
}

/** Sets a text only where it differs, so that nothing is announced or repainted for nothing. */
export function write(element, name, text) {
  const target = slot(element, name);
  if (target.textContent === String(text)) return false;
  target.textContent = text;
  return true;
}

/** Shows an icon of the sprite. */
export function picture(element, name, icon) {
  const address = `/assets/icons.svg#${icon}`;
  const target = slot(element, name);
  if (target.getAttribute("href") !== address) target.setAttribute("href", address);
}

function made(id) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.dataset.point = id;
  element.querySelector(".place-open").href = `#at-${id}`;
  element.querySelector("form").remove();
  elements.set(id, element);
  list.append(element);
  return element;
}

function highlight(element, name) {
  const target = slot(element, name).closest("dd");
  target.classList.add("changed");
  setTimeout(() => target.classList.remove("changed"), HIGHLIGHT_MS);
}

/** Takes what the stream says about one location. */
export function put(card) {
  const id = card.servicePoint.id;
  const isKnown = cards.has(id);
  cards.set(id, card);
  const element = elements.get(id) ?? made(id);
  write(element, "name", card.servicePoint.name);
  element.querySelector(".place-open").title = card.servicePoint.location;
  for (const [name, value] of [["waiting", card.waitingCount], ["serving", card.servingCount]]) {
    if (write(element, name, value) && isKnown) highlight(element, name);
  }
  write(element, "capacity", `/${card.servicePoint.capacity}`);
  write(element, "on-time", card.onTimePercent ?? "–");
  write(element, "on-time-unit", card.onTimePercent === undefined ? "" : "%");
}

/** A location is gone. */
export function remove(id) {
  cards.delete(id);
  elements.get(id)?.remove();
  elements.delete(id);
}

/** What passes with time: states and waits. */
export function tick(now) {
  for (const [id, card] of cards) {
    const element = elements.get(id);
    const state = standing(card, now);
    element.dataset.standing = state.key;
    write(element, "words", state.words);
    picture(element, "icon", state.icon);
    const longest = longestSeconds(card, now);
    const [value, unit] = longest === null ? ["–", ""] : figure(longest);
    write(element, "longest", value);
    write(element, "longest-unit", unit);
    const there = slot(element, "there");
    there.hidden = card.servicePoint.timezone === viewerZone || clock(now, card.servicePoint.timezone) === clock(now, viewerZone);
    if (!there.hidden) write(element, "there", `${clock(now, card.servicePoint.timezone)} there`);
  }
}

/** Draws all plots anew, on one scale of waits and one of hours. */
export function plot(now) {
  const all = [...cards.values()];
  const [top, hours] = [sharedTop(all, now), sharedHours(all, now)];
  for (const [id, card] of cards) draw(slot(elements.get(id), "plot"), card, now, top, hours);
}

/** Marks the location whose panel is open. */
export function mark(chosen) {
  for (const [id, element] of elements) {
    const link = element.querySelector(".place-open");
    element.classList.toggle("place-chosen", id === chosen);
    if (id === chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** The link of a location, to give the focus back to. */
export function link(id) {
  return elements.get(id)?.querySelector(".place-open");
}

/** The element of a location. */
export function elementOf(id) {
  return elements.get(id);
}

export { list, viewerZone };
