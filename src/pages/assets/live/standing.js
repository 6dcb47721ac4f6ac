// How a location stands: the server says it beforehand for whenever time alone changes it, in words, and what the heading
// says comes with the page. Here only the figures are filled in.

import { duration } from "/assets/words.js";
import { secondsSince } from "./moments.js";

const phrases = document.getElementById("phrases")?.dataset;

/** Seconds that the one has waited who waits longest; null when nobody waits. */
export function longestSeconds(card, now) {
  if (!card.longestWaitSince) return null;
  return secondsSince(card.longestWaitSince, now);
}

function filled(phrase, figures) {
  return Object.entries(figures).reduce((text, [name, figure]) => text.replace(`{${name}}`, figure), phrase);
}

/** The outlook of this moment: the last one that has begun. */
function outlook(card, now) {
  return card.outlook.findLast((each) => Date.parse(each.from) <= now) ?? card.outlook[0];
}

/** How a location stands at `now`. */
export function standing(card, now) {
  const { standing: key, icon, words } = outlook(card, now);
  const longest = duration(Math.floor((longestSeconds(card, now) ?? 0) / 60));
  return { key, icon, words: filled(words, { longest, limit: duration(card.servicePoint.waitLimitMinutes) }) };
}

/** Whether it is paused at `now`: what Resume is for. A pause may end between two messages. */
export function isPaused(card, now) {
  const { status, reopensAt } = card.servicePoint;
  return status === "paused" && !(reopensAt && Date.parse(reopensAt) <= now);
}

/** Trouble first, then who waits longest, then by name. */
export function compare(one, other, now) {
  const rank = (card) => outlook(card, now).rank;
  const longest = (card) => longestSeconds(card, now) ?? 0;
  return (
    rank(one) - rank(other) ||
    longest(other) - longest(one) ||
    one.servicePoint.name.localeCompare(other.servicePoint.name) ||
    one.servicePoint.id.localeCompare(other.servicePoint.id)
  );
}

/** The heading: how many need a look. */
export function headline(cards, now) {
  const troubled = cards.filter((card) => outlook(card, now).needsALook).length;
  const some = troubled === 1 ? phrases.one : phrases.several;
  const phrase = troubled === 0 ? phrases.calm : cards.length === 1 ? phrases.only : some;
  return filled(phrase, { troubled, all: cards.length });
}

/** The limit that all locations share; null where they differ. */
export function sharedLimit(cards) {
  const limits = new Set(cards.map((card) => card.servicePoint.waitLimitMinutes));
  return limits.size === 1 ? duration([...limits][0]) : null;
}

/** What it adds up to. */
export function sums(cards) {
  const sum = (of) => cards.reduce((total, card) => total + of(card), 0);
  const said = filled(phrases.sums, {
    waiting: sum((card) => card.waitingCount),
    serving: sum((card) => card.servingCount),
    capacity: sum((card) => card.servicePoint.capacity),
  });
  const reached = sum((card) => card.today.reached);
  if (reached === 0) return said;
  const percent = Math.floor((sum((card) => card.today.reachedInTime) * 100) / reached);
  const limit = sharedLimit(cards);
  return said + filled(limit ? phrases.seenWithin : phrases.seenInTime, { percent, limit });
}
