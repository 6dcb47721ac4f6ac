// The pages of the desk come alive: the stream says that something has changed, and what it means for this page the page
// itself says, so that words and rules are in one place only. The second hand moves the countdowns in between.

import { freeze, now, thaw } from "/assets/live/clock.js";
import { connect } from "/assets/live/connection.js";
import { learnServerTime } from "/assets/feed.js";
import { clock } from "/assets/words.js";
import { tick as tickClocks } from "./clocks.js";
import * as list from "./list.js";

const WATCH = "/crm/tickets/watch";
const FETCH_PAUSE_MS = 1_000;
const FETCH_JITTER_MS = 300;
const RETRY_MS = 3_000;
const part = (id) => document.getElementById(id);
const main = part("main");
const { zone } = main.dataset;
const seconds = (at) => clock(at, zone, true);
let isLive = false;
let pending = 0;
let fetchedAt = -Infinity;
let isFetching = false;
let wantsMore = false;

document.documentElement.classList.add("scripted");
learnServerTime(main.dataset.asOf);

// What was done is said once, not again by a reload.
const address = new URL(location.href);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  history.replaceState(null, "", address);
}

function write(id, text) {
  const element = part(id);
  if (element && element.textContent !== text) element.textContent = text;
}

// One look at a time, and not one for each of a burst of events.
function refresh() {
  if (isFetching) {
    wantsMore = true;
    return;
  }
  if (pending) return;
  const pause = FETCH_PAUSE_MS + Math.random() * FETCH_JITTER_MS - (performance.now() - fetchedAt);
  pending = setTimeout(look, Math.max(0, pause));
}

async function look() {
  pending = 0;
  isFetching = true;
  wantsMore = false;
  let isDone = false;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.status === 404) location.reload();
    if (answer.ok) {
      takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
      isDone = true;
    }
  } catch {
    // The connection is lost: the banner says so, and the next try comes.
  }
  fetchedAt = performance.now();
  isFetching = false;
  if (!isDone) setTimeout(refresh, RETRY_MS);
  else if (wantsMore) refresh();
}

function takeOver(page) {
  const fresh = page.getElementById("main");
  // Nobody is signed in any more.
  if (!fresh?.dataset.asOf) return location.reload();
  learnServerTime(fresh.dataset.asOf);
  list.takeOver(page);
  for (const region of document.querySelectorAll("[data-live]")) {
    if (region.id === "live-state") continue;
    const newer = page.querySelector(`[data-live="${region.dataset.live}"]`);
    if (!newer || same(newer, region) || region.contains(document.activeElement)) continue;
    if (region.dataset.live === "thread") showThread(region, newer);
    else region.replaceChildren(...newer.childNodes);
  }
  allow();
  tick();
  return undefined;
}

const same = (one, other) => one.textContent === other.textContent && one.querySelectorAll("[selected]").length === other.querySelectorAll("[selected]").length && chosen(one) === chosen(other);
const chosen = (element) => [...element.querySelectorAll("[selected], input[type=hidden]:not([name=key])")].map((each) => each.value).join("|");

function showThread(region, newer) {
  const known = new Set([...region.querySelectorAll("[id^=said-]")].map((each) => each.id));
  const isFirst = known.size === 0;
  region.replaceChildren(...newer.childNodes);
  for (const item of region.querySelectorAll("[id^=said-]")) {
    if (known.has(item.id) || isFirst) continue;
    list.flash(item);
    const who = item.querySelector("b")?.textContent ?? "";
    write("said", `New: ${who}`);
  }
}

// Nothing is sent on what may be old.
function allow() {
  for (const button of main.querySelectorAll("form[method=post] button")) {
    if (isLive) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
}

function showLive(live, since) {
  isLive = live;
  document.body.classList.toggle("stale", !live);
  part("live-state").dataset.live = live ? "yes" : "no";
  write("live-word", live ? "Live" : "Not live");
  write("live-as-of-word", ", as of");
  part("not-live").hidden = live;
  if (part("heading") && main.contains(part("heading"))) part("heading").hidden = !live;
  allow();
  if (live) return;
  write("not-live-since", `No connection since ${seconds(since)}.`);
  write("said-now", `No connection since ${seconds(since)}. These are the last numbers, actions wait.`);
}

function tick() {
  write("as-of", seconds(now()));
  tickClocks(zone, now());
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.getAttribute("aria-disabled") === "true") event.preventDefault();
  // A second press sends nothing; the server would take it as one anyway.
  else if (event.target.method === "post") setTimeout(() => button?.setAttribute("aria-disabled", "true"), 0);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// A list shows no comments.
const comment = () => main.querySelector('[data-live="thread"]') && refresh();
const connection = connect(WATCH, { ready: refresh, ticket: refresh, gone: refresh, comment, reload: refresh }, {
  back() {
    write("said-now", "");
    thaw();
    showLive(true);
    tick();
  },
  lost(heardAt) {
    freeze(heardAt.getTime());
    showLive(false, heardAt);
    tick();
  },
  waiting: (left) => write("next-try", `Next try in ${left} s.`),
  refused: () => location.reload(),
});
part("try-now")?.addEventListener("click", connection.tryNow);
setInterval(tick, 1_000);
tick();
