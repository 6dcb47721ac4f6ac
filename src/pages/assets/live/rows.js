// The people in the panel: one row each, kept by id so that focus and an opened row survive every change.

import { countdown, duration } from "/assets/words.js";
import { picture, slot, write } from "./cards.js";
import { secondsSince } from "./moments.js";

const template = document.getElementById("row-template");

function about(entry) {
  const parts = [];
  if (entry.state !== "waiting" && entry.counter) parts.push(/^\d/.test(entry.counter) ? `Counter ${entry.counter}` : entry.counter);
  if (entry.service) parts.push(entry.service);
  if (entry.partySize > 1) parts.push(`party of ${entry.partySize}`);
  if (entry.letPass > 0) parts.push(`let ${entry.letPass} pass`);
  return parts.join(", ") || (entry.state === "waiting" ? "No service named" : "");
}

function made(entry, onOpen) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.entry = entry.id;
  const acts = slot(row, "acts");
  acts.id = `acts-${entry.id}`;
  const open = row.querySelector(".row-open");
  open.setAttribute("aria-controls", acts.id);
  open.addEventListener("click", () => onOpen(entry.id));
  return row;
}

function fill(row, entry) {
  row.dataset.state = entry.state;
  write(row, "number", entry.number);
  slot(row, "number").className = `plate${entry.state === "waiting" ? "" : ` plate-${entry.state}`}`;
  write(row, "name", entry.customer.name || "No name given");
  const isUrgent = entry.state === "waiting" && entry.priority && entry.priority !== "normal";
  write(row, "priority", isUrgent ? `Priority ${entry.priority}` : "");
  write(row, "about", about(entry));
}

/** Ticks a row: how long it has waited, or since when it is called or served. */
function tickRow(row, entry, card, now) {
  if (entry.state === "waiting") {
    const waited = secondsSince(entry.joinedAt, now);
    const isLate = waited > card.servicePoint.waitLimitMinutes * 60;
    row.classList.toggle("row-late", isLate);
    picture(row, "icon", isLate ? "octagon" : "clock");
    write(row, "state", "");
    write(row, "time", duration(Math.floor(waited / 60)));
    return;
  }
  const isCalled = entry.state === "called";
  const passed = secondsSince(isCalled ? entry.calledAt : entry.startedAt, now);
  const isLate = isCalled && passed > card.servicePoint.graceMinutes * 60;
  row.classList.toggle("row-late", isLate);
  picture(row, "icon", isCalled ? (isLate ? "octagon" : "bell") : "person");
  write(row, "state", isCalled ? (isLate ? "Called, not here" : "Called") : "Serving");
  write(row, "time", passed < 7200 ? countdown(passed) : duration(Math.floor(passed / 60)));
}

/** One list of rows. `opened` is the entry whose acts are shown, `fillActs(element, entry)` puts them there. */
export function listOf(list, { onOpen, fillActs, orphaned }) {
  const rows = new Map();
  let shown = [];

  function drop(id) {
    const row = rows.get(id);
    rows.delete(id);
    const hadFocus = row.contains(document.activeElement);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (hadFocus) (next?.querySelector(".row-open") ?? orphaned()).focus();
  }

  function show(entries, opened) {
    shown = entries;
    const present = new Set(entries.map((entry) => entry.id));
    for (const id of [...rows.keys()]) if (!present.has(id)) drop(id);
    entries.forEach((entry, index) => {
      const row = rows.get(entry.id) ?? made(entry, onOpen);
      rows.set(entry.id, row);
      fill(row, entry);
      const isOpen = entry.id === opened;
      row.classList.toggle("row-opened", isOpen);
      row.querySelector(".row-open").setAttribute("aria-expanded", isOpen);
      const acts = slot(row, "acts");
      acts.hidden = !isOpen;
      if (isOpen) fillActs(acts, entry);
      else acts.replaceChildren();
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
  }

  function tick(card, now) {
    for (const entry of shown) tickRow(rows.get(entry.id), entry, card, now);
  }

  return { show, tick };
}
