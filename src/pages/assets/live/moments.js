// Times as only the supervisor's page needs them, beside the words that all pages share.

import { clock } from "/assets/words.js";

/** A span in seconds as one figure and its unit: `["8", "min"]`, `["1:20", "h"]`. */
export function figure(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours === 0 ? [String(minutes), "min"] : [`${hours}:${String(minutes).padStart(2, "0")}`, "h"];
}

/** The time of day in a zone, with the weekday where it is not today there. */
export function moment(at, now, zone) {
  const day = (when) => new Intl.DateTimeFormat("en-GB", { timeZone: zone }).format(when);
  const weekday = () => new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short" }).format(at);
  return day(at) === day(now) ? clock(at, zone) : `${weekday()} ${clock(at, zone)}`;
}

/** Minutes since midnight on the wall of a zone. */
export function minuteOfDay(at, zone) {
  const [hours, minutes] = clock(at, zone).split(":").map(Number);
  return hours * 60 + minutes;
}

/** Whole seconds since a moment that the server named. */
export function secondsSince(moment, now) {
  return Math.max(0, Math.floor((now - Date.parse(moment)) / 1000));
}
