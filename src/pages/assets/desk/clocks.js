// What is said of something that is due, as time goes on. The server says the same; see src/pages/desk/clock.rs.

import { clock, countdown, duration } from "/assets/words.js";

const SECONDS_SHOWN_BELOW = 7_200;
const NEAR_PERCENT = 80;
const WEEKDAY_DAYS = 6;
const DAY_MS = 86_400_000;

/** The date of a moment on the wall of a zone, as milliseconds of its midnight in UTC. */
function date(moment, zone) {
  const options = { year: "numeric", month: "numeric", day: "numeric", timeZone: zone };
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(moment);
  const part = (type) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"));
}

function far(due, zone, now) {
  const day = date(due, zone);
  const days = Math.abs(Math.round((day - date(now, zone)) / DAY_MS));
  const named = (options) => new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }).format(day);
  if (days <= WEEKDAY_DAYS) return `${named({ weekday: "short" })} ${clock(due, zone)}`;
  const isThisYear = named({ year: "numeric" }) === new Intl.DateTimeFormat("en-US", { year: "numeric", timeZone: "UTC" }).format(date(now, zone));
  const year = isThisYear ? "" : ` ${named({ year: "numeric" })}`;
  return `${named({ day: "numeric" })} ${named({ month: "short" })}${year}, ${clock(due, zone)}`;
}

/** How something stands that is due then: its tone, its icon, its words; and its figure by itself. */
export function until(due, targetSeconds, zone, now) {
  const left = Math.trunc((due - now) / 1000);
  const isToday = date(due, zone) === date(now, zone);
  if (left <= 0) {
    const passed = -left;
    const isLately = isToday || passed < SECONDS_SHOWN_BELOW;
    const words = isLately ? `${duration(Math.floor(passed / 60))} over` : `Was due ${far(due, zone, now)}`;
    const figure = passed < SECONDS_SHOWN_BELOW ? countdown(passed) : null;
    return { tone: "breach", icon: "octagon", state: "Breached", words, figure, unit: "over" };
  }
  const isNear = left * 100 <= targetSeconds * (100 - NEAR_PERCENT);
  const short = left < SECONDS_SHOWN_BELOW ? countdown(left) : duration(Math.floor(left / 60));
  const isShort = left < SECONDS_SHOWN_BELOW || isToday;
  const words = isShort ? `${short} left` : `Due ${far(due, zone, now)}`;
  const figure = isShort ? short : null;
  const standing = isNear
    ? { tone: "warn", icon: "triangle", state: "Due soon" }
    : { tone: "running", icon: "clock", state: "On time" };
  return { ...standing, words, figure, unit: "left" };
}

function write(element, text) {
  if (element && text !== null && element.textContent !== text) element.textContent = text;
}

/** Ticks every clock of the page that is due at some time. */
export function tick(zone, now) {
  for (const element of document.querySelectorAll("[data-due]")) {
    const said = until(Date.parse(element.dataset.due), Number(element.dataset.target), zone, now);
    for (const tone of ["running", "warn", "breach"]) element.classList.toggle(`clock-${tone}`, tone === said.tone);
    const picture = element.querySelector("use");
    const address = `/assets/icons.svg#${said.icon}`;
    if (picture.getAttribute("href") !== address) picture.setAttribute("href", address);
    write(element.querySelector("[data-words]"), said.words);
    write(element.querySelector("[data-state]"), said.state);
    write(element.querySelector("[data-unit]"), said.unit);
    write(element.querySelector("[data-figure]"), said.figure);
  }
}
