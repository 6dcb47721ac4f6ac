// What can be done about one person, as buttons below the opened row.

import { countdown } from "/assets/words.js";
import { act, isReady } from "./acts.js";
import { cards } from "./cards.js";
import { now } from "./clock.js";
import { toCounter } from "./counter.js";

const mayOverride = document.getElementById("room").dataset.mayOverride === "yes";

const ACTS = {
  waiting: ["call", "transfer", "no-show"],
  called: ["start", "recall", "return", "no-show"],
  serving: ["complete", "return", "transfer"],
};
const LABELS = {
  call: "Call now", start: "Start", recall: "Recall", complete: "Done", return: "Return to line",
  transfer: "Transfer", "no-show": "No-show",
};
const SAID = {
  call: (number) => `${number} called`, start: (number) => `${number} started`,
  recall: (number) => `${number} recalled`, complete: (number) => `${number} done`,
  return: (number) => `${number} returned to the line`, "no-show": (number) => `${number} is a no-show`,
};

/** Seconds until a no-show may be noted; the grace period counts from the call, for who was never called from joining. */
function graceLeft(entry, card) {
  const since = Date.parse(entry.calledAt ?? entry.joinedAt);
  return Math.max(0, Math.ceil((since + card.servicePoint.graceMinutes * 60_000 - now()) / 1000));
}

function button(kind, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button${kind === "no-show" ? " button-danger" : ""}`;
  made.dataset.act = kind;
  made.textContent = label;
  return made;
}

function transferForm(element, entry, card) {
  const form = document.createElement("form");
  form.className = "choice";
  const label = document.createElement("label");
  label.textContent = `Transfer ${entry.number} to`;
  const select = document.createElement("select");
  select.id = `target-${entry.id}`;
  label.htmlFor = select.id;
  for (const other of cards.values()) {
    if (other === card || other.servicePoint.id === card.servicePoint.id) continue;
    const { id, name, status } = other.servicePoint;
    const option = new Option(`${name}, ${status === "open" ? `${other.waitingCount} waiting` : status}`, id);
    option.disabled = status !== "open";
    select.add(option);
  }
  const send = button("transfer-send", "Transfer");
  send.type = "submit";
  const back = button("transfer-back", "Keep here");
  form.append(label, select, send, back);
  const close = () => {
    element.dataset.shows = "";
    fill(element, entry, card);
    element.querySelector('[data-act="transfer"]')?.focus();
  };
  back.addEventListener("click", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = cards.get(select.value)?.servicePoint.name;
    if (name === undefined || send.getAttribute("aria-disabled") === "true") return;
    const said = () => `${entry.number} transferred to ${name}`;
    act(entry.id, `transfer/${encodeURIComponent(entry.id)}`, said, { servicePointId: select.value });
  });
  element.replaceChildren(form);
  element.dataset.shows = "transfer";
  select.focus();
}

function press(kind, element, entry, card) {
  if (kind === "transfer") return transferForm(element, entry, card);
  const isEarly = kind === "no-show" && graceLeft(entry, card) > 0;
  if (isEarly && !mayOverride) return undefined;
  const path = `${kind}/${encodeURIComponent(entry.id)}${isEarly ? "?override=true" : ""}`;
  const body = kind === "call" || (kind === "start" && !entry.counter) ? toCounter() : {};
  return act(entry.id, path, () => SAID[kind](entry.number), body);
}

/** Puts the buttons for an entry below its row; a form that is open stays. */
export function fill(element, entry, card) {
  const kinds = ACTS[entry.state] ?? [];
  const shows = `${entry.state} ${kinds.join(" ")}`;
  const isChoosing = element.dataset.shows === "transfer" && kinds.includes("transfer") && element.firstChild;
  if (!isChoosing && (element.dataset.shows !== shows || !element.firstChild)) {
    element.dataset.shows = shows;
    element.replaceChildren(...kinds.map((kind) => {
      const made = button(kind, LABELS[kind]);
      made.addEventListener("click", () => {
        if (made.getAttribute("aria-disabled") !== "true") press(kind, element, current(element, entry), card);
      });
      return made;
    }));
  }
  entries.set(element, entry);
  refresh(element, entry, card);
}

const entries = new WeakMap();
const current = (element, entry) => entries.get(element) ?? entry;

/** What passes with time: the grace period, and whether anything can be asked for. */
export function refresh(element, entry, card) {
  const ready = isReady(entry.id);
  for (const made of element.querySelectorAll("[data-act]")) {
    const kind = made.dataset.act;
    const early = kind === "no-show" ? graceLeft(entry, card) : 0;
    const isBarred = (early > 0 && !mayOverride) || (kind === "transfer" && cards.size < 2);
    if (kind !== "transfer-back") made.setAttribute("aria-disabled", String(!ready || isBarred));
    if (kind !== "no-show") continue;
    const label = early > 0 && !mayOverride ? `No-show in ${countdown(early)}` : "No-show";
    if (made.textContent !== label) made.textContent = label;
  }
}
