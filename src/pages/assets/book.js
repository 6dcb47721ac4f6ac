// Niceties of booking; without them it works as well: the visitor's own time beside the business's, what was typed kept while
// one looks at other times, one form for a double tap.
import { clock, day, zoneNote } from "./words.js";

const KEPT = ["name", "email", "phone", "notes", "party"];
const main = document.getElementById("main");
const { zone, city } = main.dataset;
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "08:00 yours", with the day where that is another one; empty where both clocks show the same. */
function yours(instant) {
  if (zoneNote(zone, instant) === "") return "";
  const other = day(instant, own) === day(instant, zone) ? "" : `${day(instant, own).split(" ")[0].slice(0, 3)} `;
  return `${other}${clock(instant, own)} yours`;
}

for (const note of document.querySelectorAll("[data-zone-of]")) {
  note.textContent = zoneNote(zone, Date.parse(note.dataset.at)) || note.textContent;
}
for (const slot of document.querySelectorAll("[data-instant]")) {
  const text = yours(Date.parse(slot.dataset.instant));
  if (text) slot.append(Object.assign(document.createElement("span"), { textContent: text }));
}
for (const line of document.querySelectorAll("[data-yours]")) {
  const text = yours(Date.parse(line.dataset.yours));
  if (text) line.textContent = `${city} time. ${text[0].toUpperCase()}${text.slice(1)}.`;
}

const form = document.getElementById("book") ?? document.getElementById("move");
const zoneField = document.getElementById("timezone");
if (zoneField && own) zoneField.value = own;

// What was typed stays in this tab until it is booked. A browser may refuse to keep anything: then nothing is kept.
const place = `book:${location.pathname}`;
function kept(act) {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
}
if (main.hasAttribute("data-booked")) {
  kept((storage) => Object.keys(storage).filter((key) => key.startsWith("book:")).forEach((key) => storage.removeItem(key)));
}
if (form?.id === "book") {
  const before = JSON.parse(kept((storage) => storage.getItem(place)) ?? "{}");
  const fields = KEPT.map((name) => form.elements[name]).filter(Boolean);
  for (const field of fields) {
    if (field.value === field.defaultValue && before[field.name] && !field.hasAttribute("aria-invalid")) {
      if (field.value === "" || field.name === "party") field.value = before[field.name];
    }
  }
  form.addEventListener("input", () => {
    const typed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    kept((storage) => storage.setItem(place, JSON.stringify(typed)));
  });
}

// A double tap sends one form; the server would take it as one anyway.
for (const each of document.querySelectorAll("form")) {
  each.addEventListener("submit", (event) => {
    if (each.dataset.sent) event.preventDefault();
    each.dataset.sent = "yes";
  });
}
// Coming back to the page by the browser's way back must not find a form that does nothing.
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((each) => delete each.dataset.sent));
