// How a location stands, in one word, one icon and one line; the same as `glance.rs` says, at any moment.

import { duration } from "/assets/words.js";
import { moment, secondsSince } from "./moments.js";

const CLOSE_FROM = 0.8;
const ICONS = { breach: "octagon", paused: "pause", warn: "triangle", fine: "check", closed: "clock" };
const ORDER = ["breach", "paused", "warn", "fine", "closed"];

/** Seconds that the one has waited who waits longest; null when nobody waits. */
export function longestSeconds(card, now) {
  if (!card.longestWaitSince) return null;
  return secondsSince(card.longestWaitSince, now);
}

/** Whether a point is paused or closed at the moment: pauses and closing times end between two messages. */
function statusAt(point, now) {
  const over = (end) => end && Date.parse(end) <= now;
  if (point.status === "paused" && over(point.reopensAt)) return "open";
  if (point.status === "closed" && over(point.opensAt)) return "open";
  return point.status;
}

function keyOf(card, now) {
  const point = card.servicePoint;
  const longest = longestSeconds(card, now) ?? 0;
  const limit = point.waitLimitMinutes * 60;
  const status = statusAt(point, now);
  if (longest > limit) return "breach";
  if (status === "paused") return "paused";
  if (longest > 0 && longest >= limit * CLOSE_FROM) return "warn";
  return status === "closed" ? "closed" : "fine";
}

function wordsOf(card, key, now) {
  const point = card.servicePoint;
  const at = (when) => moment(Date.parse(when), now, point.timezone);
  switch (key) {
    case "breach":
      return `Longest wait ${duration(Math.floor(longestSeconds(card, now) / 60))}, limit ${duration(point.waitLimitMinutes)}`;
    case "warn": {
      const free = Math.max(0, point.capacity - card.servingCount);
      if (free === 0) return "Close to the limit, all counters busy";
      return `Close to the limit, ${free} ${free === 1 ? "counter" : "counters"} free`;
    }
    case "paused": {
      const by = point.pausedBy ? ` by ${point.pausedBy}` : "";
      const since = point.pausedAt ? ` at ${at(point.pausedAt)}` : "";
      return `Paused${by}${since}${point.reopensAt ? `, reopens ${at(point.reopensAt)}` : ""}`;
    }
    case "closed":
      return point.opensAt ? `Closed, opens ${at(point.opensAt)}` : "Closed";
    default:
      return "No delays";
  }
}

/** How a location stands at `now`. */
export function standing(card, now) {
  const key = keyOf(card, now);
  return { key, icon: ICONS[key], words: wordsOf(card, key, now), needsALook: ORDER.indexOf(key) < 3 };
}

/** Whether it is paused at `now`, or closed by hand: what Resume is for. */
export function isPaused(card, now) {
  return statusAt(card.servicePoint, now) === "paused";
}

/** Trouble first, then who waits longest, then by name. */
export function compare(one, other, now) {
  const rank = (card) => ORDER.indexOf(keyOf(card, now));
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
  const troubled = cards.filter((card) => standing(card, now).needsALook).length;
  if (troubled === 0) return "All calm";
  if (cards.length === 1) return "Your location needs a look";
  return `${troubled} of ${cards.length} locations ${troubled === 1 ? "needs" : "need"} a look`;
}

/** The limit that all locations share; null where they differ. */
export function sharedLimit(cards) {
  const limits = new Set(cards.map((card) => card.servicePoint.waitLimitMinutes));
  return limits.size === 1 ? duration([...limits][0]) : null;
}

/** What it adds up to. */
export function sums(cards) {
  const sum = (of) => cards.reduce((total, card) => total + of(card), 0);
  const serving = `${sum((card) => card.servingCount)} of ${sum((card) => card.servicePoint.capacity)}`;
  const said = `${sum((card) => card.waitingCount)} waiting, ${serving} counters serving`;
  const reached = sum((card) => card.today.reached);
  if (reached === 0) return said;
  const percent = Math.floor((sum((card) => card.today.reachedInTime) * 100) / reached);
  const limit = sharedLimit(cards);
  return `${said}, ${percent} % seen ${limit ? `within ${limit}` : "in time"} today`;
}
