// Trouble first, but nobody's target moves away: sorted at most every 30 s, and never under pointer or focus.

import { cards, elementOf, list } from "./cards.js";
import { compare } from "./standing.js";

const LEAST_MS = 30_000;
let sortedAt = 0;

function isInUse() {
  return list.matches(":hover") || list.contains(document.activeElement);
}

/** Sorts the cards, if it is time and nobody is busy among them. */
export function sortWhenAllowed(now) {
  const since = performance.now() - sortedAt;
  if (sortedAt > 0 && (since < LEAST_MS || isInUse())) return;
  const wanted = [...cards.values()].sort((one, other) => compare(one, other, now)).map((card) => elementOf(card.servicePoint.id));
  if (wanted.some((element, index) => list.children[index] !== element)) list.append(...wanted);
  sortedAt = performance.now();
}
