// Today's waits as a small line: the mean of each quarter of an hour, then the longest wait now; all cards on one scale,
// in height and in hours: "now" stands at the same place in all of them, each with the hours of its own zone.

import { duration } from "/assets/words.js";
import { minuteOfDay } from "./moments.js";
import { longestSeconds } from "./standing.js";

const WIDTH = 136;
const LEFT = 1;
const RIGHT = 131;
const TOP = 5;
const BASE = 60;
const LABELS = 73;
const QUARTER = 15;
const LEAST_TOP = 1.3;
const MOST_TOP = 1.8;
const LEAST_SPAN_MINUTES = 5 * 60;
const NO_WAITS_MINUTES = 2 * 60;
const AHEAD_MINUTES = 30;
const SVG = "http://www.w3.org/2000/svg";

function means(card) {
  return card.today.waits
    .filter((bucket) => bucket.count > 0)
    .map((bucket) => ({ minute: bucket.minuteOfDay + QUARTER / 2, seconds: bucket.waitSeconds / bucket.count }));
}

/** The wait that the top of all plots stands for, in seconds. One forgotten visitor must not flatten everybody's day. */
export function sharedTop(cards, now) {
  const limit = Math.max(1, ...cards.map((card) => card.servicePoint.waitLimitMinutes)) * 60;
  const waits = cards.flatMap((card) => [longestSeconds(card, now) ?? 0, ...means(card).map((mean) => mean.seconds)]);
  return Math.min(Math.max(limit * LEAST_TOP, ...waits), limit * MOST_TOP);
}

function node(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The hours before and after now that all plots show, in minutes. */
export function sharedHours(cards, now) {
  const spans = cards.map((card) => {
    const nowMinute = minuteOfDay(now, card.servicePoint.timezone);
    const first = Math.min(means(card)[0]?.minute ?? Math.max(0, nowMinute - NO_WAITS_MINUTES), nowMinute);
    return { back: nowMinute - Math.floor(first / 60) * 60, ahead: Math.ceil((nowMinute + AHEAD_MINUTES) / 60) * 60 - nowMinute };
  });
  const back = Math.max(...spans.map((span) => span.back));
  const ahead = Math.max(...spans.map((span) => span.ahead));
  return { back, ahead: Math.max(ahead, LEAST_SPAN_MINUTES - back) };
}

function labels(start, end, nowMinute, x) {
  const two = (number) => String(number).padStart(2, "0");
  // Where another zone is not whole hours away, its plot begins within an hour.
  const word = (minute) => two((Math.floor(minute / 60) + 24) % 24) + (minute % 60 === 0 ? "" : `:${two((minute + 1440) % 60)}`);
  const drawn = [];
  const at = Math.min(Math.max(x(nowMinute), 12), WIDTH - 12);
  if (at > 34) drawn.push(node("text", { x: LEFT, y: LABELS }, word(start)));
  drawn.push(node("text", { x: at, y: LABELS, "text-anchor": "middle", class: "plot-now-word" }, "now"));
  if (at < WIDTH - 34) drawn.push(node("text", { x: WIDTH - 1, y: LABELS, "text-anchor": "end" }, word(end)));
  return drawn;
}

/**
 * Draws a card's plot with `top` seconds as its full height and `hours` around now as its width. A quarter stands at its
 * middle, the running one at the middle of its part so far.
 */
export function draw(svg, card, now, top, hours) {
  const point = card.servicePoint;
  const points = means(card);
  const nowMinute = minuteOfDay(now, point.timezone);
  const longest = longestSeconds(card, now);
  const [start, end] = [nowMinute - hours.back, nowMinute + hours.ahead];
  const x = (minute) => +(LEFT + ((minute - start) / (end - start)) * (RIGHT - LEFT)).toFixed(1);
  const y = (seconds) => +(BASE - (Math.min(seconds, top) / top) * (BASE - TOP)).toFixed(1);
  const line = points.map((mean) => [x(Math.min(mean.minute, (mean.minute - QUARTER / 2 + nowMinute) / 2)), y(mean.seconds)]);
  if (longest !== null) line.push([x(nowMinute), y(longest)]);
  const drawn = [
    node("path", { class: "plot-limit", d: `M${LEFT} ${y(point.waitLimitMinutes * 60)}H${WIDTH - 1}` }),
    node("path", { class: "plot-base", d: `M${LEFT} ${BASE}H${WIDTH - 1}` }),
    ...labels(start, end, nowMinute, x),
  ];
  if (line.length > 1) drawn.push(node("polyline", { class: "plot-line", points: line.map((pair) => pair.join(",")).join(" ") }));
  if (line.length > 0) {
    const [cx, cy] = line[line.length - 1];
    drawn.push(node("circle", { class: "plot-now", cx, cy, r: 3.5 }));
  }
  svg.replaceChildren(...drawn);
  svg.setAttribute("aria-label", described(points, longest, point));
}

function described(points, longest, point) {
  const limit = `limit ${duration(point.waitLimitMinutes)}`;
  if (points.length === 0) return `Nobody seen yet today, ${limit}`;
  const highest = Math.max(...points.map((mean) => mean.seconds));
  const latest = longest === null ? "" : `, longest now ${duration(Math.floor(longest / 60))}`;
  return `Mean wait today at most ${duration(highest / 60)}${latest}, ${limit}`;
}
