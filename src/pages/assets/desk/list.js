// The list of tickets: rows are kept by id, so that focus survives every change, and nothing moves under pointer or focus.

const FLASH_MS = 2_000;
const FADE_MS = 400;
const list = document.getElementById("tickets");
let wanted = null;

const rowsOf = (element) => [...element.querySelectorAll(":scope > [data-ticket]")];

/** Shows that something has changed, for two seconds. */
export function flash(element) {
  element.classList.add("changed");
  setTimeout(() => {
    element.classList.add("was-changed");
    element.classList.remove("changed");
    setTimeout(() => element.classList.remove("was-changed"), FADE_MS);
  }, FLASH_MS);
}

function isInUse() {
  return list.matches(":hover") || list.contains(document.activeElement);
}

/** What a row says at its moment: the fresh one takes its place where that differs. */
function fill(row, fresh) {
  const hasChanged = row.dataset.version !== fresh.dataset.version;
  const hadFocus = row.contains(document.activeElement);
  row.dataset.version = fresh.dataset.version;
  row.replaceChildren(...fresh.childNodes);
  if (hadFocus) row.querySelector("a")?.focus({ preventScroll: true });
  if (hasChanged) flash(row);
}

/** Puts the rows into the order that is wanted, if nobody is busy among them. */
function arrange() {
  if (!wanted || isInUse()) return;
  const present = new Map(rowsOf(list).map((row) => [row.dataset.ticket, row]));
  for (const [id, row] of present) if (!wanted.some((fresh) => fresh.dataset.ticket === id)) row.remove();
  wanted.forEach((fresh, index) => {
    const known = present.get(fresh.dataset.ticket);
    const row = known ?? fresh;
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    if (!known) flash(row);
  });
  list.hidden = list.children.length === 0;
  wanted = null;
}

/** Takes over a list that has just been made. */
export function takeOver(page) {
  const fresh = page.getElementById("tickets");
  if (!list || !fresh) return;
  const rows = rowsOf(fresh);
  const byId = new Map(rows.map((row) => [row.dataset.ticket, row]));
  for (const row of rowsOf(list)) {
    const newer = byId.get(row.dataset.ticket);
    if (newer) fill(row, newer);
  }
  wanted = rows;
  arrange();
}

list?.addEventListener("pointerleave", () => setTimeout(arrange, 0));
list?.addEventListener("focusout", () => setTimeout(arrange, 0));
