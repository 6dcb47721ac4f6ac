// Numbers and times as people read them. The server writes the same words; see src/pages/words.rs.

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIXES = { one: "st", two: "nd", few: "rd", other: "th" };

/** "12 min", "1 h 20 min". */
export function duration(minutes) {
  const whole = Math.max(0, Math.round(minutes));
  const hours = Math.floor(whole / 60);
  if (hours === 0) return `${whole} min`;
  return whole % 60 === 0 ? `${hours} h` : `${hours} h ${whole % 60} min`;
}

/** "9–16 min", "50 min–1 h 10 min". */
export function range(from, to) {
  if (from === to) return duration(to);
  return to < 60 ? `${from}–${to} min` : `${duration(from)}–${duration(to)}`;
}

/** "st", "nd", "rd", "th". */
export function ordinalSuffix(number) {
  return SUFFIXES[ORDINALS.select(number)];
}

/** "4th". */
export function ordinal(number) {
  return `${number}${ordinalSuffix(number)}`;
}

/** "3:20", "1:02:07": what is left or has passed, in seconds. */
export function countdown(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "10:42" on the wall of a zone; with seconds "10:42:09". */
export function clock(moment, zone, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  if (withSeconds) options.second = "2-digit";
  return new Intl.DateTimeFormat("en-GB", options).format(moment);
}

/** "Tuesday 12 May" in a zone. */
export function day(moment, zone) {
  const options = { weekday: "long", day: "numeric", month: "long", timeZone: zone };
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(moment);
  const part = (type) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("weekday")} ${part("day")} ${part("month")}`;
}

/** "Berlin time, 1 h ahead of yours"; empty where the zone's clock shows what the reader's shows. */
export function zoneNote(zone, moment = Date.now()) {
  const minutes = wallMinutes(moment, zone) - wallMinutes(moment, undefined);
  if (minutes === 0) return "";
  const city = zone.split("/").pop().replaceAll("_", " ");
  return `${city} time, ${duration(Math.abs(minutes))} ${minutes > 0 ? "ahead of" : "behind"} yours`;
}

function wallMinutes(moment, zone) {
  const options = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
    hourCycle: "h23", timeZone: zone };
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(moment);
  const part = (type) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute")) / 60_000;
}
