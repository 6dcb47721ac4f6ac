// Times as only the supervisor's page needs them, beside the words that all pages share.

import { clock } from "/assets/words.js";

/** A span in seconds as one figure and its unit: `["8", "min"]`, `["1:20", "h"]`. */
export function figure(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours === 0 ? [String(minutes), "min"] : [`${hours}:${String(minutes).padStart(2, "0")}`, "h"];
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
